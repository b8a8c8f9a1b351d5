#!/usr/bin/env python3
"""Tests of the program echo-server: TLS, by STARTTLS and from the first octet, and how it is attacked and ends.

usage: echo_server_tls.py PATH-OF-ECHO-SERVER [NAME...]
"""
import base64
import contextlib
import json
import re
import select
import signal
import smtplib
import socket
import ssl
import subprocess
import time
import warnings

from echo_server_shared import (CODES, PATIENCE, PROGRAM, SESSION, Client, Server, certificates, equal, expect,
                                has, main, measures_memory, run, skip_all, tls_context, with_tls)


class Wire:
    """TLS whose octets are in hand: they can be cut, kept back and sent together."""

    def __init__(self, connection):
        self.socket = connection
        self.arrived, self.ready = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = tls_context().wrap_bio(self.arrived, self.ready, server_hostname="localhost")

    def flush(self, cut=None):
        octets = self.ready.read()
        for at in range(0, len(octets), cut or len(octets) or 1):
            self.socket.sendall(octets[at:at + cut] if cut else octets)
            if cut:
                time.sleep(0.0005)

    def receive(self):
        octets = self.socket.recv(65536)
        if octets:
            self.arrived.write(octets)
        else:
            self.arrived.write_eof()
        return octets

    def shake_hands(self, cut=None, flush_last=True):
        while True:
            try:
                self.tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                self.flush(cut)
                self.receive()
        if flush_last:
            self.flush(cut)

    def say(self, data, cut=None):
        self.tls.write(data)
        self.flush(cut)

    def line(self):
        """The next line; b"" where TLS has ended in good order."""
        got = b""
        while not got.endswith(b"\n"):
            try:
                octet = self.tls.read(1)
            except ssl.SSLWantReadError:
                self.receive()
                continue
            except ssl.SSLZeroReturnError:
                return got
            if octet == b"":
                return got
            got += octet
        return got


def everything(connection):
    """All that still comes, up to the end of the connection."""
    got = b""
    while True:
        try:
            octets = connection.recv(65536)
        except ConnectionResetError:
            return got
        if not octets:
            return got
        got += octets


def is_mute(connection):
    """Nothing comes but, at most, an alert of TLS, in the clear or not, and then the end."""
    got = everything(connection)
    expect(got == b"" or (got[0] in (21, 23) and len(got) < 40), got)


# ---- it works ------------------------------------------------------------------------------------


def test_starttls():
    with Server("--json", *with_tls()) as server, server.client() as client:
        expect("STARTTLS" in client.say("EHLO clear.example", 250)[1], "STARTTLS is not offered")
        client.mail()
        first = json.loads(server.line())
        equal((first["tls"], first["hello"], first["auth"]), (False, "clear.example", None))
        client.say("STARTTLS now", 501)
        client.say("STARTTLS", 220)
        client.under_tls()
        client.say("MAIL FROM:<a@a.example>", 503)  # the session began anew
        expect("STARTTLS" not in client.say("EHLO hidden.example", 250)[1], "STARTTLS is offered again")
        expect(client.say("STARTTLS")[0] in (502, 503), "a second STARTTLS")
        client.mail()
        second = json.loads(server.line())
        equal((second["tls"], second["hello"]), (True, "hidden.example"))
        client.say("QUIT", 221)
        equal(client.reply()[0], None)  # raises where close_notify does not come
    with Server(*with_tls()) as server, server.client() as client:
        client.starttls().say("EHLO c.example", 250)
        client.mail()
        expect(any(b"tls: yes" in server.line() for _ in range(3)), "the echo for people does not say so")


def test_smtplib():
    host = "localhost"
    with Server("--json", *with_tls()) as server:
        with smtplib.SMTP(*server.address, timeout=PATIENCE) as client:
            client._host = host  # pylint: disable=protected-access
            client.starttls(context=tls_context())
            client.sendmail("a@a.example", ["b@b.example"], b"Subject: x\r\n\r\nhi\r\n")
        equal(json.loads(server.line())["tls"], True)
    with Server("--json", "--smtps", *with_tls()) as server:
        with smtplib.SMTP_SSL(*server.address, timeout=PATIENCE, context=tls_context()) as client:
            client.ehlo()
            expect(not client.has_extn("starttls"), "STARTTLS under TLS")
            client.sendmail("a@a.example", ["b@b.example"], b"Subject: x\r\n\r\nhi\r\n")
        equal(json.loads(server.line())["tls"], True)


