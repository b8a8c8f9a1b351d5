#!/usr/bin/env python3
"""Tests of the program echo-server: what it prints and stores, and what it is told to answer, and when.

usage: echo_server.py PATH-OF-ECHO-SERVER [NAME...]
"""
import base64
import json
import os
import resource
import signal
import socket
import subprocess
import tempfile
import time

from echo_server_shared import CODES, PATIENCE, SESSION, Server, Skip, equal, expect, main, read_block, within

# ---- echoes --------------------------------------------------------------------------------------


def test_echo_block():
    content = b"Subject: dots\r\n\r\n.\r\n..two\r\n----- end of message 1\r\n"
    with Server() as server, server.client() as client:
        client.say("EHLO c.example", 250)
        client.mail(content, "<a@a.example> SIZE=60 body=8bitmime", ("<b@b.example>", "<@r.example:\"c d\"@b.example>"))
        head, got = read_block(server)
        equal(got, content)
        equal(head, ["message 1: 51 octets for 2 recipients", "  hello: EHLO c.example", "  tls: no", "  auth: none",
                     "  from: <a@a.example> SIZE=60 body=8bitmime", "  to: <b@b.example>",
                     "  to: <\"c d\"@b.example>", "----- content of message 1"])
        client.say("HELO d.example", 250)
        client.mail(b"", "<>", ("<Postmaster>",))
        head, got = read_block(server)
        equal(got, b"")
        equal(head[:5], ["message 2: 0 octets for 1 recipient", "  hello: HELO d.example", "  tls: no", "  auth: none",
                         "  from: <>"])
        equal(head[5], "  to: <Postmaster>")


def test_echo_only_what_was_accepted():
    with Server("--answer", "RCPT bad@b.example=550", "--answer", "CONTENT spam=554") as server:
        with server.client() as client:
            client.say("EHLO c.example", 250)
            client.mail(b"bare\nline end\r\n", code=554)
            client.mail(b"buy spam\r\n", code=554)
            client.say("MAIL FROM:<a@a.example>", 250)
            client.say("RSET", 250)
            client.say("MAIL FROM:<a@a.example>", 250)
            client.say("RCPT TO:<bad@b.example>", 550)
            client.say("RCPT TO:<good@b.example>", 250)
            client.say("DATA", 354)
            client.say("well\r\n.", 250)
            head, got = read_block(server)
            equal(head[0], "message 1: 6 octets for 1 recipient")
            equal((head[5], got), ("  to: <good@b.example>", b"well\r\n"))


def test_echo_nobody_reads():
    with Server(piped=True) as server, server.client() as client:
        server.said.close()
        client.say("EHLO c.example", 250)
        client.mail(code=451)
        client.mail(code=451)
        expect("cannot echo" in server.errors(), server.errors())


def test_echo_somebody_reads_slowly():
    message = SESSION[len(b"EHLO c.example\r\n"):] + b"x" * 99998 + b"\r\n.\r\n"  # more than a pipe holds
    with Server("--json", piped=True) as server, server.client() as client:
        client.say("EHLO c.example", 250)
        client.send(message)
        time.sleep(0.2)
        equal(json.loads(server.line())["size"], 100000)
        equal([client.reply()[0] for _ in range(5)], CODES[2:] + [250])
        client.send(message)
        time.sleep(0.2)
        equal(server.stop(), 0)  # though it is stuck: the message is not accepted then
        equal([client.reply()[0] for _ in range(6)], CODES[2:] + [451, 421])


