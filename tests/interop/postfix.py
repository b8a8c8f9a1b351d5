"""postfix.py: Postfix as a client, unpacked: a whole one for each message, from sendmail to smtp or lmtp."""

import contextlib
import os
import re
import signal
import subprocess

from common import SECONDS, Missing, Wrong, call, written
from mail import FROM, HELLO, PASSWORD, TO, UNENDED, USER, WITH_LF
from unpacked import OWNER, SUBMITTERS, environment, give, hold, unpacked, wait_for

MASTER_CF = """\
pickup   unix n - n 60 1 pickup
cleanup  unix n - n - 0 cleanup
qmgr     unix n - n 300 1 qmgr
tlsmgr   unix - - n 1000? 1 tlsmgr
rewrite  unix - - n - - trivial-rewrite
bounce   unix - - n - 0 bounce
defer    unix - - n - 0 bounce
trace    unix - - n - 0 bounce
proxymap unix - - n - - proxymap
smtp     unix - - n - - smtp
lmtp     unix - - n - - lmtp
error    unix - - n - - error
retry    unix - - n - - error
scache   unix - - n - 1 scache
postlog  unix-dgram n - n - 1 postlogd
"""
QUEUES = "active bounce corrupt defer deferred flush hold incoming private saved trace".split()


def route(way, port, bench):
    """What in main.cf says where to send, and how."""
    client = "lmtp" if way.lmtp else "smtp"
    if way.lmtp:
        yield "default_transport", f"lmtp:inet:127.0.0.1:{port}"
    else:
        yield "relayhost", f"[127.0.0.1]:{port}"
    if way.tls:
        yield f"{client}_tls_security_level", "secure"
        yield f"{client}_tls_secure_cert_match", "localhost"
        yield f"{client}_tls_CAfile", bench.certificate
        yield f"{client}_tls_wrappermode", "yes" if way.tls == "smtps" else "no"
    if way.mechanism:
        yield f"{client}_sasl_auth_enable", "yes"
        yield f"{client}_sasl_password_maps", f"static:{USER}:{PASSWORD}"
        yield f"{client}_sasl_security_options", "noanonymous"
        yield f"{client}_sasl_mechanism_filter", way.mechanism


def main_cf(programs, run, variables, settings):
    settings = {
        "compatibility_level": "3.6",
        "queue_directory": run / "queue",
        "data_directory": run / "data",
        "command_directory": programs / "usr/sbin",
        "daemon_directory": programs / "usr/lib/postfix/sbin",
        "shlib_directory": programs / "usr/lib/postfix",
        "meta_directory": programs / "etc/postfix",
        "maillog_file": run / "log",
        "maillog_file_prefixes": run,
        "import_environment": variables,
        "export_environment": variables,
        "mail_owner": "postfix",
        "setgid_group": "postdrop",
        "myhostname": HELLO,
        "mydestination": "",
        "alias_maps": "",
        "notify_classes": "",
        "local_transport": "error:no local mail",
        "inet_interfaces": "loopback-only",
        "inet_protocols": "ipv4",
        "smtp_dns_support_level": "disabled",
        "lmtp_dns_support_level": "disabled",
        **settings,
    }
    return "".join(f"{name} = {value}\n" for name, value in settings.items())


def make_folders(run):
    """As `postfix start` would: but that looks after the installed Postfix, too, where there is one."""
    for folder in ["config", "queue", "queue/pid"]:
        (run / folder).mkdir()
    give(run / "data", OWNER)
    for folder in QUEUES:
        give(run / "queue" / folder, OWNER)
    give(run / "queue/public", OWNER, SUBMITTERS, 0o710)
    give(run / "queue/maildrop", OWNER, SUBMITTERS, 0o730)


@contextlib.contextmanager
def running(programs, run, variables):
    """The master and all that it starts, which ends with it."""
    nowhere = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    master = subprocess.Popen([programs / "usr/lib/postfix/sbin/master", "-d"], env=variables,
                              start_new_session=True, **nowhere)

    def ended():
        return master.poll() is not None

    try:
        try:
            wait_for(run / "log", lambda log: "daemon started" in log, ended)
        except Wrong as wrong:
            raise Missing(f"Postfix does not start here: {wrong}") from None
        yield ended
    finally:
        master.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            master.wait(SECONDS)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(master.pid, signal.SIGKILL)
        master.wait()


def delivered(log):
    """What became of each recipient, once the queue is empty, bounces included."""
    if re.search(r"status=deferred|(fatal|panic): ", log):
        raise Wrong(f"Postfix does not deliver:\n{log}")
    queued = re.findall(r"qmgr\[\d+\]: (\w+): from=", log)
    queued += re.findall(r"non-delivery notification: (\w+)", log)
    if queued and set(queued) <= set(re.findall(r"qmgr\[\d+\]: (\w+): removed", log)):
        return dict(re.findall(r"to=<(.*?)>, .*status=(\w+)", log))
    return None


def postfix(way, port, bench, to=TO, bounces=()):
    if os.geteuid() != 0:
        raise Missing("only root can start Postfix")
    with unpacked(bench, "postfix") as (programs, run):
        variables = environment(programs, run, {"postfix": OWNER, "postdrop": SUBMITTERS})
        variables["MAIL_CONFIG"] = str(run / "config")
        make_folders(run)
        (run / "config/master.cf").write_text(MASTER_CF)
        config = run / "config/main.cf"
        config.write_text(main_cf(programs, run, " ".join(variables), dict(route(way, port, bench))))
        os.utime(config, (0, 0))  # each program waits where it has changed just now
        with running(programs, run, variables) as ended:
            call(programs / "usr/sbin/sendmail", "-i", "-B8BITMIME", "-f", FROM, "--", *to, input=WITH_LF,
                 env=variables)
            hold(wait_for(run / "log", delivered, ended), to, bounces, run / "log")


def smtp_source(port, bench, *words):
    """Postfix's smtp-source, which speaks SMTP itself and needs nothing but its own config."""
    with unpacked(bench, "postfix") as (programs, run):
        variables = {**environment(programs, run, {}), "MAIL_CONFIG": str(run)}
        (run / "main.cf").write_text("compatibility_level = 3.6\n")
        call(programs / "usr/sbin/smtp-source", "-M", HELLO, "-f", FROM, "-t", TO[0],
             "-F", written(run, UNENDED), *words, f"inet:127.0.0.1:{port}", env=variables)