def test_versions():
    with Server(*with_tls()) as server:
        for version, good in ((ssl.TLSVersion.TLSv1_1, False), (ssl.TLSVersion.TLSv1_2, True),
                              (ssl.TLSVersion.TLSv1_3, True)):
            context = tls_context()
            context.set_ciphers("DEFAULT:@SECLEVEL=0")
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    context.minimum_version = context.maximum_version = version
            except ValueError:
                continue  # this Python cannot even ask for it
            with server.client() as client:
                try:
                    client.starttls(context).say("EHLO c.example", 250)
                except (ssl.SSLError, ConnectionResetError):
                    expect(not good, version, "refused")
                else:
                    expect(good, version, "taken")


def test_require_tls():
    with Server("--require-tls", *with_tls()) as server, server.client() as client:
        client.say("MAIL FROM:<a@a.example>", 530)
        client.say("NOOP", 250)
        client.say("EHLO c.example", 250)
        client.say("MAIL FROM:<a@a.example>", 530)
        client.say("VRFY a", 530)
        client.say("STARTTLS", 220)
        client.under_tls().say("EHLO c.example", 250)
        client.mail()
    with Server("--require-tls", "--smtps", *with_tls()) as server, server.client(greeting=None) as client:
        equal(client.under_tls().reply()[0], 220)
        client.say("EHLO c.example", 250)
        client.mail()


def test_cut_into_octets():
    for smtps in (False, True):
        options = ["--smtps"] if smtps else []
        with Server("--json", *options, *with_tls()) as server, server.client(greeting=None) as client:
            client.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if not smtps:
                equal(client.reply()[0], 220)
                client.say("EHLO c.example", 250)
                client.say("STARTTLS", 220)
            wire = Wire(client.socket)
            wire.shake_hands(cut=1)
            if smtps:
                expect(wire.line().startswith(b"220 "), "greeting")
            wire.say(SESSION + b"hi\r\n.\r\nQUIT\r\n", cut=1)
            lines = []
            while not lines or lines[-1] != b"":
                lines.append(wire.line())
            equal([int(line[:3]) for line in lines[:-1] if line[3:4] == b" "], CODES[1:] + [250, 221])
            equal(json.loads(server.line())["size"], 4)


def test_everything_in_one_flight():
    """The client's last octets of the handshake and its first commands come together."""
    with Server(*with_tls()) as server, server.client() as client:
        client.say("EHLO c.example", 250)
        client.say("STARTTLS", 220)
        wire = Wire(client.socket)
        wire.shake_hands(flush_last=False)
        wire.say(b"EHLO c.example\r\n")
        expect(wire.line().startswith(b"250-"), "EHLO")
    with Server("--smtps", *with_tls()) as server, server.client(greeting=None) as client:
        wire = Wire(client.socket)
        wire.shake_hands(flush_last=False)
        wire.say(b"EHLO c.example\r\n")
        expect(wire.line().startswith(b"554 "), "an early talker")


def test_much():
    content = b"".join(b"%070d\r\n" % number for number in range(60000))
    with Server("--json", *with_tls()) as server, server.client() as client:
        client.starttls().say("EHLO c.example", 250)
        client.mail(content)
        equal(base64.b64decode(json.loads(server.line())["content"]), content)
    with Server("--sink", "--smtps", "--max-recipients", "0", *with_tls()) as server:
        with server.client(greeting=None) as client:
            equal(client.under_tls().reply()[0], 220)
            client.send(b"EHLO c.example\r\nMAIL FROM:<>\r\n" + b"RCPT TO:<b@b.example>\r\n" * 20000)
            equal({client.reply()[0] for _ in range(20002)}, {250})