def test_json():
    with Server("--json", "--lenient", "hello-text") as server, server.client() as client:
        client.say("EHLO c.example", 250)
        content = bytes(range(128, 256)) + b"\t\"\\\r\n.\r\n"
        client.mail(content, "<> SIZE=200 Body=8BITMIME",
                    ("<\"a\\\"b\\\\c\"@b.example>", "<@r.example,@s.example:c@[IPv6:::1]>", "<postmaster>"))
        client.mail("é\r\n".encode(), "<zoë@a.example> SMTPUTF8 BODY=8BITMIME", ("<ü@münchen.example>",))
        client.say("HELO my_host and more words", 501)
        client.say("HELO d.example and more \"words\"", 250)
        client.mail(b"")
        for size in (1, 2, 3, 4, 100000):
            client.mail(b"x" * (size - 2) + b"\r\n" if size > 2 else b"\r\n")
        first, second, third, *others = [json.loads(server.line()) for _ in range(8)]
    equal(list(first), ["hello", "tls", "auth", "from", "to", "parameters", "size", "content"])
    equal((first["hello"], first["tls"], first["auth"], first["from"]), ("c.example", False, None, ""))
    equal(first["to"], ["\"a\\\"b\\\\c\"@b.example", "c@[IPv6:::1]", "postmaster"])
    equal(first["parameters"], {"mail": {"SIZE": "200", "BODY": "8BITMIME"}, "rcpt": [{}, {}, {}]})
    equal((base64.b64decode(first["content"], validate=True), first["size"]), (content, len(content)))
    equal((second["from"], second["to"]), ("zoë@a.example", ["ü@münchen.example"]))
    equal(second["parameters"]["mail"], {"SMTPUTF8": True, "BODY": "8BITMIME"})
    equal((third["hello"], third["size"], third["content"]), ("d.example", 0, ""))
    for echo in others:
        equal(len(base64.b64decode(echo["content"], validate=True)), echo["size"])


def test_sink():
    with Server("--sink") as server:
        with server.client() as client:
            client.say("EHLO c.example", 250)
            for _ in range(3):
                client.mail(b"x" * 70 + b"\r\n" * 10000)
        server.stop()
        equal(server.said.read(), b"")
    with Server("--sink", "--answer", "CONTENT spam=554", "--delay", "CONTENT=1ms") as server:
        with server.client() as client:
            client.say("EHLO c.example", 250)
            client.mail(b"spam\r\n", code=554)
            client.mail()
    with Server("--sink", "--delay", "CONTENT=1ms") as server, server.client() as client:
        client.say("EHLO c.example", 250)
        client.mail()


# ---- Maildir -------------------------------------------------------------------------------------


def names(directory, *folders):
    return [name for folder in folders or ("tmp", "new", "cur") for name in os.listdir(os.path.join(directory, folder))]


def read(*path):
    with open(os.path.join(*path), "rb") as file:
        return file.read()


def test_maildir():
    with tempfile.TemporaryDirectory() as top:
        box = os.path.join(top, "box")
        contents = [b"Subject: 1\r\n\r\n.\r\nend\r\n", b"", b"x" * 70000 + b"\r\n"]
        with Server("--maildir", box, "--hostname", "[IPv6:::1]") as server, server.client() as client:
            client.say("EHLO c.example", 250)
            for content in contents:
                client.mail(content)
            files = names(box, "new")
            equal(sorted(read(box, "new", name) for name in files), sorted(contents))
            equal(names(box, "tmp", "cur"), [])
            for name in files:
                expect(not set(name) & set("/: "), name)
            client.mail(b"bare\n\r\n", code=554)
            equal(len(names(box)), 3)
        with Server("--maildir", box, "--json") as server, server.client() as client:
            client.say("EHLO c.example", 250)
            client.mail()
            json.loads(server.line())
            equal(len(names(box, "new")), 4)


def test_maildir_many_at_once():
    with tempfile.TemporaryDirectory() as box:
        with Server("--maildir", box, "--json") as server:
            clients = [server.client() for _ in range(50)]
            for number, client in enumerate(clients):
                client.send(b"EHLO c.example\r\nMAIL FROM:<>\r\nRCPT TO:<a@b.example>\r\nDATA\r\n")
            for number, client in enumerate(clients):
                equal([client.reply()[0] for _ in range(4)], [250, 250, 250, 354])
                client.send(b"%d\r\n.\r\n" % number)
            for client in clients:
                equal(client.reply()[0], 250)
                client.close()
            equal(sorted(int(read(box, "new", name)) for name in names(box, "new")), list(range(50)))


def refused_and_nothing_left(server, box, code, size=1000):
    with server.client() as client:
        client.say("EHLO c.example", 250)
        client.mail(b"x" * size + b"\r\n", code=code)
        client.say("NOOP", 250)
    expect("cannot store" in server.errors(), server.errors())
    equal(names(box, *[folder for folder in ("tmp", "new", "cur") if os.path.isdir(os.path.join(box, folder))]), [])


def test_maildir_that_goes_away():
    for folder in ("tmp", "new"):
        with tempfile.TemporaryDirectory() as box:
            with Server("--maildir", box) as server:
                os.rmdir(os.path.join(box, folder))
                refused_and_nothing_left(server, box, 451)


