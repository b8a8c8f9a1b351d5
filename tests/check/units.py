"""units.py: lib/ and tests/unit/ are one to one, and what is there is also built.

Each lib/FLOOR/FILE.c has a tests/unit/FLOOR/FILE.c and the other way round; lib/meson.build and
tests/unit/meson.build name each of them.
"""

import re

import library


def files(folder):
    return {path.relative_to(folder).as_posix() for path in folder.glob("*/*.c")}


def main():
    ours, theirs = files(library.ROOT / "lib"), files(library.ROOT / "tests/unit")
    problems = [f"tests/unit/{name} is missing" for name in ours - theirs]
    problems += [f"tests/unit/{name} tests no file of lib/" for name in theirs - ours]

    built = set(re.findall(r"'(\w+/\w+\.c)'", (library.ROOT / "lib/meson.build").read_text()))
    problems += [f"lib/meson.build does not name {name}" for name in ours - built]

    tested = set()
    for floor, names in re.findall(r"'(\w+)': \[([^\]]*)\]", (library.ROOT / "tests/unit/meson.build").read_text()):
        tested |= {f"{floor}/{name}.c" for name in re.findall(r"'(\w+)'", names)}
    problems += [f"tests/unit/meson.build does not name {name}" for name in ours - tested]
    problems += [f"tests/unit/meson.build names {name}, which lib/ does not have" for name in tested - ours]

    library.hold(sorted(problems))
    print(len(ours), "files, each with its unit test")


if __name__ == "__main__":
    main()