def test_slow_reader():
    """Who does not read its replies is not read from, and costs no memory."""
    with Server("--sink", "--smtps", "--max-recipients", "0", *with_tls()) as server:
        with server.client(greeting=None) as client:
            equal(client.under_tls().reply()[0], 220)
            client.say("EHLO c.example", 250)
            client.say("MAIL FROM:<>", 250)
            before = server.memory()
            client.socket.setblocking(False)
            sent, quiet, group = 0, time.monotonic(), b"RCPT TO:<b@b.example>\r\n" * 500
            while time.monotonic() - quiet < 1 and sent < 1 << 28:
                try:
                    client.socket.send(group)
                    sent += len(group)
                    quiet = time.monotonic()
                except ssl.SSLWantWriteError:
                    time.sleep(0.01)
            expect(sent < 1 << 28, "it took everything")
            grown = server.memory() - before
            expect(grown < 1 << 20 or not measures_memory(), "grew by", grown)


def test_stdio():
    for options in ([], ["--smtps"]):
        ours, theirs = socket.socketpair()
        with subprocess.Popen([PROGRAM, "--stdio", *options, *with_tls()], stdin=theirs, stdout=theirs,
                              stderr=subprocess.PIPE) as process:
            theirs.close()
            ours.settimeout(PATIENCE)
            with Client(ours) as client:
                if not options:
                    equal(client.reply()[0], 220)
                    client.starttls()
                else:
                    equal(client.under_tls().reply()[0], 220)
                client.say("EHLO c.example", 250)
                client.mail()
                client.say("QUIT", 221)
                equal(client.reply()[0], None)
            equal(process.wait(PATIENCE), 0)
            expect(b"tls: yes" in process.stderr.read(), "no echo")


def test_many_connections():
    many = 300
    with Server("--smtps", *with_tls()) as server:
        server.client(greeting=None).under_tls().close()
        before = server.memory()
        clients = [server.client(greeting=None).under_tls() for _ in range(many)]
        for client in clients:
            equal(client.reply()[0], 220)
            client.say("EHLO c.example", 250)
        each = (server.memory() - before) / many
        print(f"{each:.0f} octets a connection", end=" ", flush=True)
        expect(each < 65536 or not measures_memory(), each, "octets a connection")
        for client in clients:
            client.say("NOOP", 250)
            client.close()


# ---- it is attacked ------------------------------------------------------------------------------


def test_injection():
    """What stands behind STARTTLS in the clear has no effect, and ends the session (CVE-2011-0411)."""
    injected = b"EHLO evil.example\r\nMAIL FROM:<evil@a.example>\r\nRCPT TO:<b@b.example>\r\nDATA\r\nx\r\n.\r\n"
    for behind in (b"\r\n", b"NOOP\r\n", b"N", injected, b"x" * 100000):
        with Server("--json", "--verbose", *with_tls()) as server:
            with server.client() as client:
                client.say("EHLO clear.example", 250)
                client.send(b"STARTTLS\r\n" + behind)
                equal(client.reply()[0], 220)
                is_mute(client.socket)
            expect("behind STARTTLS" in server.errors(), server.errors())
            server.stop()
            equal(server.said.read(), b"")


def test_injection_in_a_packet_of_its_own():
    for behind in (b"NOOP\r\n", b"EHLO evil.example\r\n" * 100, b"\x16\x03\x01\xff\xff"):
        with Server("--json", *with_tls()) as server, server.client() as client:
            client.say("EHLO clear.example", 250)
            client.say("STARTTLS", 220)
            client.send(behind)
            client.socket.shutdown(socket.SHUT_WR)
            is_mute(client.socket)
    with Server("--delay", "STARTTLS=300ms", *with_tls()) as server, server.client() as client:
        client.say("EHLO clear.example", 250)
        client.send(b"STARTTLS\r\n")
        time.sleep(0.1)
        client.send(b"NOOP\r\n")  # while the answer is under way
        equal(client.reply()[0], 220)
        is_mute(client.socket)
    with Server("--delay", "STARTTLS=100ms", *with_tls()) as server, server.client() as client:
        client.say("EHLO clear.example", 250)
        client.send(b"STARTTLS\r\nNOOP\r\n")
        equal(client.reply()[0], 220)
        is_mute(client.socket)
    with Server("--delay", "STARTTLS=100ms", *with_tls()) as server, server.client() as client:
        client.starttls().say("EHLO c.example", 250)


