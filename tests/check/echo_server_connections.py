#!/usr/bin/env python3
"""Tests of the program echo-server: connections, many and slow ones, their ends, its own end; and minimal.

usage: echo_server_connections.py PATH-OF-ECHO-SERVER [NAME...]
"""
import contextlib
import json
import os
import resource
import signal
import socket
import subprocess
import tempfile
import time

from echo_server_shared import (CODES, PATIENCE, PROGRAM, SESSION, Client, Server, Skip, codes, equal, expect, main,
                                measures_memory, run, within)


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
    ended = ask(SESSION.replace(b"DATA\r\n", b"") + b"BDAT 6\r\n.one\r\nBDAT 3\r\ntwoBDAT 0 LAST\r\nQUIT\r\n")
    equal((ended.returncode, codes(ended.stdout)), (0, CODES[:-1] + [250, 250, 250, 221]))
    equal(ended.stderr, b".one\r\ntwo")
    ended = ask(SESSION + b"bare\n\r\n.\r\n" + b"NOOP " + b"x" * 5000 + b"\r\n")
    equal((ended.returncode, codes(ended.stdout), ended.stderr), (1, CODES + [554, 500], b""))
    ended = ask(SESSION + b"x" * 2000000 + b"\r\n.\r\nQUIT\r\n")
    equal((codes(ended.stdout), ended.stderr), (CODES + [552, 221], b""))


if __name__ == "__main__":
    main(globals(), __doc__)
