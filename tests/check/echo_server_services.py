#!/usr/bin/env python3
"""Tests of the program echo-server: LMTP, submission, and the extensions that change how mail is handed over.

usage: echo_server_services.py PATH-OF-ECHO-SERVER [NAME...]
"""
import base64
import json
import os
import re
import smtplib
import tempfile
import time

from echo_server_shared import PATIENCE, Server, equal, expect, keywords, main, read_block, run

USER = ["--auth", "alice:secret", "--auth-without-tls"]
LOGIN = "AUTH PLAIN " + base64.b64encode(b"\0alice\0secret").decode()
THREE = ("<a@b.example>", "<bad@b.example>", "<\"c d\"@b.example>")


def begin(client, sender="<a@a.example>", to=THREE, hello="EHLO"):
    client.say(f"{hello} c.example", 250)
    client.say(f"MAIL FROM:{sender}", 250)
    for path in to:
        client.say(f"RCPT TO:{path}", 250)


def bdat(client, octets, last=""):
    """A chunk; its reply."""
    client.send(b"BDAT %d%s\r\n" % (len(octets), last.encode()) + octets)
    return client.reply()


def content_of(echo):
    return base64.b64decode(echo["content"], validate=True)


# ---- LMTP ----------------------------------------------------------------------------------------


def test_lmtp():
    with Server("--lmtp", "--json", "--answer", "DATA_RECEIVED bad@B.example=550 5.1.1 Not here") as server:
        with server.client() as client:
            client.say("EHLO c.example", 500)
            client.say("HELO c.example", 500)
            begin(client, to=("<a@b.example>", "<bad@b.example> ", "<\"c d\"@b.example>"), hello="LHLO")
            client.say("DATA", 354)
            client.send(b"hi\r\n.\r\n")
            equal([client.reply() for _ in range(3)][1], (550, ["5.1.1 Not here"]))
            got = json.loads(server.line())
            equal((got["hello"], got["to"]), ("c.example", ["a@b.example", "\"c d\"@b.example"]))
            equal(got["parameters"]["rcpt"], [{}, {}])
            begin(client, to=("<bad@b.example>", "<bad@b.example>"), hello="LHLO")
            client.say("DATA", 354)
            client.send(b"nobody gets it\r\n.\r\n")
            equal([client.reply()[0] for _ in range(2)], [550, 550])
            begin(client, to=("<a@b.example>",), hello="LHLO")
            client.say("DATA", 354)
            client.say("the next\r\n.", 250)
            equal(content_of(json.loads(server.line())), b"the next\r\n")
            client.say("MAIL FROM:<a@a.example>", 250)
            client.say("DATA", 503)


def test_lmtp_block():
    with Server("--lmtp", "--answer", "DATA_RECEIVED postmaster=450") as server, server.client() as client:
        begin(client, to=("<Postmaster>", "<a@b.example>"), hello="LHLO")
        client.say("DATA", 354)
        client.send(b"hi\r\n.\r\n")
        equal([client.reply()[0] for _ in range(2)], [450, 250])
        head, content = read_block(server)
        equal(head[:2], ["message 1: 4 octets for 1 recipient", "  hello: LHLO c.example"])
        equal(content, b"hi\r\n")
        equal([line for line in head if line.startswith("  to: ")], ["  to: <a@b.example>"])


def test_lmtp_delayed():
    """The message is there before the first of the good replies."""
    with Server("--lmtp", "--json", "--delay", "DATA_RECEIVED=200ms", "--answer", "DATA_RECEIVED=451",
                "--answer", "DATA_RECEIVED c@b.example=250") as server, server.client() as client:
        begin(client, to=("<a@b.example>", "<b@b.example>", "<c@b.example>"), hello="LHLO")
        client.say("DATA", 354)
        start = time.monotonic()
        client.send(b"hi\r\n.\r\n")
        equal(json.loads(server.line())["to"], ["c@b.example"])
        expect(time.monotonic() - start < 0.2, "the message comes after a reply")
        equal([client.reply()[0] for _ in range(3)], [451, 451, 250])


