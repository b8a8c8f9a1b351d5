"""What the tests of the program echo-server share: the server, a client, how a test ends.

usage: echo_server_SUBJECT.py PATH-OF-ECHO-SERVER [NAME...]      NAME: only tests whose names hold that word

What SMTP itself demands is tested by the dialogues; here is everything around it.  Only the standard library is
needed, and the command openssl where there is TLS.  Servers listen on loopback, on free ports, and are stopped by
pid.
"""

import atexit
import functools
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time

PROGRAM = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else None
PATIENCE = 20  # seconds for anything that must happen
SKIPPED = 77  # the exit status that says so


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

    def under_tls(self, context=None):
        """Shakes hands; what is said goes through TLS from here on."""
        self.file.close()
        context = context or tls_context()
        self.socket = context.wrap_socket(self.socket, server_hostname="localhost", suppress_ragged_eofs=False)
        self.file = self.socket.makefile("rb")
        return self

    def starttls(self, context=None):
        self.say("EHLO clear.example", 250)
        self.say("STARTTLS", 220)
        return self.under_tls(context)

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


SESSION = (b"EHLO c.example\r\nMAIL FROM:<a@a.example>\r\nRCPT TO:<b@b.example>\r\nRCPT TO:<c@b.example>\r\n"
           b"DATA\r\n")
CODES = [220, 250, 250, 250, 250, 354]


def codes(octets):
    return [int(line[:3]) for line in octets.split(b"\r\n") if line[3:4] == b" "]


def keywords(*options):
    with Server(*options) as server, server.client() as client:
        return {line.split()[0] for line in client.say("EHLO c.example", 250)[1][1:]}


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


@functools.cache
def has(feature):
    """Whether this echo-server was built with "OpenSSL" or "GNU SASL"."""
    return f"Built without {feature}" not in run("--help").stdout.decode()


@functools.cache
def certificates():
    """A folder with certificate.pem, key.pem and other-key.pem, made by the command openssl; None without it."""
    if not shutil.which("openssl"):
        return None
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    for name in ("", "other-"):
        subprocess.run(["openssl", "req", "-x509", *curve, "-keyout", f"{folder.name}/{name}key.pem",
                        "-out", f"{folder.name}/{name}certificate.pem", "-days", "2", "-subj", "/CN=localhost",
                        "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"], check=True, capture_output=True)
    return folder.name


def with_tls():
    """The options that give a server TLS."""
    if not has("OpenSSL"):
        raise Skip("this echo-server was built without OpenSSL")
    if not certificates():
        raise Skip("the command openssl is not here")
    return "--tls-cert", f"{certificates()}/certificate.pem", "--tls-key", f"{certificates()}/key.pem"


def tls_context():
    return ssl.create_default_context(cafile=f"{certificates()}/certificate.pem")


def skip_all(why):
    """Ends a script that cannot test anything here."""
    print(f"SKIP: {os.path.basename(sys.argv[0])}: {why}")
    sys.exit(SKIPPED)


def main(script, doc):
    """Runs the functions test_* of a script, `script` being its globals()."""
    if PROGRAM is None:
        sys.exit(doc)
    tests = [(name[5:], test) for name, test in script.items() if name.startswith("test_")
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
            while where.tb_next and where.tb_next.tb_frame.f_code.co_filename == script["__file__"]:
                where = where.tb_next
            print(f"FAILED (line {where.tb_lineno}): {type(error).__name__}: {error}")
    print(f"{len(tests)} tests, {failed} failed, {time.monotonic() - start:.1f} s")
    sys.exit(failed != 0)
