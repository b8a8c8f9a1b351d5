#!/bin/sh
# quickstart.sh - from a fresh clone to a mail server that answers: sh examples/quickstart.sh
#
# On Debian and Ubuntu it installs what is missing (a C compiler, meson, ninja; python3 for the
# client), builds in build/, starts the echo server on a free port of this machine's loopback, sends
# it a message, shows the dialogue and the echo, and stops the server again.  Nothing that is
# installed is removed, nothing is left running.  Whatever fails: one line says what, exit 1.
set -eu

say() { echo "quickstart: $*"; }
die() { echo "quickstart: $*" | sed 1q >&2; exit 1; }
has() { command -v "$1" >/dev/null 2>&1; }

cd "$(dirname "$0")/.." || die "cannot go to the project's folder"
work=$(mktemp -d) || die "cannot make a temporary folder"
pid=
leave() {
    [ -z "$pid" ] || kill "$pid" 2>/dev/null || :
    rm -rf "$work"
}
trap leave EXIT
trap 'exit 1' INT TERM HUP

# Runs a step, silent as long as it goes well; else the first error is part of the one line.
step() {
    what=$1
    shift
    "$@" >"$work/log" 2>&1 </dev/null ||
        die "$what failed: $(grep -E 'error:|ERROR:|^E:' "$work/log" || tail -n 1 "$work/log")"
}

# ---- what is missing ------------------------------------------------------------------------------

packages=
has cc || has gcc || has clang || packages="$packages gcc libc6-dev"
has meson || packages="$packages meson"
has ninja || packages="$packages ninja-build"
has pkg-config || packages="$packages pkg-config"
has python3 || packages="$packages python3"
if [ -n "$packages" ]; then
    has apt-get || die "install these first, by the names they have here:$packages"
    root=
    if [ "$(id -u)" -ne 0 ]; then
        has sudo || die "must be root, or have sudo, to install:$packages"
        root=sudo
    fi
    say "installing$packages"
    step "apt-get update" $root apt-get update
    # --no-remove: never at the cost of anything that is there
    # shellcheck disable=SC2086
    step "installing$packages" $root env DEBIAN_FRONTEND=noninteractive \
        apt-get install --yes --no-remove --no-install-recommends $packages
fi

# ---- the server -----------------------------------------------------------------------------------

if [ ! -f build/build.ninja ]; then
    say "meson setup build"
    step "meson setup build" meson setup build
fi
say "ninja -C build examples/echo-server"
step "the build" ninja -C build examples/echo-server

say "build/examples/echo-server --port 0"
build/examples/echo-server --port 0 >"$work/echo" 2>"$work/errors" </dev/null &
pid=$!
port=
for _ in 1 2 3 4 5 6 7 8 9 10; do
    port=$(sed -n '1s/^listening on .*:\([0-9]*\)$/\1/p' "$work/echo")
    [ -z "$port" ] || break
    kill -0 "$pid" 2>/dev/null || die "the server did not start: $(tail -n 1 "$work/errors")"
    sleep 1
done
[ -n "$port" ] || die "the server did not say in 10 seconds where it listens"
sed 1q "$work/echo"

# ---- a message ------------------------------------------------------------------------------------

say "sending it a message with Python's smtplib"
python3 - "$port" <<'CLIENT' || exit 1
import email.message, smtplib, sys

class Shown(smtplib.SMTP):
    def send(self, data):
        text = data if isinstance(data, str) else data.decode("utf-8")
        for line in text.splitlines():
            print("C:", line)
        super().send(data)

    def getreply(self):
        code, text = super().getreply()
        *lines, last = text.decode().split("\n")
        for line in lines:
            print(f"S: {code}-{line}")
        print(f"S: {code} {last}")
        return code, text

message = email.message.EmailMessage()
message["From"] = "alice@example.org"
message["To"] = "bob@example.com"
message["Subject"] = "A first message"
message.set_content("Hello Bob,\n\nthis line is followed by one that is only a dot:\n.\nand that was not the end.\n")
try:
    with Shown("127.0.0.1", int(sys.argv[1]), local_hostname="client.example.org", timeout=30) as client:
        client.send_message(message)
except (OSError, smtplib.SMTPException) as error:
    sys.exit(f"quickstart: the message was not accepted: {error}")
CLIENT

say "and this is what the server printed:"
sed 1d "$work/echo"
grep -q 'and that was not the end' "$work/echo" || die "the echo is not the message that was sent"

kill "$pid"
wait "$pid" || die "the server ended with an error: $(tail -n 1 "$work/errors")"
pid=
say "all is well. Go on with: build/examples/echo-server --help"