def test_clear_text_where_tls_is_due():
    for words in (b"EHLO c.example\r\n", b"GET / HTTP/1.1\r\n\r\n", b"\0" * 1000, b"\x16\x03\x01\0\x05hello"):
        with Server("--smtps", *with_tls()) as server:
            with server.client(greeting=None) as client:
                client.send(words)
                client.socket.shutdown(socket.SHUT_WR)
                is_mute(client.socket)
            with server.client(greeting=None) as client:
                equal(client.under_tls().reply()[0], 220)


def test_forged_records():
    with Server("--json", "--verbose", *with_tls()) as server, server.client() as client:
        client.say("EHLO c.example", 250)
        client.say("STARTTLS", 220)
        wire = Wire(client.socket)
        wire.shake_hands()
        wire.say(SESSION + b"half of it")
        for code in CODES[1:]:
            while not wire.line().startswith(b"%d " % code):
                pass
        client.send(b"\x17\x03\x03\0\x20" + b"x" * 32)  # nobody has the key to this
        is_mute(client.socket)
        expect("TLS: " in server.errors() and "disconnected" in server.errors(), server.errors())


def test_renegotiation():
    with Server(*with_tls()) as server:
        where = "%s:%d" % server.address
        asked = subprocess.run(["openssl", "s_client", "-connect", where, "-starttls", "smtp", "-tls1_2", "-crlf"],
                               input=b"R\nNOOP\nQUIT\n", capture_output=True, timeout=PATIENCE, check=False)
        expect(b"RENEGOTIATING" in asked.stdout + asked.stderr, asked)
        expect(b"New, TLS" in asked.stdout and asked.stdout.count(b"New, TLS") == 1, asked.stdout)
        with server.client() as client:
            client.starttls().say("EHLO c.example", 250)


def test_no_tls_without_certificate():
    with Server() as server, server.client() as client:
        expect("STARTTLS" not in client.say("EHLO c.example", 250)[1], "offered")
        client.say("STARTTLS", 502)
    with Server("--answer", "STARTTLS=454") as server, server.client() as client:
        expect("STARTTLS" in client.say("EHLO c.example", 250)[1], "offered")
        client.say("STARTTLS", 454)
        client.say("NOOP", 250)


# ---- it ends -------------------------------------------------------------------------------------


def test_end_without_close_notify():
    with Server("--json", *with_tls()) as server:
        for more, wanted in ((b"half of it", []), (b"hi\r\n.\r\nNOOP\r\n", [250, 250])):
            with server.client() as client:
                client.say("EHLO c.example", 250)
                client.say("STARTTLS", 220)
                wire = Wire(client.socket)
                wire.shake_hands()
                wire.say(SESSION + more)
                client.socket.shutdown(socket.SHUT_WR)
                codes = []
                while (line := wire.line()) != b"":
                    codes += [int(line[:3])] if line[3:4] == b" " else []
                equal(codes, CODES[1:] + wanted)
        equal(json.loads(server.line())["size"], 4)


def test_end_by_close_notify():
    """The client has said its last word, but not closed the connection: its replies still come, then the end."""
    with Server("--json", "--delay", "DATA_RECEIVED=100ms", *with_tls()) as server, server.client() as client:
        client.say("EHLO c.example", 250)
        client.say("STARTTLS", 220)
        wire = Wire(client.socket)
        wire.shake_hands()
        wire.tls.write(SESSION + b"hi\r\n.\r\n")
        with contextlib.suppress(ssl.SSLError):  # the peer's own close_notify is yet to come
            wire.tls.unwrap()
        wire.flush()
        got = everything(client.socket)
        expect(len(got) > 100, "no replies")
        equal(json.loads(server.line())["size"], 4)
        server.client().starttls().say("EHLO c.example", 250)


