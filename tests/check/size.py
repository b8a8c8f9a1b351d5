"""size.py COMPILER...: the octets of the library at -Os, file by file, code and constant tables together."""

import re
import sys
import tempfile

import library

SERVER, ALL = 32 * 1024, 64 * 1024  # octets: without lib/client, with it


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


def main(compiler):
    if "__x86_64__" not in library.macros(compiler):
        library.skip("the bound is for x86-64")
    total = {}
    with tempfile.TemporaryDirectory() as folder:
        print("  code  constants")
        for item in library.compile_library(compiler, folder, "-Os", "-fno-asynchronous-unwind-tables"):
            code, constants = octets(item)
            print(f"{code:6} {constants:10}  {item.stem.replace('-', '/')}.c")
            whose = "client" if item.name.startswith("client-") else "server"
            total[whose] = total.get(whose, 0) + code + constants
    everything = sum(total.values())
    print(f"{everything} octets in all, {total['server']} without the client's")
    library.hold([f"{what}: {size} octets, more than {limit}" for what, size, limit in
                  (("server", total["server"], SERVER), ("all", everything, ALL)) if size > limit])


if __name__ == "__main__":
    main(sys.argv[1:])
