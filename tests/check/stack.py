"""stack.py COMPILER...: the deepest that any public call can go, the host's callbacks aside.

From gcc's own figures (-fcallgraph-info=su): no recursion, no array of variable size, and no path from
a public function deeper than LIMIT.  Calls through pointers are the host's callbacks; a function that
makes one is listed, so that nothing else hides behind a pointer.
"""

import pathlib
import re
import subprocess
import sys
import tempfile

import library

LIMIT = 4096
FLAGS = [["-O2"], ["-Os"], ["-O3"]]
INDIRECT = "__indirect_call"
CALLBACKS_IN = {"server", "client"}  # folders whose functions may call through a pointer


def graph(compiler, flags):
    """Functions with their octets and kind of frame, and who calls whom."""
    frames, calls = {}, {}
    with tempfile.TemporaryDirectory() as folder:
        library.compile_library(compiler, folder, *flags, "-fcallgraph-info=su")
        for file in pathlib.Path(folder).glob("*.ci"):
            text = file.read_text()
            for title, label in re.findall(r'node: \{ title: "([^"]*)" label: "([^"]*)"', text):
                octets = re.search(r"\\n(\d+) bytes \(([^)]*)\)", label)
                if octets:
                    frames[title] = (int(octets[1]), octets[2], file.name.split("-")[0])
            for source, target in re.findall(r'edge: \{ sourcename: "([^"]*)" targetname: "([^"]*)"', text):
                calls.setdefault(source, set()).add(target)
    return frames, calls


def deepest(function, frames, calls, known, above):
    """The deepest path from a function down: octets, and the functions on it."""
    if function in known:
        return known[function]
    if function in above:
        library.fail("recursion: " + " -> ".join([*above[above.index(function):], function]))
    below = [deepest(target, frames, calls, known, [*above, function])
             for target in sorted(calls.get(function, ()))]
    octets, path = max(below, default=(0, []))
    known[function] = (octets + frames.get(function, (0,))[0], [function, *path])
    return known[function]


def check(compiler, flags):
    frames, calls = graph(compiler, flags)
    problems = [f"{name}: its frame is {kind}, not of one size" for name, (_, kind, _) in frames.items()
                if kind not in ("static", "dynamic,bounded")]  # pushed arguments make it the latter
    through_pointers = sorted(name for name, targets in calls.items() if INDIRECT in targets)
    problems += [f"{name} calls through a pointer" for name in through_pointers
                 if frames[name][2] not in CALLBACKS_IN]
    library.hold(problems)
    known = {}
    octets, path = max(deepest(name, frames, calls, known, []) for name in library.public_functions())
    print(f"{' '.join(flags)}: {octets} octets at most:",
          " -> ".join(f"{name.split(':')[-1]} {frames.get(name, (0,))[0]}" for name in path))
    print("    callbacks are called by", *(name.split(":")[-1] for name in through_pointers))
    if octets > LIMIT:
        library.fail(f"deeper than {LIMIT} octets")


if __name__ == "__main__":
    compiler = sys.argv[1:]
    probe = [*compiler, "-fcallgraph-info=su", "-x", "c", "-c", "/dev/null", "-o", "/dev/null"]
    with tempfile.TemporaryDirectory() as folder:
        if subprocess.run(probe, capture_output=True, cwd=folder).returncode != 0:
            library.skip(f"{compiler[0]} does not know -fcallgraph-info=su: gcc does")
    if "__x86_64__" not in library.macros(compiler):
        library.skip("the bound is for x86-64")
    for flags in FLAGS:
        check(compiler, flags)
