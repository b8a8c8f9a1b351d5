#!/bin/sh
# fuzz.sh SECONDS [TARGET...] - fuzzes with clang's libFuzzer, two at a time: the engine for all of the time,
# and beside it the others, each for its share.  Ends with "N passed, N failed"; what broke a target is then in
# build-fuzz/, and belongs into tests/fuzz/corpus/ once it is mended.
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
build=${EHLO_BUILD:-$root}/build-fuzz
seconds=${1:?usage: fuzz.sh SECONDS [TARGET...]}
shift

clang=
for name in clang-19 clang-18 clang-17 clang-16 clang-15 clang-14 clang; do
    command -v $name >/dev/null && clang=$name && break
done
if [ -z "$clang" ]; then
    echo "SKIP: fuzz: there is no clang here"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
fi

UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
export UBSAN_OPTIONS
symbolizer=/usr/bin/llvm-symbolizer${clang#clang}
[ ! -x "$symbolizer" ] || export ASAN_SYMBOLIZER_PATH="$symbolizer"

# The targets, with the library, for libFuzzer; and the runner of dialogues, for the corpus.
[ -f "$build/build.ninja" ] || rm -rf "$build"
mkdir -p "$build"
{
    [ -f "$build/build.ninja" ] || CC=$clang meson setup "$build" "$root" --buildtype=debugoptimized \
        -Db_sanitize=address,undefined -Db_lundef=false -Dc_args=-fsanitize=fuzzer-no-link
} >"$build/compile.log" 2>&1 && ninja -C "$build" fuzzers tests/dialogue/dialogue >>"$build/compile.log" 2>&1 || {
    tail -n 40 "$build/compile.log"
    exit 1
}

# The dialogues as seeds: what clients say, behind plans (plan.h) of all kinds: four of plain SMTP,
# then all that SMTP, submission under TLS and LMTP may offer, and a client that speaks ahead of TLS.
plans='
\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0
\200\77\4\0\0\0\1\0\0\0\0\0\0\0\0\0\20\20\20\20\20\20\20\20\20\20\20\20\20\20\20\20
\0\0\0\3\173\15\2\7\0\0\0\0\0\0\0\0\0\0\0\6\0\0\12\0\0\0\0\6\0\0\12\0
\200\0\205\0\0\20\3\2\0\0\0\0\0\0\0\0\0\0\0\27\0\10\0\11\0\0\0\27\0\10\0\11
\0\100\0\0\0\0\1\0\0\377\377\77\0\2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0
\0\0\0\0\0\0\3\0\21\377\377\77\0\2\0\0\20\20\61\20\20\20\20\20\20\20\61\20\20\20\20\20
\0\100\0\0\0\0\3\1\2\377\377\77\0\2\0\0\20\20\20\20\20\20\20\20\20\20\20\20\20\20\20\20
\0\100\0\0\0\0\1\6\100\377\377\77\2\2\0\0\0\0\41\0\0\0\0\3\0\0\41\0\0\0\0\3
'
corpus_of_dialogues()
{
    said=$build/said
    rm -rf "$said" && mkdir -p "$said" "$build/corpus/server"
    "$build/tests/dialogue/dialogue" --corpus "$said" "$root/tests/dialogue" >/dev/null || return 1
    find "$said" -type f -size -8k | sort | while read -r file; do
        number=0
        for plan in $plans; do
            number=$((number + 1))
            { printf "$plan"; cat "$file"; } >"$build/corpus/server/$(basename "$file")-$number"
        done
    done
}
corpus_of_dialogues || { echo "fuzz: no corpus from the dialogues"; exit 1; }

# One target for some seconds.
fuzz()
{
    mkdir -p "$build/corpus/$1" "$here/corpus/$1"
    "$build/tests/fuzz/fuzz-$1" -max_total_time="$2" -max_len=2048 -timeout=20 -rss_limit_mb=2048 \
        -dict="$here/smtp.dict" -artifact_prefix="$build/$1-" -print_final_stats=1 \
        "$build/corpus/$1" "$here/corpus/$1" >"$build/$1.log" 2>&1
    status=$?
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$build/$1.log")
    rate=$(sed -n 's/^stat::average_exec_per_sec: *//p' "$build/$1.log")
    if [ $status = 0 ]; then
        echo "ok    $1: $runs runs, $rate a second"
    else
        echo "FAIL  $1:"
        tail -n 60 "$build/$1.log"
    fi
}

others=0
for program in "$build"/tests/fuzz/fuzz-*; do
    case $program in *.p | */fuzz-server) ;; *) others=$((others + 1)) ;; esac
done
{
    if [ $# -gt 0 ]; then
        for target in "$@"; do fuzz "$target" $((seconds / $#)); done
    else
        fuzz server "$seconds" &
        for program in "$build"/tests/fuzz/fuzz-*; do
            case $program in *.p | */fuzz-server) continue ;; esac
            fuzz "${program##*/fuzz-}" $((seconds / others))
        done
        wait
    fi
} | tee "$build/fuzz.log"

passed=$(grep -c '^ok ' "$build/fuzz.log")
failed=$(grep -c '^FAIL ' "$build/fuzz.log")
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
