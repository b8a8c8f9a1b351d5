#!/usr/bin/env python3
"""Tests of the program echo-server: AUTH, by each mechanism, well and badly, and what is asked of clients before mail.

usage: echo_server_auth.py PATH-OF-ECHO-SERVER [NAME...]
"""
import base64
import hashlib
import hmac
import json
import re
import smtplib
import time

from echo_server_shared import PATIENCE, Server, Skip, equal, expect, has, main, run, tls_context, with_tls

ALICE = ["--auth", "alice:open sesame"]
CLEAR = [*ALICE, "--auth-without-tls"]


def encoded(octets):
    return base64.b64encode(octets if isinstance(octets, bytes) else octets.encode()).decode()


def plain(user, password, acts_for=""):
    return encoded(f"{acts_for}\0{user}\0{password}")


def challenge(reply):
    """What the server asks, decoded."""
    code, texts = reply
    equal(code, 334, texts)
    return base64.b64decode(texts[0], validate=True)


def offered(client):
    """The mechanisms in the reply to EHLO."""
    for line in client.say("EHLO c.example", 250)[1]:
        if line.split()[0] == "AUTH":
            return line.split()[1:]
    return []


def who(server, client):
    """Who is logged in, as the echo of a message has it."""
    client.mail()
    return json.loads(server.line())["auth"]


# ---- PLAIN and LOGIN -----------------------------------------------------------------------------


def test_plain():
    with Server("--json", "--auth", "bob:b:o b", "--auth", "zoë:geheim ü", *CLEAR) as server:
        for user, password, acts_for in (("alice", "open sesame", ""), ("alice", "open sesame", "alice"),
                                         ("bob", "b:o b", ""), ("zoë", "geheim ü", "zoë")):
            with server.client() as client:
                equal(offered(client), ["PLAIN", "LOGIN"])
                equal(who(server, client), None)
                client.say("AUTH PLAIN " + plain(user, password, acts_for), 235)
                equal(who(server, client), user)
                client.say("AUTH PLAIN " + plain(user, password), 503)
                client.say("EHLO again.example", 250)
                equal(who(server, client), user)
            with server.client() as client:  # asked for what it did not send at once
                client.say("EHLO c.example", 250)
                equal(challenge(client.say("AUTH plain")), b"")
                client.say(plain(user, password, acts_for), 235)
                equal(who(server, client), user)
    with Server(*CLEAR) as server, server.client() as client:
        client.say("EHLO c.example", 250)
        client.say("AUTH PLAIN " + plain("alice", "open sesame"), 235)
        client.mail()
        expect(any(server.line() == b"  auth: alice\n" for _ in range(4)), "the echo for people does not say who")


def test_plain_that_is_wrong():
    with Server("--json", *CLEAR) as server:
        for message in (plain("alice", "open sesam"), plain("alice", "open sesamE"), plain("alice", "open sesame!"),
                        plain("Alice", "open sesame"), plain("bob", "open sesame"), plain("alice", ""),
                        plain("", "open sesame"), plain("alice", "open sesame", "bob"), encoded("alice\0open sesame"),
                        encoded("\0alice\0open sesame\0"), encoded(b"\0alice\0open\xff sesame"), encoded("x"), "=",
                        encoded("\0" + "a" * 600 + "\0open sesame")):
            with server.client() as client:
                client.say("EHLO c.example", 250)
                client.say("AUTH PLAIN " + message, 535)
                equal(who(server, client), None)
                client.say("AUTH PLAIN " + plain("alice", "open sesame"), 235)
                equal(who(server, client), "alice")


def test_login():
    with Server("--json", *CLEAR) as server:
        for initial in (False, True):
            with server.client() as client:
                client.say("EHLO c.example", 250)
                if initial:
                    reply = client.say("AUTH LOGIN " + encoded("alice"))
                else:
                    equal(client.say("AUTH LOGIN"), (334, ["VXNlcm5hbWU6"]))
                    reply = client.say(encoded("alice"))
                equal(reply, (334, ["UGFzc3dvcmQ6"]))
                client.say(encoded("open sesame"), 235)
                equal(who(server, client), "alice")
        for user, password in (("alice", "open"), ("bob", "open sesame"), ("", ""), ("alice", ""), ("", "open sesame"),
                               ("a" * 300, "open sesame"), ("alice\0", "open sesame")):
            with server.client() as client:
                client.say("EHLO c.example", 250)
                client.say("AUTH LOGIN", 334)
                client.say(encoded(user), 334)
                client.say(encoded(password), 535)
                equal(who(server, client), None)


