"""particulars.py: what one client does in its own way."""

import glob
import pathlib
import smtplib

import clients
from common import SECONDS, Missing, Wrong
from exim import exim
from mail import BINARY, FROM, HELLO, MESSAGE, REFUSED, TO, UNENDED, WITH_LF
from postfix import postfix, smtp_source
from way import LMTP, PLAIN

FAULTS = {b"\r": "a bare CR", b"\0": "a NUL"}  # what the content policy refuses


def swaks_particulars(bench):
    """Pipelined; with data that it does not touch; with the null path."""
    with bench.serve() as server:
        clients.swaks(PLAIN, server.port, bench, "--pipeline")
        server.expect(hello=HELLO)
        clients.swaks(PLAIN, server.port, bench, "-ndf", data=MESSAGE.replace(b"\r\n.", b"\r\n..") + b".")
        server.expect(hello=HELLO)
        clients.swaks(PLAIN, server.port, bench, sender="<>", to=["postmaster"])
        server.expect(sender="", to=["postmaster"])


def curl_particulars(bench):
    """Line ends that it makes itself; two messages on one connection."""
    with bench.serve() as server:
        clients.curl(PLAIN, server.port, bench, "--crlf", content=WITH_LF)
        server.expect(hello=HELLO)
        clients.curl(PLAIN, server.port, bench, times=2)
        server.expect(hello=HELLO)
        server.expect(hello=HELLO)


def smtplib_particulars(bench):
    """Every method that speaks to the server, an internationalized address, HELO."""
    with bench.serve() as server:
        with smtplib.SMTP("127.0.0.1", server.port, local_hostname=HELLO, timeout=SECONDS) as client:
            client.sendmail(FROM, TO, MESSAGE, ["BODY=8BITMIME"])
            echo = server.expect(hello=HELLO)
            if echo["parameters"]["mail"] != {"SIZE": str(len(MESSAGE)), "BODY": "8BITMIME"}:
                raise Wrong(f"the parameters are {echo['parameters']}")
            client.sendmail("", TO, MESSAGE)
            server.expect(sender="")
            client.sendmail("jürgen@client.example", ["δοκιμή@server.example"], MESSAGE, ["SMTPUTF8"])
            server.expect(sender="jürgen@client.example", to=["δοκιμή@server.example"])
            answers = [client.noop()[0], client.rset()[0], client.verify("bob")[0], client.help()[:4] != b""]
            if answers != [250, 250, 252, True]:
                raise Wrong(f"NOOP, RSET, VRFY and HELP got {answers}")
        with smtplib.SMTP("127.0.0.1", server.port, local_hostname="old.example", timeout=SECONDS) as client:
            client.helo()
            client.sendmail(FROM, TO, MESSAGE)
            server.expect(hello="old.example")


def smtplib_samples(bench):
    """What Python's own email tests read: each arrives as sent, or is refused for a bare CR or NUL."""
    samples = sorted(glob.glob(str(bench.folder / "samples/usr/lib/python3*/test/test_email/data/msg_*.txt")))
    if not samples:
        raise Missing("the samples of Python's email tests are not here")
    refused = 0
    with bench.serve() as server:
        with smtplib.SMTP("127.0.0.1", server.port, local_hostname=HELLO, timeout=SECONDS) as client:
            client.ehlo()
            for sample in samples:
                content = pathlib.Path(sample).read_bytes().replace(b"\r\n", b"\n")
                lines = content.removesuffix(b"\n").split(b"\n")
                content = b"".join(line + b"\r\n" for line in lines)
                why = [name for octet, name in FAULTS.items() if octet in b"".join(lines)]
                try:
                    client.sendmail(FROM, TO, content, ["BODY=8BITMIME"])
                except smtplib.SMTPDataError as error:
                    if not why:
                        raise Wrong(f"{sample} is refused: {error}") from None
                    refused += 1
                    continue
                if why:
                    raise Wrong(f"{sample} has {why[0]} and is accepted")
                server.expect(content)
    return f"{len(samples)} samples, {refused} of them refused for a bare CR or NUL"


def postfix_smtp_source(bench):
    """One message, and many on many connections."""
    sent = MESSAGE + b"\r\n"  # it ends every file with an empty line
    with bench.serve() as server:
        smtp_source(server.port, bench)
        server.expect(sent, to=TO[:1], hello=HELLO)
        smtp_source(server.port, bench, "-d", "-s", 10, "-m", 200, "-r", 5)
        for _ in range(200):
            echo = server.expect(sent, to=None, hello=HELLO)
            if len(set(echo["to"])) != 5:  # what it calls them depends on its version
                raise Wrong(f"the recipients are {echo['to']}")


# ---- recipients that are refused -------------------------------------------------------------------------

NOT_HERE = "550 5.1.1 Not-one-of-us"


def bounced(bench, deliver, *options, way=PLAIN):
    """What is refused for one recipient arrives for the others, and its sender gets it back."""
    with bench.serve(*options, way=way) as server:
        deliver(way, server.port, bench, to=[*TO, REFUSED], bounces=[REFUSED])
        server.expect(relayed=True)
        server.expect_bounce(NOT_HERE)
        if not way.lmtp:
            deliver(way, server.port, bench, to=[REFUSED], bounces=[REFUSED])
            server.expect_bounce(NOT_HERE)


def postfix_refused(bench):
    bounced(bench, postfix, "--answer", f"RCPT {REFUSED}={NOT_HERE}")


def exim_refused(bench):
    bounced(bench, exim, "--answer", f"RCPT {REFUSED}={NOT_HERE}")


def postfix_lmtp_refused(bench):
    bounced(bench, postfix, "--answer", f"DATA_RECEIVED {REFUSED}={NOT_HERE}", way=LMTP)


def exim_lmtp_refused(bench):
    bounced(bench, exim, "--answer", f"DATA_RECEIVED {REFUSED}={NOT_HERE}", way=LMTP)


def smtplib_lmtp_refused(bench):
    """The replies themselves: one for each recipient that was taken."""
    with bench.serve("--answer", f"DATA_RECEIVED {REFUSED}={NOT_HERE}", way=LMTP) as server:
        with smtplib.LMTP("127.0.0.1", server.port, local_hostname=HELLO, timeout=SECONDS) as client:
            client.ehlo()
            client.mail(FROM)
            for address in [TO[0], REFUSED, TO[1]]:
                client.rcpt(address)
            codes = [client.data(MESSAGE)[0], client.getreply()[0], client.getreply()[0]]
            if codes != [250, 550, 250]:
                raise Wrong(f"after the content come {codes}")
            server.expect(hello=HELLO)


# ---- CHUNKING --------------------------------------------------------------------------------------------


def exim_chunking(bench):
    """By BDAT where there is no DATA, by DATA where there is no BDAT."""
    with bench.serve() as server:
        server.expect_offer("CHUNKING")
    with bench.serve("--answer", "DATA=554 5.5.1 Only BDAT") as server:
        for content in MESSAGE, BINARY:
            exim(PLAIN, server.port, bench, content=content.replace(b"\r\n", b"\n"))
            server.expect(content, relayed=True)
    with bench.serve("--extensions", "all,-BINARYMIME,-CHUNKING") as server:
        exim(PLAIN, server.port, bench, content=BINARY.replace(b"\r\n", b"\n"))
        server.expect(BINARY, relayed=True)
