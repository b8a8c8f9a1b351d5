#!/usr/bin/env python3
"""Tests of the program echo-server: what it prints, what it stores, how it starts and ends.

usage: echo_server.py PATH-OF-ECHO-SERVER [NAME...]      NAME: only tests whose names hold that word

What SMTP itself demands is tested by the dialogues; here is everything around it: options, echoes,
the Maildir and its failures, scripted and delayed answers, many connections, slow ones, ends.  Only
the standard library is needed.  Servers listen on loopback, on free ports, and are stopped by pid.
"""
import base64
import contextlib
import json
import os
import re
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time

PROGRAM = None
PATIENCE = 20  # seconds for anything that must happen


class Skip(Exception):
    pass


def expect(truth, *what):
    if not truth:
        raise AssertionError(" ".join(str(w) for w in what) or "not so")


def equal(got, wanted, what=""):
    expect(got == wanted, what, "got", repr(got)[:600], "wanted", repr(wanted)[:600])


# ---- the server, a client ------------------------------------------------------------------------


class Server:
    """A running echo-server; `with` sees to it that it stops, and that it stops well."""

    def __init__(self, *options, listen="127.0.0.1", piped=False, **popen):
        self.log = tempfile.TemporaryFile()
        command = [PROGRAM, "--port", "0", "--listen", listen, *options]
        if piped:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.log,
                                            **popen)
            self.said = self.process.stdout
        else:  # a file takes whatever is said, read or not
            with tempfile.NamedTemporaryFile() as out:
                self.said = open(out.name, "rb")
                self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=self.log, **popen)
        self.first = self.line()
        match = re.fullmatch(rb"listening on (.*):(\d+)\n", self.first)
        if not match:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"no listening line: {self.first!r} {self.errors()!r}")
        self.address = (match[1].decode().strip("[]"), int(match[2]))

    def line(self):
        """The next line that it has printed; b"" where none comes."""
        end, got = time.monotonic() + PATIENCE, b""
        while not got.endswith(b"\n") and time.monotonic() < end:
            got += self.said.readline()
            if got.endswith(b"\n"):
                break
            if self.process.poll() is not None:
                return got + self.said.readline()
            time.sleep(0.001)
        return got

    def errors(self):
        self.log.seek(0)
        return self.log.read().decode("utf-8", "replace")

    def memory(self):
        """Resident octets, less those of the files that are mapped."""
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            return int(re.search(r"RssAnon:\s*(\d+) kB", status.read())[1]) * 1024

    def client(self, greeting=220, **more):
        client = Client(socket.create_connection(self.address, PATIENCE), **more)
        if greeting:
            equal(client.reply()[0], greeting, "greeting")
        return client

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        running = self.process.poll() is None
        status = self.stop() if running else self.process.returncode
        self.said.close()
        if kind is None:
            equal(status, 0, "exit status; " + self.errors())
        self.log.close()


class Client:
    """Says lines, reads replies."""

    def __init__(self, connection):
        self.socket = connection
        self.file = connection.makefile("rb")

    def send(self, data):
        self.socket.sendall(data)

    def reply(self):
        """(code, the texts of its lines); (None, []) where the connection has ended."""
        texts = []
        while True:
            line = self.file.readline()
            if line == b"":
                return None, texts
            expect(re.fullmatch(rb"[2-5]\d\d[ -][^\r\n]*\r\n", line), "a malformed reply line:", line)
            texts.append(line[4:-2].decode())
            if line[3:4] == b" ":
                return int(line[:3]), texts

    def say(self, line, code=None):
        self.send((line if isinstance(line, bytes) else line.encode()) + b"\r\n")
        got, texts = self.reply()
        if code is not None:
            equal(got, code, f"{line}: {texts}")
        return got, texts

    def mail(self, content=b"Subject: hi\r\n\r\nhello\r\n", sender="<a@a.example>", to=("<b@b.example>",), code=250):
        self.say(f"MAIL FROM:{sender}", 250)
        for path in to:
            self.say(f"RCPT TO:{path}", 250)
        self.say("DATA", 354)
        stuffed = re.sub(rb"(?m)^\.", b"..", content)
        return self.say(stuffed + b".", code)

    def close(self):
        self.file.close()
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def run(*options, data=b"", **more):
    """Runs it to its end."""
    return subprocess.run([PROGRAM, *options], input=data, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=PATIENCE, **more)