def test_lmtp_refused():
    with Server("--lmtp", "--json", "--answer", "CONTENT spam=554 5.7.1 No spam", "--max-size", "1000") as server:
        with server.client() as client:
            for content, code in ((b"spam\r\n", 554), (b"x" * 2000 + b"\r\n", 552), (b"bare\n\r\n", 554)):
                begin(client, hello="LHLO")
                client.say("DATA", 354)
                client.send(content + b".\r\n")
                equal([client.reply()[0] for _ in range(3)], [code] * 3)
            begin(client, hello="LHLO")
            equal(bdat(client, b"fine\r\n", " LAST")[0], 250)
            equal([client.reply()[0] for _ in range(2)], [250, 250])
            equal(content_of(json.loads(server.line())), b"fine\r\n")
    with Server("--lmtp", "--answer", "DATA_RECEIVED bad@b.example=421") as server, server.client() as client:
        begin(client, hello="LHLO")
        client.say("DATA", 354)
        client.send(b"hi\r\n.\r\n")
        equal([client.reply()[0] for _ in range(3)], [250, 421, None])
        head, _ = read_block(server)
        equal([line for line in head if line.startswith("  to: ")], ["  to: <a@b.example>"])


def test_lmtp_maildir():
    with tempfile.TemporaryDirectory() as box:
        with Server("--lmtp", "--maildir", box, "--answer", "DATA_RECEIVED bad@b.example=550") as server:
            with server.client() as client:
                begin(client, hello="LHLO")
                client.say("DATA", 354)
                client.send(b"hi\r\n.\r\n")
                equal([client.reply()[0] for _ in range(3)], [250, 550, 250])
                equal(len(os.listdir(os.path.join(box, "new"))), 1)
                os.rmdir(os.path.join(box, "tmp"))
                begin(client, hello="LHLO")
                client.say("DATA", 354)
                client.send(b"hi\r\n.\r\n")
                equal([client.reply()[0] for _ in range(3)], [451, 550, 451])


def test_lmtp_many_recipients():
    many = 3000
    with Server("--lmtp", "--json", "--max-recipients", "0", "--answer", "DATA_RECEIVED r7@b.example=550") as server:
        with server.client() as client:
            client.say("LHLO c.example", 250)
            client.say("MAIL FROM:<>", 250)
            client.send(b"".join(b"RCPT TO:<r%d@b.example>\r\n" % i for i in range(many)))
            equal({client.reply()[0] for _ in range(many)}, {250})
            client.say("DATA", 354)
            client.send(b"hi\r\n.\r\n")
            equal([client.reply()[0] for _ in range(many)], [550 if i == 7 else 250 for i in range(many)])
            equal(len(json.loads(server.line())["to"]), many - 1)


def test_lmtp_by_smtplib():
    with Server("--lmtp", "--json") as server, smtplib.LMTP(*server.address, local_hostname="c.example") as client:
        client.sendmail("a@a.example", ["b@b.example"], b"hi\r\n")
        equal(json.loads(server.line())["hello"], "c.example")


def test_lmtp_sink():
    with Server("--lmtp", "--sink", "--answer", "DATA_RECEIVED bad@b.example=550") as server, server.client() as client:
        begin(client, hello="LHLO")
        client.say("DATA", 354)
        client.send(b"hi\r\n.\r\n")
        equal([client.reply()[0] for _ in range(3)], [250, 550, 250])
    with Server("--lmtp", "--sink") as server, server.client() as client:
        begin(client, hello="LHLO")
        client.say("DATA", 354)
        client.send(b"hi\r\n.\r\n")
        equal([client.reply()[0] for _ in range(3)], [250] * 3)


# ---- submission ----------------------------------------------------------------------------------


def test_submission():
    with Server("--submission", "--json", *USER) as server:
        with server.client() as client:
            client.say("EHLO c.example", 250)
            client.say("MAIL FROM:<a@a.example>", 530)
            client.say(LOGIN, 235)
            client.mail()
            equal(json.loads(server.line())["auth"], "alice")
        with smtplib.SMTP(*server.address, timeout=PATIENCE) as client:
            client.login("alice", "secret")
            client.sendmail("a@a.example", ["b@b.example"], b"hi\r\n")
        equal(json.loads(server.line())["auth"], "alice")


def test_submission_burl():
    with Server("--submission", "--extensions", "all", *USER) as server, server.client() as client:
        expect("BURL" in client.say("EHLO c.example", 250)[1], "BURL is not offered")
        client.say(LOGIN, 235)
        begin(client, to=("<b@b.example>",))
        client.say("BURL imap://alice@imap.example/x;UIDVALIDITY=1/;UID=2 LAST", 554)
    with Server("--submission", "--json", "--answer", "BURL imap://a.example/x=250", *USER) as server:
        with server.client() as client:
            client.say("EHLO c.example", 250)
            client.say(LOGIN, 235)
            begin(client, to=("<b@b.example>",))
            equal(bdat(client, b"hi\r\n")[0], 250)
            client.say("BURL imap://a.example/x", 250)
            client.say("BURL imap://a.example/x LAST", 250)
            equal(content_of(json.loads(server.line())), b"hi\r\n")


