"""run.py ECHO-SERVER FOLDER: real programs deliver to the echo server, over loopback.

Each must arrive once, with the envelope as given and the content octet for octet as sent.  FOLDER is where
fetch.sh has put what is not installed.  Prints ok, FAIL or SKIP for each client, and at the end what passed.
"""

import base64
import contextlib
import glob
import json
import os
import pathlib
import queue
import shutil
import smtplib
import subprocess
import sys
import threading

HERE = pathlib.Path(__file__).resolve().parent
SECONDS = 60  # for whatever may hang

# What a client may trip over: dots at line starts, an empty line first, a long line, 8-bit text, white space at a
# line's end, no words at all.
LINES = [
    "From: Alice <alice@client.example>",
    "To: bob@server.example",
    "Date: Thu, 01 Jan 2026 00:00:00 +0000",
    "Message-ID: <1@client.example>",
    "Subject: dots and lines",
    "",
    ".",
    "..",
    ".hidden",
    ". .",
    "a line with spaces at its end   ",
    "\ta tab, a percent sign %, a backslash \\, and QUIT:",
    "QUIT",
    "x" * 998,
    "Grüße, κόσμε",
    "",
    "",
    "From the last line",
]
MESSAGE = "".join(line + "\r\n" for line in LINES).encode()
UNENDED = MESSAGE.replace(b"\r\n", b"\n")[:-1]  # for clients that end the last line whether it has an end or not
FROM = "alice+tag@client.example"
FAULTS = {b"\r": "a bare CR", b"\n": "a bare LF", b"\0": "a NUL"}  # what the content policy refuses
TO = ["bob@server.example", "o'hara@[192.0.2.1]"]


class Wrong(Exception):
    """Something arrived otherwise than it should."""


class Missing(Exception):
    """A program that is not here."""


def difference(got, wanted):
    """Where two values part."""
    if not isinstance(got, bytes):
        return f"{got!r} and not {wanted!r}"
    same = len(os.path.commonprefix([got, wanted]))
    start = max(0, same - 20)
    return f"from octet {same} on ...{got[start:same + 40]!r} and not ...{wanted[start:same + 40]!r}"


# ---- the server -----------------------------------------------------------------------------------------------


class Server:
    """The echo server, and what it has echoed."""

    def __init__(self, program, *options):
        self.process = subprocess.Popen([program, "--port", "0", "--json", *options], stdout=subprocess.PIPE)
        first = self.process.stdout.readline().decode()
        if not first.startswith("listening on "):
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

    def expect(self, content=MESSAGE, sender=FROM, to=TO, **more):
        """The next message is this one."""
        echo = self.arrived()
        wanted = {"from": sender, "to": list(to), "content": content, "size": len(content), **more}
        for key, value in wanted.items():
            if echo[key] != value:
                raise Wrong(f"{key}: {difference(echo[key], value)}")
        return echo

    def expect_nothing(self):
        if not self.echoes.empty():
            raise Wrong(f"more arrived than was sent: {self.echoes.get()}")

    def stop(self):
        self.process.terminate()
        status = self.process.wait(SECONDS)
        if status != 0:
            raise Wrong(f"the echo server ended with status {status}")


def need(*programs):
    for program in programs:
        found = shutil.which(program, path=os.environ["PATH"] + ":/usr/sbin:/sbin")
        if found:
            return found
    raise Missing(f"{programs[0]} is not here")


def call(*command, **more):
    """Runs a client; what it says is shown when it fails."""
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=SECONDS, **more)
    if done.returncode != 0:
        raise Wrong(f"{command[0]} ended with status {done.returncode}:\n{done.stdout.decode(errors='replace')}")
    return done.stdout.decode(errors="replace")


def written(folder, content, name="message"):
    path = pathlib.Path(folder) / name
    path.write_bytes(content)
    return path


# ---- the clients ----------------------------------------------------------------------------------------------


def swaks(server, folder):
    """swaks: as it is; pipelined; with data that it does not touch; with the null path."""
    program = need("swaks")
    message = written(folder, UNENDED)
    usual = [program, "--server", "127.0.0.1", "--port", server.port, "--helo", "client.example", "--from", FROM,
             "--to", ",".join(TO)]
    call(*usual, "--data", f"@{message}")
    server.expect(hello="client.example")
    call(*usual, "--data", f"@{message}", "--pipeline")
    server.expect(hello="client.example")
    raw = MESSAGE.replace(b"\r\n.", b"\r\n..") + b"."
    call(*usual, "--data", f"@{written(folder, raw, 'raw')}", "-ndf")
    server.expect(hello="client.example")
    call(program, "--server", "127.0.0.1", "--port", server.port, "--helo", "client.example", "--from", "<>", "--to",
         "postmaster", "--data", f"@{message}")
    server.expect(sender="", to=["postmaster"])


def curl(server, folder):
    """curl: one message, and two on one connection."""
    program = need("curl")
    usual = ["--silent", "--show-error", "--mail-from", FROM, *(word for to in TO for word in ("--mail-rcpt", to)),
             "--upload-file", written(folder, MESSAGE), f"smtp://127.0.0.1:{server.port}/client.example"]
    call(program, *usual)
    server.expect(hello="client.example")
    call(program, *usual, "--next", *usual)
    server.expect(hello="client.example")
    server.expect(hello="client.example")
    call(program, *usual, "--crlf", "--upload-file", written(folder, MESSAGE.replace(b"\r\n", b"\n")))
    server.expect()