def measures_memory():
    """A program with sanitizers in it says nothing about memory."""
    with open(PROGRAM, "rb") as file:
        return b"__asan_init" not in file.read()


def within(seconds, wanted, what):
    end = time.monotonic() + seconds
    while not wanted():
        expect(time.monotonic() < end, what)
        time.sleep(0.02)


# ---- options -------------------------------------------------------------------------------------

MISTAKES = [  # what is wrong, and a word that the line must hold
    (["--prot", "25"], "--prot"),
    (["25"], "25"),
    (["--port"], "--port"),
    (["--port", "65536"], "65535"),
    (["--port", "-1"], "number"),
    (["--port", ""], "number"),
    (["--port=12x"], "number"),
    (["--sink=1"], "--sink"),
    (["--listen", "no.such.host.invalid"], "--listen"),
    (["--listen", "192.0.2.1", "--port", "0"], "192.0.2.1"),  # an address of nobody's
    (["--hostname", "a b"], "--hostname"),
    (["--hostname", ""], "--hostname"),
    (["--hostname", "a_b"], "--hostname"),
    (["--hostname", "a.example."], "--hostname"),
    (["--hostname", ".".join(["a" * 60] * 5)], "--hostname: "),
    (["--hostname", "münchen.example"], "--hostname: "),
    (["--max-line", "511"], "--max-line: "),
    (["--max-line=65537"], "512 to 65536"),
    (["--max-line", "4294967296"], "--max-line"),
    (["--max-size", "9223372036854775808"], "--max-size: "),
    (["--max-size", "18446744073709551616"], "--max-size"),
    (["--max-size", "99999999999999999999999999"], "--max-size"),
    (["--max-size", "1k"], "number"),
    (["--extensions", "SIZE,DNS"], "DNS"),
    (["--extensions", "SIZE,,8BITMIME"], "''"),
    (["--extensions", "SIZE,"], "''"),
    (["--extensions", ",SIZE"], "''"),
    (["--extensions", ","], "''"),
    (["--extensions", "-"], "'-'"),
    (["--extensions", "all,-FOO"], "-FOO"),
    (["--extensions", "SMTPUTF8"], "--extensions: "),
    (["--extensions=-8BITMIME"], "SMTPUTF8 needs 8BITMIME"),
    (["--extensions", "SEND"], "--historic"),
    (["--lenient", "everything"], "missing-brackets"),
    (["--lenient", ""], "''"),
    (["--lenient", "interop,"], "''"),
    (["--version", "x"], "'x'"),
    (["--help", "x"], "'x'"),
    (["--help", "--version", "--port"], "--port"),
    (["--stdio", "--port", "0"], "--stdio"),
    (["--stdio", "--listen", "::1"], "--stdio"),
    (["--sink", "--json"], "--sink"),
    (["--sink", "--maildir", "x"], "--sink"),
    (["--maildir", ""], "--maildir"),
    (["--maildir", "/dev/null"], "/dev/null"),
    (["--maildir", "/no/such/place/at/all"], "No such file"),
    (["--answer", "RCPT"], "CODE"),
    (["--answer", "RCPT=55"], "CODE"),
    (["--answer", "=550"], "no such command"),
    (["--answer", "RCTP=550"], "RCTP"),
    (["--answer", "RCPT=5500"], "space"),
    (["--answer", "RCPT=354"], "550"),                      # names the codes that are permitted
    (["--answer", "RCPT=299"], "250, 251"),
    (["--answer", "RCPT=521"], "--historic"),
    (["--answer", "SEND=250"], "--historic"),
    (["--answer", "RCPT=550 4.1.1 No"], "4.1.1"),           # another class than the code's
    (["--answer", "DATA=354 2.0.0 Go"], "2.0.0"),
    (["--answer", "DATA=354 3.0.0 Go"], "3.0.0"),
    (["--answer", "RCPT=550 5.1.1.1 x"], "5.1.1.1"),
    (["--answer", "RCPT=550 5.1 x"], "5.1 is"),
    (["--answer", "RCPT=550 5.1. x"], "5.1. is"),
    (["--answer", "RCPT=550 .5.1"], ".5.1 is"),
    (["--answer", "RCPT=550 5..1\nx"], "5..1 is"),
    (["--answer", "RCPT=550 5.1000.1 x"], "5.1000.1"),
    (["--answer", "QUIT=500"], "221"),
    (["--answer", "QUIT=421"], "221"),
    (["--answer", "QUIT=221", "--answer", "QUIT=500 x"], "221"),
    (["--answer", "RCPT <a@b=550"], "mailbox"),
    (["--answer", "RCPT a b@c.example=550"], "mailbox"),
    (["--answer", "DATA x=451"], "argument"),
    (["--answer", "CONTENT=554"], "words"),
    (["--answer", "CONTENT free money=250"], "554"),
    (["--answer", "RCPT=550 " + "x" * 3000], "long"),
    (["--answer", "RCPT a\nb=550"], "a?b"),                 # still one line
    (["--delay", "RCPT"], "200ms"),
    (["--delay", "RCPT=200"], "200ms"),
    (["--delay", "RCPT=0ms"], "200ms"),
    (["--delay", "RCPT=99999999999999999999s"], "hour"),
    (["--delay", "RCTP=1s"], "RCTP"),
]


