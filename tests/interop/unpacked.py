"""unpacked.py: mail servers that are not installed.

They run from where fetch.sh has unpacked them.  Config, queue and log lie in a folder that goes with the run,
and the users that they want exist for them alone: nss_wrapper, a library that is loaded into them, takes them
from a file.  They listen nowhere and send all mail to the echo server.
"""

import contextlib
import os
import pathlib
import shutil
import tempfile
import time

from common import SECONDS, Missing, Wrong

# Users and groups that no machine has: between those that systemd gives away and nobody.
OWNER = 65520
SUBMITTERS = 65521


@contextlib.contextmanager
def unpacked(bench, name):
    """The folder with a server's programs, and one for its files: in the bench's folder, or, where the
    server's user could not come there or would stumble over a space, both in a temporary one."""
    programs = bench.folder / name
    if not (programs / "done").exists():
        raise Missing(f"{name} is not here: fetch.sh could not have it")
    good = all(path.stat().st_mode & 0o001 and " " not in path.name for path in [programs, *programs.parents])
    with tempfile.TemporaryDirectory(prefix=f"{name}-run-", dir=bench.folder if good else None) as run:
        run = pathlib.Path(run)
        run.chmod(0o755)
        if not good:
            programs = shutil.copytree(programs, run / name, symlinks=True,
                                       ignore=shutil.ignore_patterns("whole", "share"))
        yield programs, run


def environment(programs, run, users):
    """In which the programs find their libraries, and these users, each also a group."""
    libraries = [programs / "usr/lib/postfix", *programs.glob("usr/lib/*-linux-gnu*"),
                 *programs.glob("lib/*-linux-gnu*")]
    users = {"root": 0, "nobody": 65534, "nogroup": 65534, **users}
    (run / "passwd").write_text("".join(f"{name}:x:{n}:{n}::/:/bin/false\n" for name, n in users.items()))
    (run / "group").write_text("".join(f"{name}:x:{n}:\n" for name, n in users.items()))
    return {
        "PATH": os.environ["PATH"],
        "LD_LIBRARY_PATH": ":".join(str(path) for path in libraries),
        "LD_PRELOAD": "libnss_wrapper.so",
        "NSS_WRAPPER_PASSWD": str(run / "passwd"),
        "NSS_WRAPPER_GROUP": str(run / "group"),
        "SASL_PATH": ":".join(str(path / "sasl2") for path in libraries),
    }


def give(folder, user, group=-1, mode=0o700):
    """A new folder that belongs to one of these users."""
    folder.mkdir()
    try:
        os.chown(folder, user, group)
    except OSError as error:
        raise Missing(f"a folder cannot be given to another user here: {error}") from None
    folder.chmod(mode)


def wait_for(log, found, ended=lambda: False):
    """What `found` finds in the log of a server, once it finds something."""
    deadline = time.monotonic() + SECONDS
    while True:
        last = ended() or time.monotonic() > deadline
        text = log.read_text(errors="replace") if log.exists() else ""
        result = found(text)
        if result:
            return result
        if last:
            raise Wrong(f"it came no further than this:\n{text}")
        time.sleep(0.01)


def hold(verdicts, to, bounces, log):
    """The mail was sent to each recipient, or bounced where it should."""
    wanted = {address: "bounced" if address in bounces else "sent" for address in to}
    if {address: verdicts.get(address) for address in to} != wanted:
        raise Wrong(f"not delivered as it should:\n{log.read_text(errors='replace')}")
