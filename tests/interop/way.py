"""way.py: the ways in which a client may deliver."""

import typing


class Way(typing.NamedTuple):
    lmtp: bool = False  # and not SMTP
    tls: str = ""  # or "starttls", or "smtps": from the first octet on
    mechanism: str = ""  # of AUTH, if any


PLAIN = Way()
LMTP = Way(lmtp=True)
STARTTLS = Way(tls="starttls")
SMTPS = Way(tls="smtps")
