"""common.py: how the interop tests fail, how they are skipped, and how they run programs."""

import os
import pathlib
import shutil
import subprocess

SECONDS = 60  # for whatever may hang


class Wrong(Exception):
    """Something arrived otherwise than it should."""


class Missing(Exception):
    """What this machine, a program or the echo server does not have: the case is skipped."""


def need(*programs):
    for program in programs:
        found = shutil.which(program, path=os.environ["PATH"] + ":/usr/sbin:/sbin")
        if found:
            return found
    raise Missing(f"{programs[0]} is not here")


def call(*command, fails=False, **more):
    """Runs a program and returns what it says, which is also shown when it does not end as it should."""
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=SECONDS, **more)
    said = done.stdout.decode(errors="replace")
    if (done.returncode != 0) != fails:
        raise Wrong(f"{command[0]} ended with status {done.returncode}:\n{said}")
    return said


def written(folder, content, name="message"):
    path = pathlib.Path(folder) / name
    path.write_bytes(content)
    return path


def difference(got, wanted):
    """Where two values part."""
    if not isinstance(got, bytes):
        return f"{got!r} and not {wanted!r}"
    same = len(os.path.commonprefix([got, wanted]))
    start = max(0, same - 20)
    return f"from octet {same} on ...{got[start:same + 40]!r} and not ...{wanted[start:same + 40]!r}"
