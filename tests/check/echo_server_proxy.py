#!/usr/bin/env python3
"""Tests of the program echo-server: a header of the PROXY protocol in front of everything else.

usage: echo_server_proxy.py PATH-OF-ECHO-SERVER [NAME...]
"""
import ipaddress
import json
import socket
import struct
import subprocess
import time

from echo_server_shared import PROGRAM, PATIENCE, Client, Server, equal, expect, main, read_block, with_tls

SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
LINE = b"PROXY TCP4 192.0.2.1 198.51.100.7 56324 25\r\n"


def block(source, source_port, destination, destination_port, command=1, more=b""):
    """A header of version 2; addresses as text."""
    packed = [ipaddress.ip_address(address).packed for address in (source, destination)]
    body = packed[0] + packed[1] + struct.pack("!HH", source_port, destination_port) + more
    family = 0x11 if len(packed[0]) == 4 else 0x21
    return SIGNATURE + bytes([0x20 | command, family]) + struct.pack("!H", len(body)) + body


def path_block(source, destination):
    body = source.ljust(108, b"\0") + destination.ljust(108, b"\0")
    return SIGNATURE + b"\x21\x31" + struct.pack("!H", len(body)) + body


def address(source, source_port, destination, destination_port):
    return {"source": source, "source_port": source_port, "destination": destination,
            "destination_port": destination_port}


GOOD = [
    (LINE, address("192.0.2.1", 56324, "198.51.100.7", 25)),
    (b"PROXY TCP6 2001:db8::1 ::1 1 65535\r\n", address("2001:db8::1", 1, "::1", 65535)),
    (b"PROXY UNKNOWN\r\n", None),
    (b"PROXY UNKNOWN whatever it may be\r\n", None),
    (block("192.0.2.1", 1, "198.51.100.7", 2), address("192.0.2.1", 1, "198.51.100.7", 2)),
    (block("2001:db8::1", 3, "::2", 4), address("2001:db8::1", 3, "::2", 4)),
    (block("192.0.2.1", 1, "198.51.100.7", 2, more=b"\x04\0\x03abc"), address("192.0.2.1", 1, "198.51.100.7", 2)),
    (block("192.0.2.1", 1, "198.51.100.7", 2, more=b"\x04\xfd\xe8" + b"x" * 65000),
     address("192.0.2.1", 1, "198.51.100.7", 2)),
    (block("192.0.2.1", 1, "198.51.100.7", 2, command=0), None),
    (SIGNATURE + b"\x21\0\0\0", None),
    (path_block(b"/run/a b", b""), address("/run/a?b", 0, "", 0)),
    (path_block(b"x" * 108, b"y"), address("x" * 108, 0, "y", 0)),
]

BAD = [
    b"EHLO c.example\r\n",
    b"PROXY TCP4 192.0.2.1 198.51.100.7 56324 65536\r\n",
    b"PROXY TCP4 192.0.2.1 198.51.100.7 56324 25\n",
    b"PROXY TCP6 192.0.2.1 198.51.100.7 56324 25\r\n",
    b"PROXY " + b"x" * 200,
    SIGNATURE + b"\x31\x11\0\x0c" + b"x" * 12,
    SIGNATURE + b"\x21\x11\0\x0b" + b"x" * 11,
    block("192.0.2.1", 1, "198.51.100.7", 2, more=b"\x04\0\x09abc"),
    b"\x16\x03\x01\x02\0\x01",
    b"\r\n\r\nHELO",
]


def mute(connection):
    """No word comes, and then the end."""
    try:
        return connection.recv(1000) == b""
    except ConnectionResetError:
        return True


def test_good():
    for cut in (False, True):
        with Server("--proxy", "--json") as server:
            for header, wanted in GOOD:
                if cut and len(header) > 1000:
                    continue
                with server.client(greeting=None) as client:
                    client.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    for at in range(0, len(header), 1 if cut else len(header)):
                        client.send(header[at:at + 1] if cut else header)
                        if cut:
                            time.sleep(0.0005)
                    equal(client.reply()[0], 220, header[:60])
                    client.say("EHLO c.example", 250)
                    client.mail()
                    got = json.loads(server.line())
                    equal(got["proxy"], wanted)
                    equal(list(got)[:4], ["hello", "tls", "auth", "proxy"])


