#!/bin/sh
# stale.sh - fails where a page is not what its program prints today: stale.sh PROGRAM ARGUMENT PAGE
made=$(mktemp) || exit 1
trap 'rm -f "$made"' EXIT
if ! "$1" "$2" > "$made"; then
    echo "FAIL: $1 $2"
elif cmp -s "$made" "$3"; then
    exit 0
else
    echo "FAIL: $3 is stale; 'meson compile -C BUILD docs' writes it anew"
    diff -u "$3" "$made" | head -n 40
fi
exit 1
