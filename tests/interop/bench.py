"""bench.py: the echo server under test, started as a case wants it, and what it has echoed."""

import base64
import contextlib
import functools
import json
import pathlib
import queue
import re
import smtplib
import subprocess
import threading

from common import SECONDS, Missing, Wrong, call, difference, need
from mail import FROM, HELLO, MESSAGE, PASSWORD, REFUSED, TO, USER
from way import PLAIN


class EchoServer:
    """A running echo server."""

    def __init__(self, program, options):
        self.process = subprocess.Popen([program, "--port", "0", "--json", *options], stdout=subprocess.PIPE)
        first = self.process.stdout.readline().decode()
        if not first.startswith("listening on "):
            self.process.kill()
            raise Wrong(f"the echo server's first line is {first!r}")
        self.port = int(first.rsplit(":", 1)[1])
        self.echoes = queue.Queue()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            self.echoes.put(json.loads(line))

    def arrived(self):
        """The next message."""
        try:
            echo = self.echoes.get(timeout=SECONDS)
        except queue.Empty:
            raise Wrong("nothing arrived") from None
        echo["content"] = base64.b64decode(echo["content"])
        return echo

    def expect(self, content=MESSAGE, sender=FROM, to=TO, relayed=False, **more):
        """The next message is this one, to whomever if `to` is None.  A mail server that relays puts a trace
        field before it, and its recipients into another order."""
        echo = self.arrived()
        wanted = {"from": sender, "to": echo["to"] if to is None else to, "content": content, **more}
        if len(echo["content"]) != echo["size"]:
            raise Wrong(f"size: {echo['size']} for {len(echo['content'])} octets")
        if relayed and echo["content"].startswith(b"Received: ") and echo["content"].endswith(content):
            wanted["content"] = echo["content"]
        if relayed and sorted(echo["to"]) == sorted(to):
            wanted["to"] = echo["to"]
        for key, value in wanted.items():
            if echo[key] != value:
                raise Wrong(f"{key}: {difference(echo[key], value)}")
        return echo

    def expect_bounce(self, words):
        """The next message tells the sender of the last one that REFUSED was refused with these words."""
        echo = self.arrived()
        told = " ".join(echo["content"].decode(errors="replace").split())
        if (echo["from"], echo["to"]) != ("", [FROM]) or REFUSED not in told or words not in told:
            raise Wrong(f"no bounce of {REFUSED} for {words}, but {echo}")

    def expect_offer(self, keyword):
        """The case is about an extension that the echo server may not have."""
        with smtplib.SMTP("127.0.0.1", self.port, local_hostname=HELLO, timeout=SECONDS) as client:
            client.ehlo()
            if not client.has_extn(keyword):
                raise Missing(f"this echo-server does not offer {keyword}")

    def expect_nothing(self):
        if not self.echoes.empty():
            raise Wrong(f"more arrived than was sent: {self.echoes.get()}")

    def stop(self):
        self.process.terminate()
        status = self.process.wait(SECONDS)
        if status != 0:
            raise Wrong(f"the echo server ended with status {status}")


class Bench:
    """What a case gets: echo servers, a folder for its files, a certificate."""

    def __init__(self, program, folder):
        self.program = program
        self.folder = pathlib.Path(folder).resolve()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.key = self.folder / "key.pem"

    @functools.cached_property
    def help(self):
        return call(self.program, "--help")

    @functools.cached_property
    def certificate(self):
        """A self-signed one for this run."""
        path = self.folder / "certificate.pem"
        call(need("openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
             "-nodes", "-days", "2", "-subj", "/CN=localhost", "-keyout", self.key, "-out", path,
             "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1")
        return path

    @contextlib.contextmanager
    def serve(self, *options, way=PLAIN):
        """An echo server that takes mail in this way alone, and gets what the case expects and no more."""
        options = [*options, *self.options_for(way)]
        known = re.findall(r"^ *(--[a-z-]+)", self.help, re.MULTILINE)
        for option in options:
            if option.startswith("--") and option not in known:
                raise Missing(f"this echo-server has no {option}")
        if way.mechanism not in ("", "PLAIN", "LOGIN") and "Built without GNU SASL" in self.help:
            raise Missing(f"this echo-server has no {way.mechanism}")
        server = EchoServer(self.program, options)
        try:
            yield server
            server.expect_nothing()
            server.stop()
        finally:
            server.process.kill()
            server.process.wait()

    def options_for(self, way):
        if way.lmtp:
            yield "--lmtp"
        if way.tls:
            yield from ["--tls-cert", str(self.certificate), "--tls-key", str(self.key)]
            yield "--smtps" if way.tls == "smtps" else "--require-tls"
        if way.mechanism:
            yield from ["--auth", f"{USER}:{PASSWORD}", "--auth-mechanisms", way.mechanism, "--require-auth"]
        if way.mechanism and not way.tls:
            yield "--auth-without-tls"