# ---- BDAT ----------------------------------------------------------------------------------------


def test_chunking():
    with Server("--json", "--extensions", "all") as server, server.client() as client:
        expect("CHUNKING" in client.say("EHLO c.example", 250)[1], "CHUNKING is not offered")
        begin(client, "<a@a.example> BODY=BINARYMIME", ("<b@b.example>",))
        chunks = [b"first\r\n.\r\n", b"", b"second\0\r\xff", bytes(range(256)) * 500]
        for chunk in chunks:
            equal(bdat(client, chunk)[0], 250)
        equal(bdat(client, b"the end", " LAST")[0], 250)
        equal(content_of(json.loads(server.line())), b"".join(chunks) + b"the end")
        begin(client, to=("<b@b.example>",))
        client.send(b"BDAT 4\r\nhi\r\nBDAT 0 LAST\r\nNOOP\r\n")  # all at once
        equal([client.reply()[0] for _ in range(3)], [250, 250, 250])
        equal(content_of(json.loads(server.line())), b"hi\r\n")


def test_chunking_that_is_refused():
    with Server("--json", "--answer", "CONTENT spam=554 5.7.1 No spam") as server, server.client() as client:
        begin(client, to=("<b@b.example>",))
        bdat(client, b"spa")
        bdat(client, b"m is refused\r\n")
        code, texts = bdat(client, b"more\r\n", " LAST")
        expect(code in (503, 554), code, texts)
        client.say("RSET", 250)
        client.mail(b"fine\r\n")
        equal(content_of(json.loads(server.line())), b"fine\r\n")
    with Server("--json", "--answer", "BDAT=452 4.3.1 Full") as server, server.client() as client:
        begin(client, to=("<b@b.example>",))
        equal(bdat(client, b"hi\r\n"), (452, ["4.3.1 Full"]))
        client.say("RSET", 250)
        client.mail(b"fine\r\n")
        equal(content_of(json.loads(server.line())), b"fine\r\n")


# ---- others --------------------------------------------------------------------------------------


def test_prdr():
    with Server("--json", "--answer", "DATA_RECEIVED bad@b.example=550 5.1.1 Not here") as server:
        with server.client() as client:
            expect("PRDR" in client.say("EHLO c.example", 250)[1], "PRDR comes with such an answer")
            begin(client, "<a@a.example> PRDR")
            client.say("DATA", 354)
            client.send(b"hi\r\n.\r\n")
            equal([client.reply()[0] for _ in range(5)], [353, 250, 550, 250, 250])
            equal(json.loads(server.line())["to"], ["a@b.example", "\"c d\"@b.example"])
            begin(client, "<a@a.example> PRDR", ("<bad@b.example>", "<bad@b.example>"))
            client.say("DATA", 354)
            client.send(b"nobody gets it\r\n.\r\n")
            equal([client.reply()[0] for _ in range(4)], [353, 550, 550, 550])
            begin(client)  # without PRDR the message is for all
            client.say("DATA", 354)
            client.say("hi\r\n.", 250)
            equal(len(json.loads(server.line())["to"]), 3)


def test_extensions():
    everything = keywords("--extensions", "all")
    for name in "EXPN CHUNKING BINARYMIME DSN DELIVERBY MT-PRIORITY RRVS NO-SOLICITING LIMITS ETRN PRDR".split():
        expect(name in everything, name, "is not in all")
    for name in "STARTTLS AUTH ATRN BURL FUTURERELEASE REQUIRETLS XCLIENT XFORWARD SEND TURN".split():
        expect(name not in everything, name, "is in all")
    expect({"XCLIENT", "XFORWARD"} <= keywords("--extensions", "all,XCLIENT,XFORWARD"), "named")
    expect({"AUTH", "ATRN"} <= keywords("--extensions", "all", *USER), "with AUTH")
    submission = keywords("--submission", "--extensions", "all", *USER)
    expect({"AUTH", "BURL", "FUTURERELEASE"} <= submission and "ETRN" not in submission, submission)
    expect("AUTH" in keywords("--extensions", "SIZE", *USER), "AUTH comes with --auth")
    expect("AUTH" not in keywords("--extensions", "-AUTH", *USER), "AUTH is left out")


