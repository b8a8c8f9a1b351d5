"""exim.py: Exim as a client, unpacked: one process takes the message and delivers it."""

import os
import re
import shutil

from common import Wrong, call
from mail import FROM, HELLO, PASSWORD, TO, USER, WITH_LF
from unpacked import OWNER, environment, give, hold, unpacked, wait_for

CONFIG = """\
keep_environment = LD_LIBRARY_PATH : LD_PRELOAD : ^NSS_WRAPPER
exim_path = {programs}/usr/sbin/exim4
spool_directory = {run}/spool
log_file_path = {run}/spool/%slog
primary_hostname = {hello}
local_interfaces = 127.0.0.1
disable_ipv6
allow_domain_literals
deliver_drop_privilege
local_from_check = false

begin routers
all:
  driver = manualroute
  route_list = * 127.0.0.1
  self = send
  transport = remote

begin transports
remote:
  driver = smtp
  port = {port}
  allow_localhost
  message_linelength_limit = 1000000
{transport}

begin authenticators
{authenticator}
"""

AUTHENTICATORS = {
    "": "",
    "PLAIN": "one:\n  driver = plaintext\n  public_name = PLAIN\n  client_send = ^{user}^{password}\n",
    "LOGIN": "one:\n  driver = plaintext\n  public_name = LOGIN\n  client_send = : {user} : {password}\n",
    "CRAM-MD5": "one:\n  driver = cram_md5\n  public_name = CRAM-MD5\n  client_name = {user}\n"
                "  client_secret = {password}\n",
}


def transport(way, run):
    """What the transport is told about this way."""
    if way.lmtp or way.tls == "smtps":
        yield f"protocol = {'lmtp' if way.lmtp else 'smtps'}"
    if way.tls:
        yield "hosts_require_tls = *"
        yield f"tls_verify_certificates = {run}/certificate.pem"
        yield "tls_verify_hosts = *"
    if way.mechanism:
        yield "hosts_require_auth = *"


def delivered(log):
    """What became of each recipient, once nothing is in the queue, bounces included."""
    if re.search(r"^\S+ \S+ \S+ == ", log, re.MULTILINE):
        raise Wrong(f"Exim does not deliver:\n{log}")
    events = re.findall(r"^\S+ \S+ (\S+) (<=|=>|->|\*\*|Completed)(?: ([^\s:]+))?", log, re.MULTILINE)
    queued = {number for number, event, _ in events if event == "<="}
    if queued and queued == {number for number, event, _ in events if event == "Completed"}:
        return {to: "bounced" if event == "**" else "sent" for _, event, to in events if to and event != "<="}
    return None


def exim(way, port, bench, to=TO, bounces=(), content=WITH_LF):
    with unpacked(bench, "exim") as (programs, run):
        owner = os.geteuid() or OWNER  # it needs no rights, but refuses to be root
        variables = environment(programs, run, {"Debian-exim": owner})
        give(run / "spool", owner)
        if way.tls:
            shutil.copyfile(bench.certificate, run / "certificate.pem")
        (run / "config").write_text(CONFIG.format(
            programs=programs, run=run, port=port, hello=HELLO,
            transport="".join(f"  {line}\n" for line in transport(way, run)),
            authenticator=AUTHENTICATORS[way.mechanism].format(user=USER, password=PASSWORD)))
        call(programs / "usr/sbin/exim4", "-C", run / "config", "-odf", "-oi", "-f", FROM, "--", *to,
             input=content, env=variables)
        hold(wait_for(run / "spool/mainlog", delivered), to, bounces, run / "spool/mainlog")
