"""coverage.py - which lines and branches of lib/ the tests reach.

    python3 tests/coverage.py                  the suites unit, dialogue, fuzz and exhaustive together
    python3 tests/coverage.py --fuzz           the fuzz corpora alone, each input as it lies there
    python3 tests/coverage.py --fuzz FOLDER    the same, and the corpora of that folder, one for each target:
                                               what fuzz.sh leaves in build-fuzz/corpus

Builds with gcc's coverage and without optimization in build-coverage/, or in the folder that --build names.
Takes gcc, gcov, meson, ninja, cmocka, and no package of Python.

Prints a table file by file, then each line that was not reached and each line some of whose branches were
not taken.  A branch is one way out of a condition or a switch, as gcc made it: "a && b" has four, 1 and 2
out of a, 3 and 4 out of b; a test of a range is one condition.  What inline functions of headers do counts
wherever they are compiled in, the tests included.

A line that cannot be covered has its reason in tests/coverage.txt, and is shown as excused.  It counts as
uncovered all the same, so that the percentages hide nothing.

Exits with 1 where less than 98 % of the lines or of the branches are covered, where a line is not reached
without a reason, where a reason stands for nothing any more, or where a test fails.  --fuzz only shows.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
LIB = ROOT / "lib"
EXCUSES = ROOT / "tests/coverage.txt"
CORPORA = ROOT / "tests/fuzz/corpus"
ENOUGH = 98  # percent
SUITES = ["unit", "dialogue", "fuzz"]
SHORT = [["content", "7"], ["path", "2"]]  # of tests/exhaustive: as large as under a sanitizer
OPTIONS = ["--buildtype=debug", "--optimization=0", "-Db_coverage=true", "-Db_ndebug=false", "-Db_lto=false"]
JOBS = os.cpu_count() or 1


def stop(*words):
    print("coverage.py:", *words, file=sys.stderr)
    sys.exit(1)


def run(command, **more):
    """Its output, both kinds; ends everything where it fails."""
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          encoding="utf-8", errors="replace", check=False, **more)
    if done.returncode != 0:
        print("\n".join(done.stdout.splitlines()[-60:]))
        stop("failed:", *command)
    return done.stdout


# ---- the build, and what is run there ---------------------------------------------------------------------

def build_in(folder):
    if (folder / "build.ninja").exists():
        run(["meson", "configure", folder, *OPTIONS])
    else:
        run(["meson", "setup", folder, ROOT, *OPTIONS], env={**os.environ, "CC": "gcc"})
    run(["ninja", "-C", folder])
    for old in folder.rglob("*.gcda"):
        old.unlink()


def run_tests(folder):
    listed = run(["meson", "test", "-C", folder, "--list"])
    for suite in SUITES:
        if f":{suite} / " not in listed:
            stop(f"there is no suite {suite} here: is something missing, cmocka perhaps?")
    suites = [word for suite in SUITES for word in ("--suite", suite)]
    run(["meson", "test", "-C", folder, "--no-rebuild", "--print-errorlogs", "--timeout-multiplier=4",
         *suites])
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        list(pool.map(lambda words: run([folder / "tests/exhaustive" / words[0], *words[1:]]), SHORT))


def run_corpora(folder, corpora):
    """Each target on its corpus, without variations; how many inputs that were."""
    targets = sorted(path for path in (folder / "tests/fuzz").glob("replay-*") if path.is_file())
    if not targets:
        stop("there are no fuzz targets here")
    for target in targets:
        name = target.name[len("replay-"):]
        of_target = [corpus / name for corpus in corpora if (corpus / name).is_dir()]
        print(f"{name}: {run([target, '--rounds=0', *of_target], cwd=folder).splitlines()[-1]}")
    print()


# ---- what gcov says ---------------------------------------------------------------------------------------

class Line:
    """A line of the library that code was made of."""

    def __init__(self, number, text):
        self.number, self.text = number, text
        self.count = 0
        self.functions = {}  # the counts of its branches, for each function: a macro may make several
        self.reason = ""

    def branches(self):
        return [count for counts in self.functions.values() for count in counts]

    def is_whole(self):
        return self.count > 0 and all(self.branches())

    def add(self, function, count, branches):
        self.count += count
        before = self.functions.setdefault(function, [0] * len(branches))
        if len(before) != len(branches):
            stop(f"line {self.number}: {function} has other branches in another object: {self.text}")
        self.functions[function] = [one + other for one, other in zip(before, branches)]


class File:
    def __init__(self, path):
        self.name = path.relative_to(ROOT).as_posix()
        self.texts = path.read_text(encoding="utf-8").splitlines()
        self.lines = {}

    def line(self, number):
        if number not in self.lines:
            self.lines[number] = Line(number, self.texts[number - 1].strip())
        return self.lines[number]

    def in_order(self):
        return [self.lines[number] for number in sorted(self.lines)]


def gcov(notes):
    """gcov's word on some objects: a document for each."""
    done = subprocess.run(["gcov", "--json-format", "--stdout", "--branch-probabilities", *map(str, notes)],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", check=False)
    documents = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode != 0 or len(documents) != len(notes):
        stop("gcov failed:", done.stderr)
    return documents


def gather(folder):
    """The files of lib/ by name, with the counts of all objects: of the library, and of what includes it."""
    commands = json.loads((folder / "compile_commands.json").read_text(encoding="utf-8"))
    notes = [folder / pathlib.Path(command["output"]).with_suffix(".gcno") for command in commands]
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        parts = pool.map(gcov, [notes[first::JOBS] for first in range(min(JOBS, len(notes)))])
    files = {}
    for document in (document for part in parts for document in part):
        for told in document["files"]:
            path = pathlib.Path(document["current_working_directory"], told["file"]).resolve()
            if LIB not in path.parents:
                continue
            file = files.setdefault(path, File(path))
            for line in told["lines"]:
                branches = [branch["count"] for branch in line["branches"] if not branch["throw"]]
                file.line(line["line_number"]).add(line.get("function_name", ""), line["count"], branches)
    if not files:
        stop("gcov knows nothing of lib/")
    return [files[path] for path in sorted(files)]


# ---- what is excused --------------------------------------------------------------------------------------

def excuse(files):
    """Gives lines the reasons of coverage.txt, an entry one line; returns what is wrong with the list.

    An entry is "FILE:TEXT: REASON".  The text may hold colons: it is that of a line which is not covered."""
    by_name = {file.name: file for file in files}
    problems = []
    for number, entry in enumerate(EXCUSES.read_text(encoding="utf-8").splitlines(), 1):
        if not entry.strip() or entry.startswith("#"):
            continue
        name, _, rest = entry.partition(":")
        file = by_name.get(name)
        fitting = [line for line in (file.in_order() if file else [])
                   if not line.is_whole() and not line.reason and rest.startswith(line.text + ": ")]
        if fitting:
            line = max(fitting, key=lambda line: len(line.text))
            line.reason = rest[len(line.text) + 2:].strip()
        if not fitting or not line.reason:
            problems.append(f"tests/coverage.txt:{number}: excuses no line that is uncovered: {entry}")
    return problems


# ---- what is printed --------------------------------------------------------------------------------------

def share(covered, total):
    """Rounded down, so that 100.0 % is all of it."""
    tenths = covered * 1000 // total if total else 1000
    return f"{covered:5}/{total:<5}{tenths // 10:3}.{tenths % 10} %"


def sums(lines):
    """Covered and all, of lines and of branches."""
    branches = [count for line in lines for count in line.branches()]
    return (sum(line.count > 0 for line in lines), len(lines)), (sum(map(bool, branches)), len(branches))


def print_table(files):
    width = max(len(file.name) for file in files)
    print(f"{'':{width}}        lines                branches")
    for name, lines in [(file.name, file.in_order()) for file in files] + [
            ("all", [line for file in files for line in file.in_order()])]:
        of_lines, of_branches = sums(lines)
        print(f"{name:{width}}  {share(*of_lines)}   {share(*of_branches)}")


def lack(line):
    branches = line.branches()
    if not line.count:
        return "not reached" + (f", {len(branches)} branches" if branches else "")
    missing = [str(place) for place, count in enumerate(branches, 1) if not count]
    return f"branch {', '.join(missing)} of {len(branches)} not taken"


def print_gaps(files):
    for file in files:
        for line in file.in_order():
            if not line.is_whole():
                print(f"{file.name}:{line.number}: {lack(line)}: {line.text}")
                if line.reason:
                    print(f"    excused: {line.reason}")


def judge(files, problems):
    """The problems, and whether enough is covered."""
    lines = [line for file in files for line in file.in_order()]
    for what, (covered, total) in zip(("lines", "branches"), sums(lines)):
        if covered * 100 < ENOUGH * total:
            problems.append(f"less than {ENOUGH} % of the {what} are covered")
    bare = sum(not line.count and not line.reason for line in lines)
    if bare:
        problems.append(f"not reached, and no reason in tests/coverage.txt: {bare} of the lines")
    excused = sum(bool(line.reason) for line in lines)
    print(f"excused: {excused} of the lines" + "".join("\nFAIL: " + problem for problem in problems))
    return 1 if problems else 0


def main():
    options = argparse.ArgumentParser(description=__doc__,
                                      formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--build", type=pathlib.Path, metavar="FOLDER", help="instead of build-coverage/",
                         default=pathlib.Path(os.environ.get("EHLO_BUILD") or ROOT) / "build-coverage")
    options.add_argument("--fuzz", type=pathlib.Path, nargs="?", metavar="FOLDER",
                         const=CORPORA, help="the fuzz corpora alone")
    given = options.parse_args()
    folder = given.build.resolve()
    for tool in ("gcc", "gcov", "meson", "ninja"):
        if not shutil.which(tool):
            stop(f"there is no {tool} here")

    build_in(folder)
    if given.fuzz:
        run_corpora(folder, sorted({CORPORA, given.fuzz.resolve()}))
    else:
        run_tests(folder)
    files = gather(folder)
    problems = [] if given.fuzz else excuse(files)
    print_table(files)
    print()
    print_gaps(files)
    print()
    return 0 if given.fuzz else judge(files, problems)


if __name__ == "__main__":
    sys.exit(main())
