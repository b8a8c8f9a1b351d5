"""tree.py: the tree is in order, and stands alone.

At the top is what the README speaks of, and nothing else; no file leads outside the tree or to one
machine; texts are as .editorconfig says; what a dialogue cites stands in the docs.
"""

import os
import pathlib
import re
import subprocess

import library

TOP = {"include", "lib", "tests", "examples", "docs", "meson.build", "README.md", "LICENSE"}
NOT_OURS = {".git", "__pycache__", ".cache", ".vscode", ".idea"}
OF_BUILDS = re.compile(r"^build")  # at the top, where .gitignore has the same: run.sh leaves such files and folders
OUTSIDE = re.compile(r"\.\./shared" r"|(?<![\w.$}])/(?:home|root|work|Users|mnt)/\w")
NO_TEXT = re.compile(r"^tests/fuzz/corpus/")
SPACES_COUNT = re.compile(r"^tests/dialogue/.*\.txt$|\.tsv$")  # see .editorconfig
LINE = 120
CITED = re.compile(r"^# (catalogue|law|rule) (\S+)", re.MULTILINE)
STANDS = {  # how an id that is cited begins where it is explained
    "catalogue": ("docs/bad-input.md", r"^\| ([A-L]\d+) \|"),
    "law": ("docs/bad-input.md", r"^\| (P\d+) \|"),
    "rule": ("docs/design.md", r"\*\*(R\d+)\b"),
}


def known_to_git():
    """What git has, and what it would take; nothing where this is no checkout."""
    if not (library.ROOT / ".git").exists():
        return None
    try:
        done = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                              cwd=library.ROOT, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return {os.fsdecode(name) for name in done.stdout.split(b"\0") if name}


def files():
    """The files of the tree, without those of build folders, whatever these are called."""
    ours, found = known_to_git(), []
    for folder, folders, names in os.walk(library.ROOT):
        if "meson-private" in folders:
            folders.clear()
            continue
        folders[:] = [name for name in folders if name not in NOT_OURS]
        paths = [pathlib.Path(folder, name) for name in names]
        found += [path for path in paths if path.is_file() and (ours is None or library.name_of(path) in ours)]
    return sorted(path for path in found if not OF_BUILDS.search(library.name_of(path)))


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


def problems_of_citations(names):
    known = {kind: set(re.findall(pattern, (library.ROOT / doc).read_text(), re.MULTILINE))
             for kind, (doc, pattern) in STANDS.items()}
    for name in names:
        for kind, cited in CITED.findall((library.ROOT / name).read_bytes().decode(errors="replace")):
            if cited not in known[kind]:
                yield f"{name}: cites {kind} {cited}, which {STANDS[kind][0]} does not have"


def main():
    paths = files()
    names = [library.name_of(path) for path in paths]
    tops = {name.split("/")[0] for name in names}
    problems = [f"{top}: does not belong at the top" for top in sorted(tops - TOP) if not top.startswith(".")]
    problems += problems_of_citations(name for name in names if re.search(r"^tests/dialogue/.*\.txt$", name))
    count = 0
    for path, name in zip(paths, names):
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