def test_block():
    with Server("--proxy") as server:
        for header, wanted in ((LINE, "  proxy: from 192.0.2.1 port 56324 to 198.51.100.7 port 25"),
                               (b"PROXY UNKNOWN\r\n", "  proxy: tells no addresses")):
            with server.client(greeting=None) as client:
                client.send(header)
                equal(client.reply()[0], 220)
                client.say("EHLO c.example", 250)
                client.mail()
                head, _ = read_block(server)
                expect(wanted in head, head)


def test_bad():
    with Server("--proxy") as server:
        for header in BAD:
            with server.client(greeting=None) as client:
                client.send(header)
                expect(mute(client.socket), header, "is answered")
        for header in (LINE, GOOD[4][0]):
            for size in (0, 1, len(header) - 1):
                with server.client(greeting=None) as client:
                    client.send(header[:size])
                    client.socket.shutdown(socket.SHUT_WR)
                    expect(mute(client.socket), header[:size], "is answered")


def test_nothing_comes():
    with Server("--proxy") as server, server.client(greeting=None) as silent, server.client(greeting=None) as slow:
        start = time.monotonic()
        for octet in LINE[:16]:
            slow.send(bytes([octet]))
            time.sleep(0.2)
        expect(mute(silent.socket) and mute(slow.socket), "answered")
        expect(3 < time.monotonic() - start < 9, time.monotonic() - start)


def test_behind_the_header():
    """The client's own octets, which come too early: the greeting is yet to come."""
    with Server("--proxy") as server, server.client(greeting=None) as client:
        client.send(LINE + b"EHLO c.example\r\n")
        equal(client.reply()[0], 554)
    with Server("--proxy", "--lenient", "early-talker") as server, server.client(greeting=None) as client:
        client.send(LINE + b"EHLO c.example\r\n" + LINE)
        equal([client.reply()[0] for _ in range(3)], [220, 250, 500])
    with Server("--proxy", "--delay", "CONNECTED=100ms") as server, server.client(greeting=None) as client:
        client.send(LINE)
        equal(client.reply()[0], 220)


def test_no_header_is_wanted():
    with Server() as server, server.client() as client:
        client.say(LINE.strip(), 500)


def test_before_tls():
    with Server("--proxy", "--json", "--smtps", *with_tls()) as server:
        for header in (LINE, GOOD[4][0]):
            with server.client(greeting=None) as client:
                client.send(header)
                equal(client.under_tls().reply()[0], 220)
                client.say("EHLO c.example", 250)
                client.mail()
                got = json.loads(server.line())
                equal((got["tls"], got["proxy"]["destination"]), (True, "198.51.100.7"))
        with server.client(greeting=None) as client:  # the handshake's first octets come with the header
            hello = b"\x16\x03\x01"
            client.send(LINE + hello)
            client.socket.shutdown(socket.SHUT_WR)
            expect(mute(client.socket), "answered")
    with Server("--proxy", "--json", *with_tls()) as server, server.client(greeting=None) as client:
        client.send(LINE)
        equal(client.reply()[0], 220)
        client.starttls().say("EHLO c.example", 250)
        client.mail()
        got = json.loads(server.line())
        equal((got["tls"], got["proxy"]["source"]), (True, "192.0.2.1"))


def test_stdio():
    ours, theirs = socket.socketpair()
    with subprocess.Popen([PROGRAM, "--stdio", "--proxy", "--json"], stdin=theirs, stdout=theirs,
                          stderr=subprocess.PIPE) as process:
        theirs.close()
        ours.settimeout(PATIENCE)
        with Client(ours) as client:
            client.send(LINE)
            equal(client.reply()[0], 220)
            client.say("EHLO c.example", 250)
            client.mail()
            client.say("QUIT", 221)
        equal(process.wait(PATIENCE), 0)
        equal(json.loads(process.stderr.read())["proxy"]["source_port"], 56324)


if __name__ == "__main__":
    main(globals(), __doc__)