def python_smtplib(server, folder):
    """Python's smtplib: every method that speaks to the server, and an internationalized address."""
    with smtplib.SMTP("127.0.0.1", server.port, local_hostname="client.example", timeout=SECONDS) as client:
        client.sendmail(FROM, TO, MESSAGE, ["BODY=8BITMIME"])
        echo = server.expect(hello="client.example")
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


def msmtp(server, folder):
    """msmtp, which reads the message from its standard input."""
    call(need("msmtp"), "--host=127.0.0.1", f"--port={server.port}", "--domain=client.example", f"--from={FROM}",
         "--auth=off", "--tls=off", "--", *TO, input=MESSAGE.replace(b"\r\n", b"\n"))
    server.expect(hello="client.example")


def nodemailer(server, folder):
    """nodemailer, the library that Node's programs send mail with."""
    program = need("node", "nodejs")
    place = pathlib.Path(folder) / "nodemailer"
    if not (place / "done").exists():
        raise Missing("nodemailer is not here")
    mail = {"hello": "client.example", "from": FROM, "to": TO, "content": base64.b64encode(MESSAGE).decode()}
    call(program, HERE / "nodemailer.js", place, server.port, json.dumps(mail))
    server.expect(hello="client.example")


def postfix_smtp_source(server, folder):
    """Postfix's smtp-source: one message, and many on many connections."""
    environment = dict(os.environ)
    unpacked = pathlib.Path(folder) / "postfix"
    program = unpacked / "usr/sbin/smtp-source"
    if program.exists():
        libraries = [unpacked / "usr/lib/postfix", *unpacked.glob("usr/lib/*-linux-gnu*"),
                     *unpacked.glob("lib/*-linux-gnu*")]
        environment["LD_LIBRARY_PATH"] = ":".join(str(path) for path in libraries)
    else:
        program = need("smtp-source")
    config = pathlib.Path(folder) / "postfix-config"
    config.mkdir(exist_ok=True)
    (config / "main.cf").write_text("compatibility_level = 3.6\n")
    environment["MAIL_CONFIG"] = str(config)

    message = written(folder, UNENDED)
    usual = [program, "-M", "client.example", "-f", FROM, "-t", TO[0], "-F", message]
    target = f"inet:127.0.0.1:{server.port}"
    call(*usual, target, env=environment)
    sent = MESSAGE + b"\r\n"  # it ends every file with an empty line
    server.expect(sent, to=TO[:1], hello="client.example")
    call(*usual, "-d", "-s", 10, "-m", 200, "-r", 5, target, env=environment)
    for _ in range(200):
        server.expect(sent, to=[f"{number}{TO[0]}" for number in (5, 4, 3, 2)] + TO[:1], hello="client.example")


def python_samples(server, folder):
    """The samples of Python's own email tests: each arrives as sent, or is refused for its bare line ends or NUL."""
    pattern = str(pathlib.Path(folder) / "samples/usr/lib/python3*/test/test_email/data/msg_*.txt")
    samples = sorted(glob.glob(pattern))
    if not samples:
        raise Missing("the samples of Python's email tests are not here")
    refused = []
    with smtplib.SMTP("127.0.0.1", server.port, local_hostname="client.example", timeout=SECONDS) as client:
        client.ehlo()
        for sample in samples:
            content = pathlib.Path(sample).read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
            if not content.endswith(b"\r\n"):
                content += b"\r\n"
            bare = content.replace(b"\r\n", b"")
            why = [name for octet, name in FAULTS.items() if octet in bare]
            sample = pathlib.Path(sample).name
            try:
                client.sendmail(FROM, TO, content, ["BODY=8BITMIME"])
            except smtplib.SMTPDataError as error:
                if not why:
                    raise Wrong(f"{sample} is refused: {error}") from None
                refused.append(f"{sample} has {why[0]}: {error.smtp_code} {error.smtp_error.decode()}")
                continue
            if why:
                raise Wrong(f"{sample} has {why[0]} and is accepted")
            server.expect(content)
    print(f"      {len(samples) - len(refused)} of {len(samples)} samples arrived", *refused, sep="\n      refused: ")


CLIENTS = [swaks, curl, python_smtplib, msmtp, nodemailer, postfix_smtp_source, python_samples]


def main(program, folder):
    count = {"ok": 0, "FAIL": 0, "SKIP": 0}
    pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
    for client in CLIENTS:
        name = client.__name__.replace("_", " ")
        verdict, why = "ok", ""
        try:
            with contextlib.closing(contextlib.ExitStack()) as stack:
                server = Server(program)
                stack.callback(server.process.kill)
                client(server, folder)
                server.expect_nothing()
                server.stop()
        except Missing as missing:
            verdict, why = "SKIP", str(missing)
        except (Wrong, OSError, subprocess.TimeoutExpired, smtplib.SMTPException) as wrong:
            verdict, why = "FAIL", str(wrong)
        count[verdict] += 1
        print(f"SKIP: {name}: {why}" if verdict == "SKIP" else f"{verdict:5} {name}" + (f": {why}" if why else ""))
        sys.stdout.flush()
    print(f"{count['ok']} passed, {count['FAIL']} failed" + (f", {count['SKIP']} skipped" if count["SKIP"] else ""))
    return 1 if count["FAIL"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
