"""What the checks share: the source tree, a private build of the library, how a check ends."""

import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
HEADERS = sorted((ROOT / "include/ehlo").glob("*.h"))

# How bounds are checked (R22 of docs/design.md).
BOUNDS_FLAGS = ["-std=c11", "-ffreestanding", "-fno-stack-protector", "-U_FORTIFY_SOURCE", "-fvisibility=hidden"]


def sources():
    return sorted((ROOT / "lib").glob("*/*.c"))


def name_of(path):
    """A file as one reads of it: its path from the top of the tree."""
    return path.relative_to(ROOT).as_posix()


def run(command, **more):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, **more)
    if done.returncode != 0:
        fail(" ".join(str(word) for word in command), done.stdout + done.stderr)
    return done.stdout


def compile_library(compiler, folder, *flags):
    """Compiles each file of the library into `folder`; returns the objects."""
    def compile_one(source):
        into = pathlib.Path(folder) / (source.parent.name + "-" + source.stem + ".o")
        run([*compiler, *BOUNDS_FLAGS, *flags, "-I", ROOT / "include", "-I", ROOT / "lib", "-c", source, "-o", into],
            cwd=folder)
        return into

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(compile_one, sources()))


def can_compile(compiler, *flags):
    """Whether the compiler, and the C library's headers, know those flags here."""
    done = subprocess.run([*compiler, *flags, "-fsyntax-only", "-x", "c", "-"], input="#include <string.h>\n",
                          capture_output=True, text=True)
    return done.returncode == 0


def macros(compiler, *flags):
    return run([*compiler, *flags, "-dM", "-E", "-x", "c", "/dev/null"])


def public_functions():
    """The functions that the headers declare with EHLO_API."""
    found = set()
    for header in HEADERS:
        text = re.sub(r"/\*.*?\*/", " ", header.read_text(), flags=re.S)
        text = re.sub(r"^\s*#.*$", "", text, flags=re.M)
        found.update(re.findall(r"\bEHLO_API\b[^;(]*?(\w+)\s*\(", text))
    return found


def fail(what, *details):
    print("FAIL:", what)
    for detail in details:
        print(detail)
    sys.exit(1)


def hold(problems):
    """Ends the check where there are problems, each a line."""
    if problems:
        fail(problems[0], *problems[1:])


def skip(reason):
    print("SKIP:", pathlib.Path(sys.argv[0]).stem, reason)
    sys.exit(77)
