#!/bin/sh
# write.sh - writes pages anew: write.sh FOLDER [PAGE PROGRAM ARGUMENT]...
set -eu
folder=$1
shift
while [ $# -gt 0 ]; do
    "$2" "$3" > "$folder/$1.new"
    mv "$folder/$1.new" "$folder/$1"
    shift 3
done