def test_giving_up():
    with Server("--json", *CLEAR) as server, server.client() as client:
        client.say("EHLO c.example", 250)
        client.say("AUTH PLAIN", 334)
        client.say("*", 501)
        client.say("AUTH LOGIN", 334)
        client.say(encoded("alice"), 334)
        client.say("*", 501)
        client.say("AUTH LOGIN", 334)
        client.say("not base64", 501)
        client.say("AUTH PLAIN not-base64", 501)
        client.say("AUTH CRAM-SHA-7", 504)
        equal(who(server, client), None)
    with Server("--verbose", *CLEAR) as server:
        with server.client() as client:
            client.say("EHLO c.example", 250)
            client.say("AUTH LOGIN", 334)
            client.say(encoded("alice"), 334)
        server.client().say("QUIT", 221)  # the other one left in the middle of it


def test_guessing():
    with Server(*CLEAR) as server:
        for again in (lambda client, i: client.say(f"AUTH PLAIN {plain('alice', str(i))}"),
                      lambda client, i: [client.say("AUTH LOGIN", 334), client.say(encoded("alice"), 334),
                                         client.say(encoded(str(i)))][-1],
                      lambda client, i: [client.say("AUTH LOGIN", 334), client.say("*")][-1]):
            with server.client() as client:
                client.say("EHLO c.example", 250)
                codes = []
                while not codes or codes[-1] in (501, 535):
                    codes.append(again(client, len(codes))[0])
                    expect(len(codes) < 20, "it lets them guess for ever")
                equal((codes[-1], client.reply()[0]), (421, None))


def test_no_secret_is_told():
    secret, token = "correct horse", "battery.staple"
    with Server("--verbose", "--auth", f"alice:{secret}", "--auth-token", token, "--auth-without-tls") as server:
        with server.client() as client:
            client.say("EHLO c.example", 250)
            for line in (f"AUTH PLAIN {plain('alice', secret + '!')}", "AUTH LOGIN", encoded("alice"),
                         encoded(secret + "?"), f"AUTH PLAIN {plain('alice', secret)}", f"AUTH {encoded(secret)}"):
                client.say(line)
            client.mail()
        server.stop()
        told = server.errors() + server.said.read().decode()
        for word in (secret, token, encoded(secret)[:12], plain("alice", secret)[:20]):
            expect(word not in told, "told:", word, told)


def test_in_the_clear():
    with Server(*ALICE) as server, server.client() as client:  # neither TLS nor the leave to go without
        equal(offered(client), [])
        expect(client.say("AUTH PLAIN " + plain("alice", "open sesame"))[0] in (502, 538), "taken in the clear")
        expect("never offered" in server.errors(), server.errors())
    with Server("--json", *ALICE, *with_tls()) as server, server.client() as client:
        equal(offered(client), [])
        client.say("AUTH PLAIN " + plain("alice", "open sesame"), 538)
        client.starttls()
        equal(offered(client), ["PLAIN", "LOGIN"])
        client.say("AUTH PLAIN " + plain("alice", "open sesame"), 235)
        client.mail()
        got = json.loads(server.line())
        equal((got["tls"], got["auth"]), (True, "alice"))


def test_tls_forgets_who_it_was():
    with Server("--json", *CLEAR, *with_tls()) as server, server.client() as client:
        client.say("EHLO c.example", 250)
        client.say("AUTH PLAIN " + plain("alice", "open sesame"), 235)
        client.starttls().say("EHLO c.example", 250)
        equal(who(server, client), None)
        client.say("AUTH PLAIN " + plain("alice", "open sesame"), 235)
        equal(who(server, client), "alice")


