#!/bin/sh
# fetch.sh FOLDER - unpacks there what run.py needs and what is better not installed: Postfix's smtp-source (a
# mail server over the user's own), the samples of Python's email tests, nodemailer.  Once: what is there stays.
# What cannot be had is told, and run.py skips it.
set -u
folder=${1:?usage: fetch.sh FOLDER}
. "$(dirname "$0")/../packages.sh"
mkdir -p "$folder" || exit 1
folder=$(cd "$folder" && pwd)

told()
{
    echo "fetch.sh: $1 cannot be had; what needs it is skipped"
}

if [ ! -e "$folder/postfix/done" ] && [ ! -x /usr/sbin/smtp-source ]; then
    packages_unpack_whole "$folder/postfix" postfix && touch "$folder/postfix/done" || told "Postfix's smtp-source"
fi

if [ ! -e "$folder/samples/done" ]; then
    suite=$(apt-cache depends libpython3-testsuite 2>/dev/null |
        sed -n 's/.*Depends: \(libpython3\.[0-9]*-testsuite\).*/\1/p')
    packages_unpack "$folder/samples" "${suite:-libpython3.11-testsuite}" && touch "$folder/samples/done" ||
        told "the samples of Python's email tests"
fi

if [ ! -e "$folder/nodemailer/done" ] && command -v node >/dev/null; then
    mkdir -p "$folder/nodemailer"
    if { command -v npm >/dev/null && npm install --prefix "$folder/nodemailer" --no-save --no-audit --no-fund \
        --ignore-scripts nodemailer@6 >"$folder/npm.log" 2>&1; } ||
        packages_unpack "$folder/nodemailer" node-nodemailer; then
        touch "$folder/nodemailer/done"
    else
        told nodemailer
    fi
fi
