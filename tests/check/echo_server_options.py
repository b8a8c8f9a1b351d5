#!/usr/bin/env python3
"""Tests of the program echo-server: its command line, what is wrong with one, what it offers.

usage: echo_server_options.py PATH-OF-ECHO-SERVER [NAME...]
"""
import re
import socket

from echo_server_shared import Server, Skip, equal, expect, has, keywords, main, run

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
    (["--extensions", "SMTPUTF8"], "--extensions: it holds one that requires another"),
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
                   "historic lenient answer delay maildir timeout verbose help version lmtp submission auth auth-token "
                   "auth-mechanisms auth-without-tls require-auth min-by max-hold proxy").split():
        expect(f"--{option}" in ended.stdout.decode(), "--help lacks", option)
    for option in ("tls-cert", "tls-key", "smtps", "require-tls"):
        equal(f"  --{option} " in ended.stdout.decode() or f"  --{option}\n" in ended.stdout.decode(), has("OpenSSL"))
        if not has("OpenSSL"):
            refused = run(f"--{option}", *["x"] * option.startswith("tls-"))
            equal(refused.returncode, 2)
            expect(b"OpenSSL" in refused.stderr, refused.stderr)
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


def test_options_extensions():
    usual = keywords()
    expect({"PIPELINING", "SIZE", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES"} <= usual, usual)
    expect("EXPN" not in usual, usual)
    everything = keywords("--extensions", "all")
    expect(usual | {"EXPN"} <= everything, everything)
    equal(keywords("--extensions", "size,8BITMIME"), {"SIZE", "8BITMIME"})
    fewer = keywords("--extensions", "all,-CHUNKING")
    expect("DSN" in fewer and not {"CHUNKING", "BINARYMIME"} & fewer, fewer)
    equal(keywords("--extensions", "-SIZE,-HELP"), usual - {"SIZE", "HELP"})
    equal(keywords("--extensions", "all,-EXPN"), everything - {"EXPN"})
    equal(keywords("--extensions", ""), set())
    historic = {"SEND", "SOML", "SAML", "TURN"}
    equal(keywords("--historic"), usual | historic)
    equal(keywords("--extensions", "all,-TURN", "--historic"), everything | historic - {"TURN"})


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


if __name__ == "__main__":
    main(globals(), __doc__)