def test_require_auth():
    with Server("--json", "--require-auth", *CLEAR) as server, server.client() as client:
        client.say("EHLO c.example", 250)
        client.say("MAIL FROM:<a@a.example>", 530)
        client.say("VRFY alice", 530)
        client.say("NOOP", 250)
        client.say("AUTH PLAIN " + plain("alice", "x"), 535)
        client.say("MAIL FROM:<a@a.example>", 530)
        client.say("AUTH PLAIN " + plain("alice", "open sesame"), 235)
        equal(who(server, client), "alice")
    with Server("--json", "--require-auth", "--require-tls", *ALICE, *with_tls()) as server:
        with server.client() as client:
            client.say("EHLO c.example", 250)
            expect(client.say("AUTH PLAIN " + plain("alice", "open sesame"))[0] in (530, 538), "in the clear")
            client.starttls().say("EHLO c.example", 250)
            client.say("MAIL FROM:<a@a.example>", 530)
            client.say("AUTH PLAIN " + plain("alice", "open sesame"), 235)
            equal(who(server, client), "alice")


def test_scripted_and_delayed():
    with Server("--json", "--answer", "AUTH LOGIN=454 4.7.0 Later", "--delay", "AUTH=100ms", *CLEAR) as server:
        with server.client() as client:
            client.say("EHLO c.example", 250)
            equal(client.say("AUTH login"), (454, ["4.7.0 Later"]))
            start = time.monotonic()
            equal(challenge(client.say("AUTH PLAIN")), b"")
            client.say(plain("alice", "open sesame"), 235)
            expect(time.monotonic() - start >= 0.2, "not delayed")
            equal(who(server, client), "alice")
        with server.client() as client:  # gone while the answer is under way
            client.say("EHLO c.example", 250)
            client.send(b"AUTH PLAIN\r\n")
    with Server("--json", "--answer", "AUTH=235", "--auth-without-tls") as server, server.client() as client:
        equal(offered(client), ["PLAIN", "LOGIN"])
        client.say("AUTH LOGIN", 235)
        equal(who(server, client), "")  # somebody, but nobody knows who


def test_parameter():
    with Server("--json", *CLEAR) as server, server.client() as client:
        client.say("EHLO c.example", 250)
        client.say("AUTH PLAIN " + plain("alice", "open sesame"), 235)
        client.mail(sender="<a@a.example> AUTH=<>")
        equal(json.loads(server.line())["parameters"]["mail"], {"AUTH": "<>"})
        client.mail(sender="<a@a.example> auth=e+3Dmc2@example.com")
        equal(json.loads(server.line())["parameters"]["mail"], {"AUTH": "e+3Dmc2@example.com"})


def test_smtplib():
    options = ["--auth-mechanisms", "CRAM-MD5 PLAIN LOGIN"] if has("GNU SASL") else []
    with Server("--json", *options, *ALICE, *with_tls()) as server:
        for mechanism in (options[1:] or ["PLAIN LOGIN"])[0].split():
            with smtplib.SMTP(*server.address, timeout=PATIENCE) as client:
                client._host = "localhost"  # pylint: disable=protected-access
                client.starttls(context=tls_context())
                client.ehlo()
                client.esmtp_features["auth"] = mechanism
                client.login("alice", "open sesame")
                client.sendmail("a@a.example", ["b@b.example"], b"hi\r\n")
            equal(json.loads(server.line())["auth"], "alice", mechanism)


# ---- OAUTHBEARER: RFC 7628 -----------------------------------------------------------------------

TOKEN = "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg=="


