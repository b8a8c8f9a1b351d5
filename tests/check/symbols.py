"""symbols.py LIBRARY.so COMPILER...: what the library needs, what it holds, what it shows.

It needs memcpy, memmove, memset and memcmp at most; it has no writable data; the shared library shows
the functions of the public headers and nothing else.
"""

import pathlib
import re
import sys
import tempfile

import library

MAY_NEED = {"memcpy", "memmove", "memset", "memcmp"}
POSITION_INDEPENDENT = {"_GLOBAL_OFFSET_TABLE_"}  # no function: the linker's own
OF_THE_RUNTIME = {"_init", "_fini", "_edata", "_end", "__bss_start"}


def symbols(path, *options):
    """Names by letter, as nm has them."""
    lines = library.run(["nm", *options, path]).splitlines()
    return [(line.split()[-2], line.split()[-1].split("@")[0]) for line in lines if len(line.split()) >= 2
            and not line.endswith(":")]


def writable_sections(path):
    for line in library.run(["readelf", "-S", "-W", path]).splitlines():
        found = re.match(r"\s*\[\s*\d+\]\s+(\.\S+)\s+\S+\s+\S+\s+\S+\s+([0-9a-f]+)", line)
        if found and re.match(r"\.(data|bss|tdata|tbss)", found[1]) and int(found[2], 16) > 0:
            yield f"{found[1]} ({int(found[2], 16)} octets)"


def check_objects(compiler, *flags):
    problems, needed = [], set()
    with tempfile.TemporaryDirectory() as folder:
        objects = library.compile_library(compiler, folder, *flags)
        archive = pathlib.Path(folder) / "libehlo.a"
        library.run(["ar", "rcs", archive, *objects])
        here = {name for letter, name in symbols(archive, "-g") if letter not in "Uw"}
        for item in objects:
            for letter, name in symbols(item):
                if letter in "Uw" and name not in here | MAY_NEED | POSITION_INDEPENDENT:
                    problems.append(f"{item.name} {' '.join(flags)}: needs {name}")
                elif letter in "Uw" and name in MAY_NEED:
                    needed.add(name)
            problems += [f"{item.name} {' '.join(flags)}: has writable data: {section}"
                         for section in writable_sections(item)]
    library.hold(problems)
    return needed


def check_shown(shared):
    shown = {name for letter, name in symbols(shared, "-D", "--defined-only")} - OF_THE_RUNTIME
    declared = library.public_functions()
    problems = [f"{name} is declared EHLO_API and is not in the shared library" for name in declared - shown]
    problems += [f"the shared library shows {name}, which no public header declares" for name in shown - declared]
    problems += [f"{name}: public names start with ehlo_" for name in declared
                 if not re.match(r"ehlo_[a-z]", name)]
    library.hold(sorted(problems))
    return len(shown)


if __name__ == "__main__":
    shared, compiler = sys.argv[1], sys.argv[2:]
    needed = set()
    for optimization in ["-O0", "-O2", "-O3", "-Os"]:
        needed |= check_objects(compiler, optimization, "-fno-pic")
        needed |= check_objects(compiler, optimization, "-fPIC")
    print("needs:", *sorted(needed))
    print("writable data: none")
    print("shows:", check_shown(shared), "functions, those of the public headers")
