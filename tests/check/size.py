"""size.py COMPILER...: the octets of the library at -Os, file by file, code and constant tables apart.

The bounds are those of the code.  "Server" is what a program gets that links the archive for a server: its files,
and those that they need.
"""

import re
import sys
import tempfile

import library

SERVER, ALL = 32 * 1024, 64 * 1024  # octets


def octets(path):
    """Of code and of constants in an object."""
    code = constants = 0
    for line in library.run(["readelf", "-S", "-W", path]).splitlines():
        found = re.match(r"\s*\[\s*\d+\]\s+(\.(?:text|rodata)\S*)\s+\S+\s+\S+\s+\S+\s+([0-9a-f]+)", line)
        if found and found[1].startswith(".text"):
            code += int(found[2], 16)
        elif found:
            constants += int(found[2], 16)
    return code, constants


def symbols(path):
    """What an object defines for others, and what it needs of them."""
    lines = [line.split() for line in library.run(["nm", path]).splitlines()]
    return ({line[-1] for line in lines if line[-2] in "TRD"}, {line[-1] for line in lines if line[-2] == "U"})


def linked_for_server(objects):
    """The objects of lib/server, and all that they draw in."""
    known = {item: symbols(item) for item in objects}
    linked = {item for item in objects if item.name.startswith("server-")}
    while True:
        needed = set().union(*(known[item][1] for item in linked))
        more = {item for item in objects if known[item][0] & needed} - linked
        if not more:
            return linked
        linked |= more


def main(compiler):
    if "__x86_64__" not in library.macros(compiler):
        library.skip("the bound is for x86-64")
    with tempfile.TemporaryDirectory() as folder:
        objects = library.compile_library(compiler, folder, "-Os", "-fno-asynchronous-unwind-tables")
        sizes = {item: octets(item) for item in objects}
        linked = linked_for_server(objects)
    print("  code  constants")
    for item, (code, constants) in sizes.items():
        name = item.stem.replace("-", "/") + ".c"
        print(f"{code:6} {constants:10}  {name}{'' if item in linked else '  (not for a server)'}")
    everything = [sum(column) for column in zip(*sizes.values())]
    server = [sum(column) for column in zip(*(sizes[item] for item in linked))]
    print(f"{everything[0]:6} {everything[1]:10}  in all\n{server[0]:6} {server[1]:10}  for a server")
    library.hold([f"{what}: {size} octets of code, more than {limit}" for what, size, limit in
                  (("server", server[0], SERVER), ("all", everything[0], ALL)) if size > limit])


if __name__ == "__main__":
    main(sys.argv[1:])