def test_bearer():
    good = f"n,a=user@example.com,\1host=server.example.com\1port=587\1auth=Bearer {TOKEN}\1\1"
    with Server("--json", "--auth-token", TOKEN, "--auth-without-tls") as server:
        for message, name in ((good, "user@example.com"), (f"n,,\1auth=bEARER {TOKEN}\1\1", ""),
                              (f"y,a=x,\1auth=Bearer {TOKEN}\1\1", "x")):
            with server.client() as client:
                equal(offered(client), ["OAUTHBEARER"])
                client.say("AUTH OAUTHBEARER " + encoded(message), 235)
                equal(who(server, client), name)
        with server.client() as client:
            client.say("EHLO c.example", 250)
            equal(challenge(client.say("AUTH OAUTHBEARER")), b"")
            client.say(encoded(good), 235)
        for message, status in ((f"n,,\1auth=Bearer {TOKEN}x\1\1", "invalid_token"),
                                ("n,,\1auth=Bearer \1\1", "invalid_token"),
                                (f"n,,\1auth=Basic {TOKEN}\1\1", "invalid_request"),
                                (f"n,a=a\nb,\1auth=Bearer {TOKEN}\1\1", "invalid_request"),
                                (f"n,\1auth=Bearer {TOKEN}\1\1", "invalid_request"),
                                (f"p=tls-unique,,\1auth=Bearer {TOKEN}\1\1", "invalid_request"),
                                (f"n,,\1auth=Bearer {TOKEN}\1", "invalid_request"),
                                (f"n,,\1auth=Bearer {TOKEN}", "invalid_request"),
                                (f"n,,\1auth=Bearer {TOKEN}\1\1x", "invalid_request"),
                                ("n,,\1\1", "invalid_request"), ("n,,\1auth=\1\1", "invalid_request"),
                                ("\1", "invalid_request"), ("n,,", "invalid_request"), ("", "invalid_request")):
            with server.client() as client:
                client.say("EHLO c.example", 250)
                asked = challenge(client.say("AUTH OAUTHBEARER " + (encoded(message) or "=")))
                equal(json.loads(asked), {"status": status}, message)
                client.say("AQ==", 535)
                equal(who(server, client), None)
                client.say("AUTH OAUTHBEARER " + encoded("x"), 334)
                client.say("*", 501)
                client.say("AUTH OAUTHBEARER " + encoded("x"), 334)
                client.say(encoded(good), 535)  # too late
    with Server("--auth-token", TOKEN, *CLEAR) as server, server.client() as client:
        equal(offered(client), ["PLAIN", "LOGIN", "OAUTHBEARER"])


# ---- SCRAM: RFC 5802, RFC 7677; CRAM-MD5: RFC 2195 ------------------------------------------------


def fields(message):
    return dict(part.split("=", 1) for part in message.decode().split(","))


def scram(client, mechanism, user, password, header="n,,", at_once=True):
    """A client: the last reply, and whether the server showed that it knows the password, too."""
    digest = mechanism.removeprefix("SCRAM-").replace("-", "").lower()

    def mac(key, message):
        return hmac.new(key, message.encode(), digest).digest()

    bare = f"n={user},r=nonce-of-the-client"
    if at_once:
        reply = client.say(f"AUTH {mechanism} {encoded(header + bare)}")
    else:
        equal(challenge(client.say(f"AUTH {mechanism}")), b"")
        reply = client.say(encoded(header + bare))
    if reply[0] != 334:
        return reply[0], False
    server_first = challenge(reply)
    said = fields(server_first)
    expect(said["r"].startswith("nonce-of-the-client") and len(said["r"]) > 30, said)
    expect(int(said["i"]) >= 4096, said)
    salted = hashlib.pbkdf2_hmac(digest, password.encode(), base64.b64decode(said["s"]), int(said["i"]))
    final = f"c={encoded(header)},r={said['r']}"
    signed = f"{bare},{server_first.decode()},{final}"
    client_key = mac(salted, "Client Key")
    signature = mac(hashlib.new(digest, client_key).digest(), signed)
    proof = bytes(a ^ b for a, b in zip(client_key, signature))
    code, texts = client.say(encoded(f"{final},p={encoded(proof)}"))
    if code != 334:
        return code, False
    verifier = fields(base64.b64decode(texts[0]))["v"]
    return client.say("")[0], verifier == encoded(mac(mac(salted, "Server Key"), signed))


def needs_sasl():
    if not has("GNU SASL"):
        raise Skip("this echo-server was built without GNU SASL")