def test_options_mistakes():
    for options, word in MISTAKES:
        ended = run(*options)
        equal(ended.returncode, 2, options)
        equal(ended.stdout, b"", options)
        error = ended.stderr.decode()
        expect(re.fullmatch(r"echo-server: [^\n]+\n", error), options, "not one line:", repr(error))
        expect(word in error, options, f"no {word!r} in", repr(error))


def test_options_port_in_use():
    with Server() as server:
        ended = run("--port", str(server.address[1]))
        equal(ended.returncode, 2)
        expect(b"cannot listen" in ended.stderr and ended.stdout == b"", ended)


def test_options_help_and_version():
    ended = run("--help")
    equal((ended.returncode, ended.stderr), (0, b""))
    for option in ("port listen stdio json sink hostname max-size max-recipients max-errors max-line extensions "
                   "historic lenient answer delay maildir timeout verbose help version").split():
        expect(f"--{option}" in ended.stdout.decode(), "--help lacks", option)
    expect(max(map(len, ended.stdout.decode().splitlines())) <= 100, "--help has a line that is too long")
    ended = run("--version")
    equal((ended.returncode, ended.stderr), (0, b""))
    expect(re.fullmatch(rb"echo-server \(libehlo \d+\.\d+\.\d+\)\n", ended.stdout), ended.stdout)


def test_options_listen():
    with Server() as server:
        expect(server.first.startswith(b"listening on 127.0.0.1:"), server.first)
    try:
        socket.socket(socket.AF_INET6).bind(("::1", 0))
    except OSError:
        raise Skip("this machine has no IPv6") from None
    with Server(listen="::1") as server:
        expect(server.first.startswith(b"listening on [::1]:"), server.first)
        server.client().say("QUIT", 221)


def keywords(*options):
    with Server(*options) as server, server.client() as client:
        return {line.split()[0] for line in client.say("EHLO c.example", 250)[1][1:]}


