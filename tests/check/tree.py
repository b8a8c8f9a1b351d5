"""tree.py: the tree is in order, and stands alone.

At the top is what the README speaks of, and nothing else; no file leads outside the tree or to one
machine; texts are as .editorconfig says.
"""

import re

import library

TOP = {"include", "lib", "tests", "examples", "docs", "meson.build", "README.md", "LICENSE"}
NOT_OURS = re.compile(r"(^|/)(\.git|build[^/]*|__pycache__|\.cache|\.vscode|\.idea)(/|$)")
OUTSIDE = re.compile(r"\.\./shared" r"|(?<![\w.$}])/(?:home|root|work|Users|mnt)/\w")
NO_TEXT = re.compile(r"^tests/fuzz/corpus/")
SPACES_COUNT = re.compile(r"^tests/dialogue/.*\.txt$|\.tsv$")  # see .editorconfig
LINE = 120


def files():
    for path in sorted(library.ROOT.rglob("*")):
        if path.is_file() and not NOT_OURS.search(library.name_of(path)):
            yield path


def problems_of(name, text):
    if text and not text.endswith("\n"):
        yield f"{name}: the last line does not end"
    for number, line in enumerate(text.split("\n"), 1):
        where = f"{name}:{number}"
        if OUTSIDE.search(line) and name != "tests/check/tree.py":
            yield f"{where}: leads outside the tree: {line.strip()}"
        if SPACES_COUNT.search(name):
            continue
        if line != line.rstrip():
            yield f"{where}: white space at the end of the line"
        if "\t" in line:
            yield f"{where}: a tab"
        if len(line) > LINE and name.endswith((".c", ".h", ".py", ".sh", ".build")):
            yield f"{where}: {len(line)} columns"


def main():
    problems = [f"{path.name}: does not belong at the top" for path in library.ROOT.iterdir()
                if path.name not in TOP and not path.name.startswith(".") and not NOT_OURS.search(path.name)]
    count = 0
    for path in files():
        name = library.name_of(path)
        if NO_TEXT.search(name):
            continue
        count += 1
        try:
            problems += problems_of(name, path.read_bytes().decode())
        except UnicodeDecodeError:
            problems.append(f"{name}: is no UTF-8")
    library.hold(problems)
    print(count, "files in order")


if __name__ == "__main__":
    main()
