"""floors.py: a file of the library includes from its own folder and from floors below its own, and of
the system only headers that a freestanding compiler has, and string.h for the four functions."""

import re

import library

FLOORS = {"text": 0, "tables": 1, "parse": 2, "wire": 2, "server": 3, "client": 3}
SYSTEM = {"stddef.h", "stdint.h", "limits.h", "string.h"}
LIBRARY = library.ROOT / "lib"


def problem_of(file, line, opening, included):
    own = file.relative_to(LIBRARY).parts[0]
    if opening == "<":
        if included.startswith("ehlo/"):
            return None if (library.ROOT / "include" / included).exists() else "there is no such public header"
        return None if included in SYSTEM else "not a header of a freestanding compiler"
    target = (file.parent / included).resolve()
    if not target.is_relative_to(LIBRARY):
        return "outside lib/; public headers are <ehlo/...>"
    if not target.exists():
        return "there is no such file"
    floor = target.relative_to(LIBRARY).parts[0]
    if floor not in FLOORS:
        return f"{floor} is no floor"
    if floor != own and FLOORS[floor] >= FLOORS[own]:
        return f"{own} may not look up at, or across to, {floor}"
    return None


def main():
    problems, count = [], 0
    for file in sorted(path for pattern in ("*/*.c", "*/*.h", "*/*.def") for path in LIBRARY.glob(pattern)):
        if file.relative_to(LIBRARY).parts[0] not in FLOORS:
            problems.append(f"{library.name_of(file)}: {file.parent.name} is no floor")
            continue
        for number, line in enumerate(file.read_text().splitlines(), 1):
            include = re.match(r'\s*#\s*include\s*([<"])([^>"]+)', line)
            if include:
                count += 1
                problem = problem_of(file, line, include[1], include[2])
                if problem:
                    problems.append(f"{library.name_of(file)}:{number}: {line.strip()}: {problem}")
    library.hold(problems)
    print(count, "includes, all from floors below")


if __name__ == "__main__":
    main()