def test_options_extensions():
    usual = keywords()
    expect({"PIPELINING", "SIZE", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES"} <= usual, usual)
    expect("EXPN" not in usual, usual)
    equal(keywords("--extensions", "all"), usual | {"EXPN"})
    equal(keywords("--extensions", "size,8BITMIME"), {"SIZE", "8BITMIME"})
    equal(keywords("--extensions", "-SIZE,-HELP"), usual - {"SIZE", "HELP"})
    equal(keywords("--extensions", "all,-EXPN"), usual)
    equal(keywords("--extensions", ""), set())
    historic = {"SEND", "SOML", "SAML", "TURN"}
    equal(keywords("--historic"), usual | historic)
    equal(keywords("--extensions", "all,-TURN", "--historic"), usual | historic - {"TURN"} | {"EXPN"})


def test_options_hostname_and_limits():
    with Server("--hostname", "mx.example.org", "--max-size", "100", "--max-recipients", "2", "--max-errors", "3",
                "--max-line", "512") as server:
        with server.client(greeting=None) as client:
            expect(client.reply()[1][0].startswith("mx.example.org "), "greeting")
            expect("SIZE 100" in client.say("EHLO c.example", 250)[1], "SIZE")
            client.mail(b"x" * 98 + b"\r\n")
            client.mail(b"x" * 99 + b"\r\n", code=552)
            client.say("MAIL FROM:<a@a.example>", 250)
            client.say("RCPT TO:<b@b.example>", 250)
            client.say("RCPT TO:<c@b.example>", 250)
            client.say("RCPT TO:<d@b.example>", 452)
            client.say("NOOP " + "x" * 505, 250)
            client.say("NOOP " + "x" * 506, 500)
            client.say("FOO", 500)
            equal([client.say("FOO")[0], client.reply()[0]], [421, None])
    with Server("--max-errors", "0", "--max-line", "0") as server, server.client() as client:
        for _ in range(100):
            client.say("FOO", 500)
        client.say("NOOP " + "x" * 60000, 250)


def test_options_lenient():
    with Server() as server, server.client() as client:
        client.say("EHLO my_host", 501)
    with Server("--lenient", "hello-underscore,missing-brackets") as server, server.client() as client:
        client.say("EHLO my_host", 250)
        client.say("MAIL FROM:a@a.example", 250)
        client.say("RSET", 250)
        client.say("MAIL FROM: <a@a.example>", 501)
    with Server("--lenient", "interop", "--verbose") as server, server.client() as client:
        client.say("EHLO my_host", 250)
        client.say("MAIL FROM: <a@a.example>", 250)
        expect("leniency" in server.errors(), server.errors())


# ---- echoes --------------------------------------------------------------------------------------


def read_block(server):
    """One message as echo-server shows it: (its head lines, its content)."""
    first = server.line().decode()
    match = re.fullmatch(r"message (\d+): (\d+) octets for (\d+) recipients?\n", first)
    expect(match, first)
    head = [first]
    while not head[-1].startswith("-----"):
        head.append(server.line().decode())
    content, size = b"", int(match[2])
    while len(content) < size:
        content += server.said.read(size - len(content))
    equal(server.line(), f"----- end of message {match[1]}\n".encode())
    return [line.rstrip("\n") for line in head], content


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


# ---- connections ---------------------------------------------------------------------------------

SESSION = (b"EHLO c.example\r\nMAIL FROM:<a@a.example>\r\nRCPT TO:<b@b.example>\r\nRCPT TO:<c@b.example>\r\n"
           b"DATA\r\n")
CODES = [220, 250, 250, 250, 250, 354]


def codes(octets):
    return [int(line[:3]) for line in octets.split(b"\r\n") if line[3:4] == b" "]


def test_stdio():
    ended = run("--stdio", data=SESSION + b"hi\r\n.\r\nQUIT\r\n")
    equal(ended.returncode, 0, ended)
    equal(codes(ended.stdout), CODES + [250, 221])
    expect(b"message 1: 4 octets for 2 recipients\n" in ended.stderr, ended.stderr)
    ended = run("--stdio", "--json", "--delay", "RCPT=50ms", "--delay", "DATA_RECEIVED=50ms",
                data=SESSION + b"hi\r\n.\r\n")  # input ends while answers are under way
    equal(codes(ended.stdout), CODES + [250])
    equal(json.loads(ended.stderr)["to"], ["b@b.example", "c@b.example"])
    equal(codes(run("--stdio").stdout), [220])
    with tempfile.TemporaryFile() as file:  # files cannot be waited for everywhere
        file.write(SESSION)
        file.seek(0)
        ended = subprocess.run([PROGRAM, "--stdio"], stdin=file, capture_output=True, timeout=PATIENCE, check=True)
        equal(codes(ended.stdout), CODES)


def test_stdio_over_a_socket():
    ours, theirs = socket.socketpair()
    with subprocess.Popen([PROGRAM, "--stdio"], stdin=theirs, stdout=theirs, stderr=subprocess.PIPE) as process:
        theirs.close()
        ours.settimeout(PATIENCE)
        with Client(ours) as client:
            equal(client.reply()[0], 220)
            client.say("EHLO c.example", 250)
            client.mail()
            process.send_signal(signal.SIGTERM)
            equal([client.reply()[0], client.reply()[0]], [421, None])
        equal(process.wait(PATIENCE), 0)
        process.stderr.read()


def test_half_close():
    with Server("--delay", "RCPT=100ms", "--json") as server, server.client(greeting=None) as client:
        client.send(SESSION + b"hi\r\n.\r\nNOOP\r\nMAIL FRO")
        client.socket.shutdown(socket.SHUT_WR)
        equal([client.reply()[0] for _ in range(9)], CODES + [250, 250, None])
        equal(json.loads(server.line())["size"], 4)


def test_cut_into_octets():
    with Server("--json") as server, server.client(greeting=None) as client:
        client.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for octet in SESSION + b"hi\r\n.\r\nQUIT\r\n":
            client.send(bytes([octet]))
            time.sleep(0.001)
        equal([client.reply()[0] for _ in range(9)], CODES + [250, 221, None])


def test_last_words_arrive():
    """Who is thrown out while it still talks reads why, instead of a reset connection."""
    with Server("--max-errors", "2") as server, server.client() as client:
        client.send(b"FOO\r\n" * 20000)
        equal([client.reply()[0] for _ in range(3)], [500, 421, None])


def test_timeout():
    with Server("--timeout", "1") as server, server.client() as client:
        client.say("EHLO c.example", 250)
        time.sleep(0.6)
        client.say("NOOP", 250)
        start = time.monotonic()
        equal([client.reply()[0], client.reply()[0]], [421, None])
        expect(0.9 <= time.monotonic() - start < 4, time.monotonic() - start)


def test_sigterm():
    server = Server("--json")
    with server:
        idle, busy, sending = server.client(), server.client(), server.client()
        for client in (busy, sending):
            client.say("EHLO c.example", 250)
        busy.say("MAIL FROM:<>", 250)
        sending.send(SESSION[len(b"EHLO c.example\r\n"):])
        equal([sending.reply()[0] for _ in range(4)], CODES[2:])
        sending.send(b"half of it")
        time.sleep(0.1)
        server.process.send_signal(signal.SIGTERM)
        for client in (idle, busy):
            equal([client.reply()[0], client.reply()[0]], [421, None])
            client.close()
        within(PATIENCE, lambda: not connects(server.address), "no new connections")
        sending.send(b" and the rest\r\n.\r\n")
        equal([sending.reply()[0] for _ in range(3)], [250, 421, None])
        sending.close()
        equal(json.loads(server.line())["size"], len("half of it and the rest\r\n"))
        equal(server.process.wait(PATIENCE), 0)


def test_sigterm_while_an_answer_is_pending():
    with Server("--delay", "RCPT=10s") as server, server.client() as client:
        client.send(SESSION)
        equal([client.reply()[0] for _ in range(2)], CODES[1:3])
        server.process.send_signal(signal.SIGTERM)
        equal([client.reply()[0], client.reply()[0]], [421, None])
    with Server("--json", "--delay", "DATA_RECEIVED=500ms") as server, server.client() as client:
        client.send(SESSION + b"hi\r\n.\r\n")
        equal([client.reply()[0] for _ in range(5)], CODES[1:])
        json.loads(server.line())
        server.process.send_signal(signal.SIGTERM)
        equal([client.reply()[0] for _ in range(3)], [250, 421, None])  # the verdict first


def connects(address):
    with contextlib.suppress(OSError), socket.create_connection(address, PATIENCE):
        return True
    return False


def test_sigterm_does_not_wait_for_ever():
    with Server() as server, server.client() as client:
        client.send(SESSION + b"and then nothing")
        equal([client.reply()[0] for _ in range(5)], CODES[1:])
        start = time.monotonic()
        equal(server.stop(signal.SIGINT), 0)
        expect(time.monotonic() - start < 10, "took", time.monotonic() - start)


def test_many_connections():
    many = 2000
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < many + 100:
        raise Skip(f"only {hard} descriptors")
    resource.setrlimit(resource.RLIMIT_NOFILE, (many + 100, hard))
    try:
        with Server("--json") as server:
            with server.client() as client:
                client.say("EHLO c.example", 250)
                client.mail()
                server.line()
            before = server.memory()
            clients = [server.client() for _ in range(many)]
            for client in clients:
                client.send(b"EHLO client.example.org\r\n")
            for client in clients:
                equal(client.reply()[0], 250)
            each = (server.memory() - before) / many
            print(f"{each:.0f} octets a connection", end=" ", flush=True)
            expect(each < 2048 or not measures_memory(), each, "octets a connection")
            for client in clients[::100]:
                client.mail()
                server.line()
            for client in clients:
                client.close()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_out_of_descriptors():
    def limit():
        resource.setrlimit(resource.RLIMIT_NOFILE, (20, 20))

    with Server(preexec_fn=limit) as server:
        clients = [server.client(greeting=None) for _ in range(30)]
        equal([client.reply()[0] for client in clients[:10]], [220] * 10)
        for client in clients[:10]:
            client.say("QUIT", 221)
        for client in clients[10:20]:  # they queued up
            equal(client.reply()[0], 220)
        for client in clients:
            client.close()


def test_slow_reader():
    """Who does not read its replies is not read from, and costs no memory."""
    with Server("--sink", "--max-recipients", "0") as server, server.client() as client:
        before = server.memory()
        client.say("EHLO c.example", 250)
        client.say("MAIL FROM:<>", 250)
        client.socket.setblocking(False)
        group = b"RCPT TO:<b@b.example>\r\n" * 2000
        sent, quiet = 0, time.monotonic()
        while time.monotonic() - quiet < 1 and sent < 1 << 30:
            try:
                sent += client.socket.send(group[sent % len(group):])
                quiet = time.monotonic()
            except BlockingIOError:
                time.sleep(0.01)
        expect(sent < 1 << 30, "it took everything")
        grown = server.memory() - before
        expect(grown < 1 << 20 or not measures_memory(), "grew by", grown)
        with server.client() as other:
            other.say("NOOP", 250)

        client.socket.settimeout(None)
        rest = group[sent % len(group):group.index(b"\n", sent % len(group)) + 1]
        replies, wanted = 0, (sent + len(rest)) // len(b"RCPT TO:<b@b.example>\r\n")
        pid = os.fork()
        if pid == 0:  # the rest can only be sent while replies are read
            with contextlib.suppress(OSError):
                client.send(rest)
            os._exit(0)
        while replies < wanted:
            code, _ = client.reply()
            equal(code, 250)
            replies += 1
        os.waitpid(pid, 0)
        client.say("NOOP", 250)


def test_peer_vanishes():
    with Server("--json", "--delay", "RCPT=100ms") as server:
        for words in (b"", b"EHLO", SESSION, SESSION + b"half", SESSION + b"hi\r\n.\r\n"):
            client = server.client(greeting=None)
            client.send(words)
            client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # a reset
            client.close()
        time.sleep(0.5)
        with server.client() as client:
            client.say("NOOP", 250)


def test_verbose():
    with Server("--verbose") as server, server.client() as client:
        client.say("FOO", 500)
        client.say("EHLO c.example", 250)
        client.mail()
        client.say("QUIT", 221)
        log = server.errors()
        expect("session 1: " in log and "delivered" in log and "(500)" in log, log)


def test_minimal():
    minimal = os.path.join(os.path.dirname(PROGRAM), "minimal")
    if not os.path.exists(minimal):
        raise Skip("no minimal beside echo-server")

    def ask(data):
        return subprocess.run([minimal], input=data, capture_output=True, timeout=PATIENCE, check=False)

    ended = ask(SESSION + b"Subject: hi\r\n\r\n..dot\r\n.\r\nQUIT\r\n")
    equal((ended.returncode, codes(ended.stdout)), (0, CODES + [250, 221]))
    equal(ended.stderr, b"Subject: hi\r\n\r\n.dot\r\n")
    ended = ask(SESSION + b"bare\n\r\n.\r\n" + b"NOOP " + b"x" * 5000 + b"\r\n")
    equal((ended.returncode, codes(ended.stdout), ended.stderr), (1, CODES + [554, 500], b""))
    ended = ask(SESSION + b"x" * 2000000 + b"\r\n.\r\nQUIT\r\n")
    equal((codes(ended.stdout), ended.stderr), (CODES + [552, 221], b""))


def main():
    global PROGRAM
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    PROGRAM = os.path.abspath(sys.argv[1])
    tests = [(name[5:], test) for name, test in globals().items() if name.startswith("test_")
             and (len(sys.argv) == 2 or any(word in name for word in sys.argv[2:]))]
    failed, start = 0, time.monotonic()
    for name, test in tests:
        print(name, end=" ", flush=True)
        begun = time.monotonic()
        try:
            test()
            print(f"ok ({time.monotonic() - begun:.2f} s)")
        except Skip as why:
            print(f"SKIP: {why}")
        except Exception as error:  # pylint: disable=broad-except
            failed += 1
            where = error.__traceback__
            while where.tb_next and where.tb_next.tb_frame.f_code.co_filename == __file__:
                where = where.tb_next
            print(f"FAILED (line {where.tb_lineno}): {type(error).__name__}: {error}")
    print(f"{len(tests)} tests, {failed} failed, {time.monotonic() - start:.1f} s")
    sys.exit(failed != 0)


if __name__ == "__main__":
    main()