def test_scram():
    needs_sasl()
    with Server("--json", "--auth-mechanisms", "SCRAM-SHA-256,scram-sha-1,CRAM-MD5", *CLEAR) as server:
        for mechanism in ("SCRAM-SHA-256", "SCRAM-SHA-1"):
            for header, at_once in (("n,,", True), ("y,,", False), ("n,a=alice,", True)):
                with server.client() as client:
                    equal(offered(client), ["SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5"])
                    equal(scram(client, mechanism, "alice", "open sesame", header, at_once), (235, True))
                    equal(who(server, client), "alice")
            for user, password, header in (("alice", "open", "n,,"), ("bob", "open sesame", "n,,"),
                                           ("alice", "open sesame", "n,a=bob,"),
                                           ("alice", "open sesame", "p=tls-unique,,")):
                with server.client() as client:
                    client.say("EHLO c.example", 250)
                    equal(scram(client, mechanism, user, password, header)[0], 535, (user, password, header))
                    equal(who(server, client), None)
                    equal(scram(client, mechanism, "alice", "open sesame"), (235, True))
        with server.client() as client:
            client.say("EHLO c.example", 250)
            client.say("AUTH SCRAM-SHA-256 " + encoded("nonsense"), 535)
            client.say("AUTH SCRAM-SHA-256 " + encoded("n,,n=alice,r=x"), 334)
            client.say(encoded("c=biws,r=x,p=x"), 535)
            client.say("AUTH SCRAM-SHA-256 " + encoded("n,,n=alice,r=x"), 334)
            client.say("*", 501)


def test_cram():
    needs_sasl()
    with Server("--json", "--auth-mechanisms", "CRAM-MD5", *CLEAR) as server:
        for user, password, code in (("alice", "open sesame", 235), ("alice", "open", 535), ("bob", "x", 535)):
            with server.client() as client:
                client.say("EHLO c.example", 250)
                client.say("AUTH CRAM-MD5 " + encoded("alice"), 501)  # the server speaks first
                asked = challenge(client.say("AUTH CRAM-MD5"))
                digest = hmac.new(password.encode(), asked, "md5").hexdigest()
                client.say(encoded(f"{user} {digest}"), code)
                equal(who(server, client), "alice" if code == 235 else None)


# ---- options -------------------------------------------------------------------------------------


def test_options_mistakes():
    mistakes = [
        (["--auth", "alice"], "USER:PASSWORD"),
        (["--auth", ":secret"], "USER:PASSWORD"),
        (["--auth", "alice:"], "USER:PASSWORD"),
        (["--auth", "al\nice:secret"], "control"),
        (["--auth", b"al\xffice:secret"], "UTF-8"),
        (["--auth", "a" * 256 + ":secret"], "255"),
        (["--auth", "alice:secret", "--auth", "alice:other"], "alice already"),
        (["--auth=alice=secret"], "USER:PASSWORD"),
        (["--auht=alice:secret"], "--auht"),
        (["--auth-token", ""], "token"),
        (["--auth-token", "a secret"], "token"),
        (["--auth-token", "sec=ret"], "token"),
        (["--require-auth"], "--auth USER:PASSWORD"),
        (["--auth-without-tls"], "--auth USER:PASSWORD"),
        (["--submission"], "--auth USER:PASSWORD"),
        (["--extensions", "AUTH"], "--auth USER:PASSWORD"),
        (["--auth-mechanisms", "PLAIN"], "--auth USER:PASSWORD"),
        (["--auth-mechanisms", "", *CLEAR], "PLAIN LOGIN"),
        (["--auth-mechanisms", "PLAIN EXTERNAL", *CLEAR], "EXTERNAL"),
        (["--auth-mechanisms", "OAUTHBEARER", *CLEAR], "--auth-token"),
        (["--auth-mechanisms", "LOGIN", "--auth-token", "secret"], "--auth USER:PASSWORD"),
    ]
    if not has("GNU SASL"):
        mistakes.append((["--auth-mechanisms", "SCRAM-SHA-256", *CLEAR], "GNU SASL"))
    for options, word in mistakes:
        ended = run("--port", "0", *options)
        equal((ended.returncode, ended.stdout), (2, b""), options)
        error = ended.stderr.decode()
        expect(re.fullmatch(r"echo-server: [^\n]+\n", error) and word in error, options, repr(error))
        expect("secret" not in error, "tells a secret:", error)


if __name__ == "__main__":
    main(globals(), __doc__)
