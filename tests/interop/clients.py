"""clients.py: programs that deliver one message in a given way, as their users would have them do it.

Each is called with the way, the echo server's port and the bench.  What else it is given goes to the program.
"""

import base64
import json
import pathlib
import smtplib
import ssl

from common import SECONDS, Missing, Wrong, call, need, written
from mail import FROM, HELLO, MESSAGE, PASSWORD, TO, UNENDED, USER, WITH_LF

HERE = pathlib.Path(__file__).resolve().parent


def swaks(way, port, bench, *more, sender=FROM, to=TO, data=UNENDED):
    program = need("swaks")
    words = ["--server", "127.0.0.1", "--port", port, "--helo", HELLO, "--from", sender, "--to", ",".join(to),
             "--data", f"@{written(bench.folder, data)}", "--protocol", "LMTP" if way.lmtp else "ESMTP"]
    if way.tls:
        if "TLS supported" not in call(program, "--support"):
            raise Missing("swaks has no TLS here")
        words += ["--tls-on-connect" if way.tls == "smtps" else "--tls", "--tls-verify", "--tls-ca-path",
                  bench.certificate]
    if way.mechanism:
        words += ["--auth", way.mechanism, "--auth-user", USER, "--auth-password", PASSWORD]
    call(program, *words, *more)


def curl(way, port, bench, *more, content=MESSAGE, times=1):
    words = ["--silent", "--show-error", "--mail-from", FROM, "--mail-rcpt", TO[0], "--mail-rcpt", TO[1],
             "--upload-file", written(bench.folder, content), *more]
    if way.tls:
        words += ["--ssl-reqd", "--cacert", bench.certificate]
    if way.mechanism:
        words += ["--user", f"{USER}:{PASSWORD}", "--login-options", f"AUTH={way.mechanism}"]
    words.append(f"{'smtps' if way.tls == 'smtps' else 'smtp'}://127.0.0.1:{port}/{HELLO}")
    call(need("curl"), *words, *["--next", *words] * (times - 1))


def python_smtplib(way, port, bench):
    more = {"local_hostname": HELLO, "timeout": SECONDS}
    trust = ssl.create_default_context(cafile=bench.certificate) if way.tls else None
    if way.tls == "smtps":
        client = smtplib.SMTP_SSL("127.0.0.1", port, context=trust, **more)
    else:
        client = (smtplib.LMTP if way.lmtp else smtplib.SMTP)("127.0.0.1", port, **more)
    with client:
        if way.tls == "starttls":
            client.starttls(context=trust)
        if way.mechanism:
            client.ehlo()
            client.user, client.password = USER, PASSWORD
            client.auth(way.mechanism, getattr(client, "auth_" + way.mechanism.lower().replace("-", "_")))
        client.sendmail(FROM, TO, MESSAGE, ["BODY=8BITMIME"])
        for _ in TO[1:] if way.lmtp else []:  # after the content smtplib reads the reply for the first alone
            code, text = client.getreply()
            if code != 250:
                raise Wrong(f"a recipient gets {code} {text}")


def msmtp_has_scram(way):
    """GNU SASL 2.2 fails to do without channel binding where it knows how to do with it."""
    mechanisms = call(need("msmtp"), "--version").split()
    return "scram-sha-256" in mechanisms and not (way.tls and "scram-sha-256-plus" in mechanisms)


def msmtp(way, port, bench):
    """It reads the message from its standard input."""
    program = need("msmtp")
    words = ["--host=127.0.0.1", f"--port={port}", f"--domain={HELLO}", f"--from={FROM}",
             f"--protocol={'lmtp' if way.lmtp else 'smtp'}"]
    if way.tls:
        words += ["--tls=on", f"--tls-starttls={'off' if way.tls == 'smtps' else 'on'}",
                  f"--tls-trust-file={bench.certificate}"]
    else:
        words += ["--tls=off"]
    if way.mechanism:
        words += [f"--auth={way.mechanism.lower()}", f"--user={USER}", f"--passwordeval=echo {PASSWORD}"]
    else:
        words += ["--auth=off"]
    call(program, *words, "--", *TO, input=WITH_LF)


def nodemailer(way, port, bench):
    """The library that Node's programs send mail with."""
    program = need("node", "nodejs")
    place = bench.folder / "nodemailer"
    if not (place / "done").exists():
        raise Missing("nodemailer is not here: fetch.sh could not have it")
    options = {"host": "127.0.0.1", "port": port, "name": HELLO, "lmtp": way.lmtp,
               "secure": way.tls == "smtps", "requireTLS": way.tls == "starttls", "ignoreTLS": not way.tls}
    if way.tls:
        options["tls"] = {"ca": bench.certificate.read_text()}
    if way.mechanism:
        options.update(auth={"user": USER, "pass": PASSWORD}, authMethod=way.mechanism)
    mail = {"envelope": {"from": FROM, "to": TO}, "raw": base64.b64encode(MESSAGE).decode()}
    call(program, HERE / "nodemailer.js", place, json.dumps(options), json.dumps(mail))