def test_maildir_too_big_for_a_file():
    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))

    with tempfile.TemporaryDirectory() as box:
        with Server("--maildir", box, preexec_fn=limit, restore_signals=False) as server:
            refused_and_nothing_left(server, box, 451, 6000)


def test_maildir_unwritable():
    if os.geteuid() == 0:
        raise Skip("root may write anywhere")
    with tempfile.TemporaryDirectory() as box:
        with Server("--maildir", box) as server:
            os.chmod(os.path.join(box, "tmp"), 0o500)
            refused_and_nothing_left(server, box, 451)


def test_maildir_disk_full():
    with tempfile.TemporaryDirectory() as top:
        box = os.path.join(top, "disk")
        os.mkdir(box)
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", box], stderr=subprocess.DEVNULL,
                                 check=False) if os.geteuid() == 0 else None
        if mounted is None or mounted.returncode != 0:
            raise Skip("needs the right to mount a small disk")
        try:
            with Server("--maildir", box, "--json") as server:
                refused_and_nothing_left(server, box, 452, 100000)
                with server.client() as client:
                    client.say("EHLO c.example", 250)
                    client.mail()
                    equal(len(names(box, "new")), 1)
        finally:
            subprocess.run(["umount", box], check=True)


# ---- scripted and delayed answers ----------------------------------------------------------------


def test_answers():
    with Server("--answer", "RCPT bad@Example.com=550 5.1.1 No such user here, sorry", "--answer", "RCPT=451",
                "--answer", "rcpt good@example.com=250", "--answer", "RCPT \"q.x\"@example.com=250 2.1.5 Fine",
                "--answer", "MAIL <>=550 5.7.1 No bounces", "--answer", "RCPT postmaster=251 On my way",
                "--answer", "RCPT a@[IPv6:0:0::1]=250",
                "--answer", "EHLO slow.example=550", "--answer", "VRFY smith=250 <smith@example.com>",
                "--answer", "VRFY bob@example.com=251", "--answer", "EXPN staff=250 <a@b.example>\n<c@d.example>",
                "--answer", "NOOP a=b=500", "--answer", "HELP=214 2.0.0 Ask\nsomebody else") as server:
        with server.client() as client:
            client.say("EHLO SLOW.example", 550)
            expect("EXPN" in client.say("EHLO c.example", 250)[1], "EXPN comes with its answer")
            client.say("MAIL FROM:<>", 550)
            client.say("MAIL FROM:<a@a.example>", 250)
            equal(client.say("RCPT TO:<bad@EXAMPLE.COM>"), (550, ["5.1.1 No such user here, sorry"]))
            client.say("RCPT TO:<BAD@example.com>", 451)
            client.say("RCPT TO:<good@example.com>", 250)
            client.say("RCPT TO:<\"good\"@example.com>", 250)
            client.say("RCPT TO:<@r.example:good@example.com>", 250)
            equal(client.say("RCPT TO:<q.x@example.com>"), (250, ["2.1.5 Fine"]))
            equal(client.say("RCPT TO:<Postmaster>"), (251, ["2.1.5 On my way"]))
            client.say("RCPT TO:<a@[IPv6:::1]>", 250)
            client.say("RCPT TO:<other@example.com>", 451)
            equal(client.say("VRFY Smith"), (250, ["2.1.5 <smith@example.com>"]))
            client.say("VRFY <bob@EXAMPLE.com>", 251)
            client.say("VRFY bob", 252)
            equal(client.say("EXPN Staff")[1], ["2.1.5 <a@b.example>", "2.1.5 <c@d.example>"])
            client.say("NOOP A=B", 500)
            client.say("NOOP", 250)
            equal(client.say("HELP"), (214, ["2.0.0 Ask", "2.0.0 somebody else"]))


def test_answers_of_moments():
    with Server("--answer", "CONNECTED=554 No service") as server:
        with server.client(greeting=554) as client:
            client.say("EHLO c.example", 503)
            client.say("QUIT", 221)
    with Server("--answer", "DATA_RECEIVED=451 4.3.0 Later") as server, server.client() as client:
        client.say("EHLO c.example", 250)
        equal(client.mail(code=None), (451, ["4.3.0 Later"]))
    with Server("--answer", "MAIL=421 4.3.2 Closing") as server, server.client() as client:
        client.say("EHLO c.example", 250)
        client.say("MAIL FROM:<a@a.example>", 421)
        equal(client.reply()[0], None)


