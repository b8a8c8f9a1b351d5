"""run.py ECHO-SERVER FOLDER [WORD...]: real programs deliver to the echo server, over loopback.

Each message must arrive once, with the envelope as given and the content octet for octet as sent.  FOLDER is
where fetch.sh has put what is not installed.  Prints ok, FAIL or SKIP for each case, and at the end how many
passed.  With WORDs, only the cases whose names hold one of them.
"""

import os
import signal
import smtplib
import subprocess
import sys

import clients
import particulars
from bench import Bench
from common import Missing, Wrong
from exim import exim
from mail import HELLO, USER
from postfix import postfix
from way import LMTP, PLAIN, SMTPS, STARTTLS

MECHANISMS = ["PLAIN", "LOGIN", "CRAM-MD5"]  # of AUTH, that every client here has
WAYS = {
    # name: the way, and the mechanisms with which it is tried; "" is no AUTH
    "": (PLAIN, [""]),
    ", STARTTLS": (STARTTLS, ["", *MECHANISMS]),
    ", TLS from the start": (SMTPS, ["", *MECHANISMS]),
    ", AUTH without TLS": (PLAIN, MECHANISMS),
    ", LMTP": (LMTP, [""]),
}
CLIENTS = {
    "swaks": clients.swaks,
    "curl": clients.curl,
    "Python's smtplib": clients.python_smtplib,
    "msmtp": clients.msmtp,
    "nodemailer": clients.nodemailer,
    "Postfix": postfix,
    "Exim": exim,
}
PARTICULARS = {
    "swaks, particulars": particulars.swaks_particulars,
    "curl, particulars": particulars.curl_particulars,
    "Python's smtplib, particulars": particulars.smtplib_particulars,
    "Python's smtplib, samples": particulars.smtplib_samples,
    "Postfix's smtp-source": particulars.postfix_smtp_source,
    "Postfix, a recipient refused": particulars.postfix_refused,
    "Exim, a recipient refused": particulars.exim_refused,
    "Python's smtplib, LMTP, a recipient refused": particulars.smtplib_lmtp_refused,
    "Postfix, LMTP, a recipient refused": particulars.postfix_lmtp_refused,
    "Exim, LMTP, a recipient refused": particulars.exim_lmtp_refused,
    "Exim, CHUNKING": particulars.exim_chunking,
}


def delivery(client, way, mechanisms):
    """The case in which this client delivers in this way."""

    def case(bench):
        tried = [*mechanisms]
        if len(tried) > 1 and (client is postfix or client is clients.msmtp and clients.msmtp_has_scram(way)):
            tried.append("SCRAM-SHA-256")
        for mechanism in tried:
            this = way._replace(mechanism=mechanism)
            with bench.serve(way=this) as server:
                client(this, server.port, bench)
                server.expect(hello=HELLO, tls=bool(way.tls), auth=USER if mechanism else None,
                              relayed=client in (postfix, exim))
        return " ".join(tried).strip()

    return case


def cases():
    for name, client in CLIENTS.items():
        for addition, (way, mechanisms) in WAYS.items():
            if not (way.lmtp and client is clients.curl):  # it has no LMTP
                yield name + addition, delivery(client, way, mechanisms)
    yield from PARTICULARS.items()


def verdict_of(case, bench):
    """ok, FAIL or SKIP, and a word about it."""
    try:
        return "ok", case(bench)
    except Missing as missing:
        return "SKIP", missing
    except (Wrong, OSError, subprocess.SubprocessError, smtplib.SMTPException) as wrong:
        return "FAIL", wrong


def main(program, folder, *words):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # not without stopping what runs
    os.umask(0o022)  # the mail servers' users read what is written here
    bench = Bench(program, folder)
    count = {"ok": 0, "FAIL": 0, "SKIP": 0}
    for name, case in cases():
        if words and not any(word in name for word in words):
            continue
        verdict, about = verdict_of(case, bench)
        count[verdict] += 1
        shown = "SKIP:" if verdict == "SKIP" else verdict.ljust(5)
        print(shown, f"{name}: {about}" if about else name, flush=True)
    skipped = f", {count['SKIP']} skipped" if count["SKIP"] else ""
    print(f"{count['ok']} passed, {count['FAIL']} failed{skipped}")
    return 1 if count["FAIL"] else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
