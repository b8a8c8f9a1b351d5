#!/bin/sh
# fetch.sh FOLDER - unpacks there what run.py needs and what is better not installed: Postfix and Exim (either
# would take the place of the user's own mail server), the samples of Python's email tests, nodemailer.  Once:
# what is there stays.  What cannot be had is told, and run.py skips it.
set -u
folder=${1:?usage: fetch.sh FOLDER}
. "$(dirname "$0")/../packages.sh"
mkdir -p "$folder" || exit 1
folder=$(cd "$folder" && pwd)

told()
{
    echo "fetch.sh: $1 cannot be had; what needs it is skipped"
}

# mail_server NAME PACKAGE...: `done` says which packages are there.
mail_server()
{
    server=$1
    shift
    [ "$(cat "$folder/$server/done" 2>/dev/null)" != "$*" ] || return 0
    rm -rf "${folder:?}/$server"
    packages_unpack_whole "$folder/$server" "$@" && echo "$*" >"$folder/$server/done" || told "$server"
}

mail_server postfix postfix libsasl2-modules libnss-wrapper
mail_server exim exim4-daemon-light libnss-wrapper

if [ ! -e "$folder/samples/done" ]; then
    ! command -v apt-get >/dev/null || packages_lists
    suite=$(apt-cache pkgnames libpython3 2>/dev/null | grep '^libpython3\.[0-9]*-testsuite$' | sort -V |
        tail -n 1)
    packages_unpack "$folder/samples" "${suite:-libpython3-testsuite}" && touch "$folder/samples/done" ||
        told "the samples of Python's email tests"
fi

if [ ! -e "$folder/nodemailer/done" ] && command -v node >/dev/null; then
    mkdir -p "$folder/nodemailer"
    if { command -v npm >/dev/null && npm install --prefix "$folder/nodemailer" --no-save --no-audit \
        --no-fund --ignore-scripts nodemailer@6 >"$folder/npm.log" 2>&1; } ||
        packages_unpack "$folder/nodemailer" node-nodemailer; then
        touch "$folder/nodemailer/done"
    else
        told nodemailer
    fi
fi
