"""mail.py: what is sent, from whom, to whom, and by whom it is signed for."""

# What a client may trip over: dots at line starts, an empty line first, a long line, 8-bit text, white space
# at a line's end, no words at all.
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
WITH_LF = MESSAGE.replace(b"\r\n", b"\n")  # for programs that take lines as Unix has them
UNENDED = WITH_LF[:-1]  # for those that end the last line whether it has an end or not

# Every octet that content may hold, in long lines with dots before them, too large for one buffer.
OCTETS = bytes(octet for octet in range(1, 256) if octet not in b"\r\n")
HEADER = MESSAGE[:MESSAGE.index(b"\r\n\r\n") + 4]
BINARY = HEADER + 50 * (b".\r\n." + 16 * OCTETS + b"\r\n")

HELLO = "client.example"
FROM = "alice+tag@client.example"
TO = ["bob@server.example", "o'hara@[192.0.2.1]"]
REFUSED = "bad@server.example"

USER = "alice"
PASSWORD = "correct-horse"
