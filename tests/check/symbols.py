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
OF_THE_LINKER = {"_GLOBAL_OFFSET_TABLE_"}
OF_THE_RUNTIME = {"_init", "_fini", "_edata", "_end", "__bss_start"}


def symbols(path, *options):
    """What nm has to say of an object or an archive: letters and names."""
    for line in library.run(["nm", *options, path]).splitlines():
        words = line.split()
        if len(words) >= 2:
            yield words[-2], words[-1].split("@")[0]


def writable_sections(path):
    """Of an object or of those in an archive."""
    item = ""
    for line in library.run(["readelf", "-S", "-W", path]).splitlines():
        if line.startswith("File: "):
            item = line.split("(")[-1].rstrip(")")
        found = re.match(r"\s*\[\s*\d+\]\s+(\.(?:data|bss|tdata|tbss)\S*)\s+\S+\s+\S+\s+\S+\s+([0-9a-f]+)", line)
        if found and int(found[2], 16) > 0:
            yield f"{item}: {found[1]} ({int(found[2], 16)} octets)"


def check_archive(compiler, *flags):
    """Builds the archive with those flags; returns what it needs."""
    with tempfile.TemporaryDirectory() as folder:
        archive = pathlib.Path(folder) / "libehlo.a"
        library.run(["ar", "rcs", archive, *library.compile_library(compiler, folder, *flags)])
        here = {name for letter, name in symbols(archive, "-g") if letter not in "Uw"}
        needed = {name for letter, name in symbols(archive) if letter in "Uw"} - here - OF_THE_LINKER
        problems = [f"{' '.join(flags)}: it needs {name}" for name in sorted(needed - MAY_NEED)]
        problems += [f"{' '.join(flags)}: it has writable data: {section}" for section in writable_sections(archive)]
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
    for flags in (["-Os"], ["-O2", "-fPIC"], ["-O0", "-fPIC"]):
        needed |= check_archive(compiler, *flags)
    print("needs:", *sorted(needed))
    print("writable data: none")
    print("shows:", check_shown(shared), "functions, those of the public headers")