def test_bounds():
    with Server("--submission", "--extensions", "all", "--min-by", "60", "--max-hold", "3600", *USER) as server:
        with server.client() as client:
            lines = client.say("EHLO c.example", 250)[1]
            expect("DELIVERBY 60" in lines, lines)
            hold = [line for line in lines if line.startswith("FUTURERELEASE ")][0].split()
            equal(hold[1], "3600")
            latest = time.strptime(hold[2], "%Y-%m-%dT%H:%M:%SZ")
            wanted = time.gmtime(time.time() + 3600)
            expect(abs(time.mktime(latest) - time.mktime(wanted)) < 60, hold)
            client.say(LOGIN, 235)
            client.say("MAIL FROM:<a@a.example> HOLDFOR=3601", 501)
            client.say("MAIL FROM:<a@a.example> BY=59;R", 555)
            client.mail(sender="<a@a.example> HOLDFOR=3600 BY=7200;R")
    with Server("--json", "--extensions", "DSN") as server, server.client() as client:
        client.say("EHLO c.example", 250)
        client.mail(sender="<a@a.example> ret=hdrs ENVID=QQ314159",
                    to=("<b@b.example> NOTIFY=success,DELAY ORCPT=rfc822;b+2Bx@b.example", "<c@b.example>"))
        equal(json.loads(server.line())["parameters"],
              {"mail": {"RET": "hdrs", "ENVID": "QQ314159"},
               "rcpt": [{"NOTIFY": "success,DELAY", "ORCPT": "rfc822;b+2Bx@b.example"}, {}]})


def test_scripted():
    with Server("--answer", "ETRN example.org=252 2.0.0 Some", "--answer", "XCLIENT=220", "--answer", "XFORWARD=250",
                "--answer", "ATRN example.org,example.net=450", "--answer", "ATRN=453", *USER) as server:
        with server.client() as client:
            expect({"ETRN", "ATRN"} <= set(client.say("EHLO c.example", 250)[1]), "offered with their answers")
            equal(client.say("ETRN Example.org"), (252, ["2.0.0 Some"]))
            client.say("ETRN example.net", 458)
            client.say(LOGIN, 235)
            client.say("ATRN", 453)
            client.say("ATRN example.org,example.net", 450)
            client.say("XFORWARD NAME=spike.example ADDR=192.0.2.1", 250)
            client.say("XCLIENT NAME=spike.example ADDR=192.0.2.1", 220)
            client.say("MAIL FROM:<a@a.example>", 503)
            client.say("EHLO c.example", 250)
            client.mail()
    with Server("--lmtp", "--answer", "LHLO bad.example=550") as server, server.client() as client:
        client.say("LHLO bad.example", 550)
        client.say("LHLO good.example", 250)
    with Server("--extensions", "XCLIENT,XFORWARD") as server, server.client() as client:
        client.say("EHLO c.example", 250)
        client.say("XCLIENT ADDR=192.0.2.1", 550)
        client.say("XFORWARD ADDR=192.0.2.1", 550)


def test_atrn_accepted():
    with Server("--answer", "ATRN=250", *USER) as server, server.client() as client:
        client.say("EHLO c.example", 250)
        client.say(LOGIN, 235)
        client.say("ATRN", 250)
        equal(client.reply()[0], None)


def test_options_mistakes():
    for options, word in [
            (["--lmtp", "--submission", *USER], "--lmtp"),
            (["--lmtp", "--extensions", "ETRN"], "ETRN"),
            (["--extensions", "BURL"], "BURL"),
            (["--extensions", "FUTURERELEASE"], "FUTURERELEASE"),
            (["--extensions", "ATRN"], "ATRN"),
            (["--min-by", "60"], "DELIVERBY"),
            (["--max-hold", "60"], "FUTURERELEASE"),
            (["--extensions", "DELIVERBY", "--min-by", "4294967295"], "--min-by: "),
            (["--answer", "BDAT x=452"], "argument"),
            (["--answer", "DATA_RECEIVED a b=550"], "mailbox"),
            (["--answer", "LHLO=299"], "250"),
            (["--answer", "STARTTLS x=454"], "argument"),
            (["--answer", "AUTH=250"], "235")]:
        ended = run("--port", "0", *options)
        equal((ended.returncode, ended.stdout), (2, b""), options)
        error = ended.stderr.decode()
        expect(re.fullmatch(r"echo-server: [^\n]+\n", error) and word in error, options, repr(error))


if __name__ == "__main__":
    main(globals(), __doc__)