def test_answers_historic():
    with Server("--historic", "--answer", "RSET=200", "--answer", "TURN=250", "--answer", "SEND=550") as server:
        with server.client() as client:
            client.say("EHLO c.example", 250)
            client.say("RSET", 200)
            client.say("SEND FROM:<a@a.example>", 550)
            client.say("SAML FROM:<a@a.example>", 250)
            client.say("RSET", 200)
            client.say("TURN", 250)
            equal(client.reply()[0], None)
            within(PATIENCE, lambda: "TURN" in server.errors(), "a line about TURN")


def test_answers_to_content():
    with Server("--answer", "CONTENT free money=554 5.7.1 No, thanks", "--answer", "CONTENT aabaaac=550",
                "--answer", "CONTENT a=b=451") as server:
        with server.client() as client:
            client.say("EHLO c.example", 250)
            equal(client.mail(b"Subject: x\r\n\r\nget free money now\r\n", code=None), (554, ["5.7.1 No, thanks"]))
            client.mail(b"free\r\nmoney, Free Money\r\n")
            client.mail(b"aabaabaaac\r\n", code=550)
            client.mail(b"aabaaaabaab\r\n")
            client.mail(b"x a=b\r\n", code=451)
            client.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for content in (b"fre\r\nfree mfree money", b"a free money\r\n"):
                client.say("MAIL FROM:<>", 250)
                client.say("RCPT TO:<a@b.example>", 250)
                client.say("DATA", 354)
                for octet in content + b"\r\n.\r\n":
                    client.send(bytes([octet]))
                    time.sleep(0.002)
                equal(client.reply()[0], 554)


def test_delays():
    with Server("--delay", "RCPT=200ms", "--delay", "DATA_RECEIVED=100ms", "--answer", "RCPT bad@b.example=550",
                "--json") as server:
        with server.client() as client, server.client() as other:
            client.say("EHLO c.example", 250)
            start = time.monotonic()
            client.send(b"MAIL FROM:<>\r\nRCPT TO:<a@b.example>\r\nRCPT TO:<bad@b.example>\r\n"
                        b"RCPT TO:<c@b.example>\r\nDATA\r\n")
            other.say("EHLO c.example", 250)
            expect(time.monotonic() - start < 0.15, "others do not wait")
            equal([client.reply()[0] for _ in range(5)], [250, 250, 550, 250, 354])
            client.say("x\r\n.", 250)
            took = time.monotonic() - start
            expect(0.7 <= took < 5, "took", took)
            equal(json.loads(server.line())["to"], ["a@b.example", "c@b.example"])
            client.say("MAIL FROM:<>", 250)
            client.send(b"RCPT TO:<a@b.example>\r\n")
        with server.client() as client:  # the other one left while its answer was under way
            client.say("NOOP", 250)
            time.sleep(0.3)
            client.say("NOOP", 250)


def test_delays_of_different_length():
    with Server("--delay", "NOOP=400ms", "--delay", "RSET=50ms", "--delay", "CONNECTED=50ms") as server:
        slow, quick = server.client(), server.client()
        start = time.monotonic()
        slow.send(b"NOOP\r\n")
        quick.say("RSET", 250)
        expect(time.monotonic() - start < 0.35, "the quick one waits for the slow one")
        equal(slow.reply()[0], 250)
        expect(time.monotonic() - start >= 0.4, "too early")
        slow.close()
        quick.close()


def test_delay_of_the_greeting():
    with Server("--delay", "CONNECTED=300ms") as server:
        start = time.monotonic()
        with server.client() as client:
            expect(time.monotonic() - start >= 0.3, "too early")
            client.say("EHLO c.example", 250)
        with server.client(greeting=None) as client:
            client.send(b"EHLO c.example\r\n")
            equal(client.reply()[0], 554, "an early talker")
    with Server("--delay", "CONNECTED=300ms", "--lenient", "early-talker") as server:
        with server.client(greeting=None) as client:
            client.send(b"EHLO c.example\r\n")
            equal([client.reply()[0], client.reply()[0]], [220, 250])


def test_delay_of_content():
    content = b"".join(b"%070d\r\n" % number for number in range(20000))
    with Server("--delay", "CONTENT=2ms", "--json") as server, server.client() as client:
        client.say("EHLO c.example", 250)
        client.mail(content)
        equal(base64.b64decode(json.loads(server.line())["content"]), content)


if __name__ == "__main__":
    main(globals(), __doc__)