def test_handshake_takes_too_long():
    for options in ([], ["--smtps"]):
        with Server("--timeout", "1", *options, *with_tls()) as server:
            for drip in (b"", b"\x16\x03\x01\x02\0\x01\0"):
                with server.client(greeting=None) as client:
                    if not options:
                        equal(client.reply()[0], 220)
                        client.say("EHLO c.example", 250)
                        client.say("STARTTLS", 220)
                    start = time.monotonic()
                    for octet in drip or [0] * 7:
                        time.sleep(0.4)
                        if drip and not select.select([client.socket], [], [], 0)[0]:
                            client.send(bytes([octet]))
                        elif select.select([client.socket], [], [], 0)[0]:
                            break
                    is_mute(client.socket)
                    expect(0.9 <= time.monotonic() - start < 8, time.monotonic() - start)


def test_timeout_under_tls():
    with Server("--timeout", "1", *with_tls()) as server, server.client() as client:
        client.starttls().say("EHLO c.example", 250)
        equal([client.reply()[0], client.reply()[0]], [421, None])


def test_sigterm():
    with Server("--smtps", *with_tls()) as server:
        silent, idle = server.client(greeting=None), server.client(greeting=None).under_tls()
        equal(idle.reply()[0], 220)
        server.process.send_signal(signal.SIGTERM)
        equal([idle.reply()[0], idle.reply()[0]], [421, None])
        is_mute(silent.socket)
        idle.close()
        silent.close()
        equal(server.process.wait(PATIENCE), 0)
    with Server(*with_tls()) as server, server.client() as client:
        client.say("EHLO c.example", 250)
        client.say("STARTTLS", 220)
        server.process.send_signal(signal.SIGTERM)
        is_mute(client.socket)


def test_peer_vanishes():
    with Server("--json", *with_tls()) as server:
        for steps in range(4):
            client = server.client()
            client.say("EHLO c.example", 250)
            client.say("STARTTLS", 220)
            wire = Wire(client.socket)
            if steps == 1:
                client.send(b"\x16\x03\x01\x02\0\x01\0")
            if steps > 1:
                wire.shake_hands()
            if steps > 2:
                wire.say(SESSION + b"half of it")
            client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # a reset
            client.close()
        with server.client() as client:
            client.starttls().say("EHLO c.example", 250)


# ---- options -------------------------------------------------------------------------------------


def test_options_mistakes():
    tls, folder = with_tls(), certificates()
    with open(f"{folder}/empty.pem", "wb"):
        pass
    subprocess.run(["openssl", "pkey", "-in", f"{folder}/key.pem", "-aes128", "-passout", "pass:x",
                    "-out", f"{folder}/locked.pem"], check=True, capture_output=True)
    for options, word in [
            (tls[:2], "--tls-key"),
            (tls[2:], "--tls-cert"),
            (["--smtps"], "--tls-cert"),
            (["--require-tls"], "--tls-cert"),
            (["--extensions", "STARTTLS"], "--tls-cert"),
            (["--smtps", "--extensions", "STARTTLS", *tls], "--smtps"),
            (["--answer", "STARTTLS=220"], "--tls-cert"),
            (["--tls-cert", "/no/such/file", *tls[2:]], "No such file"),
            (["--tls-cert", f"{folder}/empty.pem", *tls[2:]], "--tls-cert"),
            (["--tls-cert", folder, *tls[2:]], "--tls-cert"),
            ([*tls[:2], "--tls-key", "/no/such/file"], "No such file"),
            ([*tls[:2], "--tls-key", tls[1]], "--tls-key"),
            ([*tls[:2], "--tls-key", f"{folder}/other-key.pem"], "belong"),
            ([*tls[:2], "--tls-key", f"{folder}/locked.pem"], "passphrase")]:
        ended = run("--port", "0", *options)
        equal((ended.returncode, ended.stdout), (2, b""), options)
        error = ended.stderr.decode()
        expect(re.fullmatch(r"echo-server: [^\n]+\n", error) and word in error, options, repr(error))


if __name__ == "__main__":
    if PROGRAM and not has("OpenSSL"):
        skip_all("this echo-server was built without OpenSSL")
    if PROGRAM and not certificates():
        skip_all("the command openssl, which makes certificates, is not here")
    main(globals(), __doc__)
