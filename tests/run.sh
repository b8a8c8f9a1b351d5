#!/bin/sh
# run.sh - installs what is missing, then builds and tests everything, in groups.
#
#   sh tests/run.sh             all groups, within 15 minutes on 2 cores once things are installed
#   sh tests/run.sh --long      more fuzzing, valgrind, no optimization, coverage
#   sh tests/run.sh GROUP...    only these
#
# Debian; needs root or sudo only where something is missing.  Builds in build-*/ at the top of the tree, or in
# the folder that EHLO_BUILD names.  Ends at the first group that fails, with status 1.  The last line is
# "N passed, N failed", perhaps with ", N skipped"; what was skipped is listed above it with the reason.
set -u
LC_ALL=C.UTF-8
export LC_ALL
root=$(cd "$(dirname "$0")/.." && pwd) || exit 1
build=${EHLO_BUILD:-$root}
. "$root/tests/packages.sh"

groups="gcc checks sanitizers-gcc sanitizers-clang 32-bit interop fuzz"
fuzz_seconds=120
case ${1:-} in
--long)
    groups="gcc checks sanitizers-gcc sanitizers-clang 32-bit unoptimized valgrind coverage interop fuzz"
    fuzz_seconds=1200
    shift
    ;;
-*)
    sed -n '2,/^set/s/^# \{0,1\}//p' "$0"
    exit 2
    ;;
esac
[ $# -eq 0 ] || groups=$*

# ---- what it takes ----------------------------------------------------------------------------------------

has_group()
{
    case " $groups " in *" $1 "*) ;; *) return 1 ;; esac
}

install_packages()
{
    packages_need gcc libc6-dev g++ binutils pkg-config meson ninja-build python3 libcmocka-dev
    packages_want libssl-dev libgsasl-dev openssl # the echo server's TLS and SASL
    has_group checks && packages_want python3-cffi
    if has_group sanitizers-clang || has_group fuzz; then
        packages_want clang-19 libclang-rt-19-dev llvm-19 # llvm: names in what sanitizers report
        [ -n "$(clang_name)" ] || packages_want clang libclang-rt-dev
    fi
    if has_group 32-bit || has_group checks; then
        packages_want gcc-multilib g++-multilib
    fi
    has_group valgrind && packages_want valgrind libc6-dbg
    if has_group interop; then
        packages_want swaks libnet-ssleay-perl curl msmtp ca-certificates
        command -v node >/dev/null || packages_want nodejs
    fi
    return 0
}

clang_name()
{
    for name in clang-19 clang-18 clang-17 clang-16 clang-15 clang-14 clang; do
        if command -v $name >/dev/null; then
            echo $name
            return
        fi
    done
}

# ---- the groups -------------------------------------------------------------------------------------------

# Each prints what it likes and then one line "N passed, N failed", perhaps with ", N skipped".

# setup_in COMPILER NAME OPTION...: the build folder, made or brought up to date.
setup_in()
{
    compiler=$1
    folder=$build/build-$2
    shift 2
    [ -f "$folder/build.ninja" ] || rm -rf "$folder"
    if [ -d "$folder" ]; then
        case $* in *--cross-file*) ;; *) meson configure "$folder" "$@" ;; esac
    else
        CC=$compiler meson setup "$folder" "$root" -Dwerror=true "$@"
    fi >"$build/setup.log" 2>&1 && ninja -C "$folder" >"$folder/compile.log" 2>&1
    setup_status=$?
    if [ $setup_status != 0 ]; then
        [ ! -f "$folder/compile.log" ] || cat "$folder/compile.log" >>"$build/setup.log"
        grep -v '^\[[0-9]*/[0-9]*\]' "$build/setup.log" | tail -n 60
        echo "0 passed, 1 failed"
    fi
    rm -f "$build/setup.log"
    return $setup_status
}

# tests_in NAME OPTION...: meson test there.
tests_in()
{
    folder=$build/build-$1
    shift
    meson test -C "$folder" --no-rebuild --print-errorlogs "$@" >"$folder/tests.log" 2>&1
    test_status=$?
    grep -v '^\(ninja\|Ok\|Expected Fail\|Fail\|Unexpected Pass\|Skipped\|Timeout\|Full log\)' "$folder/tests.log" |
        sed '/^$/d'
    grep '^SKIP:' "$folder/meson-logs/testlog.txt"
    awk -v status=$test_status '
        /^(Ok|Expected Fail): /              { passed += $NF }
        /^(Fail|Unexpected Pass|Timeout): /  { failed += $NF }
        /^Skipped: /                         { skipped += $NF }
        END {
            if (status && !failed) failed = 1
            printf "%d passed, %d failed%s\n", passed, failed, skipped ? ", " skipped " skipped" : ""
        }' "$folder/tests.log"
    return $test_status
}

skipped()
{
    echo "SKIP: $*"
    echo "0 passed, 0 failed, 1 skipped"
}

sanitizers="-Db_sanitize=address,undefined -Db_lundef=false"
sanitizers_work()
{
    [ -r /proc/self/maps ]
}
UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
export UBSAN_OPTIONS

run_gcc()
{
    setup_in gcc gcc --buildtype=release && tests_in gcc --no-suite check
}

run_checks()
{
    setup_in gcc gcc --buildtype=release && tests_in gcc --suite check
}

run_sanitizers_gcc()
{
    sanitizers_work || {
        skipped "sanitizers-gcc: /proc, which sanitizers need, is not mounted here"
        return
    }
    # shellcheck disable=SC2086 # options, a word each
    setup_in gcc sanitizers-gcc $sanitizers && tests_in sanitizers-gcc --no-suite check --no-suite bench
}

run_sanitizers_clang()
{
    clang=$(clang_name)
    if [ -z "$clang" ] || ! sanitizers_work; then
        skipped "sanitizers-clang: there is no clang here, or no /proc"
        return
    fi
    symbolizer=/usr/bin/llvm-symbolizer${clang#clang}
    [ ! -x "$symbolizer" ] || export ASAN_SYMBOLIZER_PATH="$symbolizer"
    # shellcheck disable=SC2086 # what is exhaustive takes minutes here, and gcc's sanitizers have seen it
    setup_in "$clang" sanitizers-clang $sanitizers &&
        tests_in sanitizers-clang --no-suite check --no-suite bench --no-suite exhaustive
}

# As if for another machine: where this one does not run 32-bit programs, an emulator does.
run_32_bit()
{
    probe=$build/build-probe
    echo 'int main(void) { return 0; }' >"$probe.c"
    runner=none
    if gcc -m32 "$probe.c" -o "$probe" 2>/dev/null; then
        if "$probe" 2>/dev/null; then
            runner=
        else
            command -v qemu-i386 >/dev/null || packages_want qemu-user
            command -v qemu-i386 >/dev/null && runner=qemu-i386
        fi
    fi
    rm -f "$probe.c" "$probe"
    if [ "$runner" = none ]; then
        skipped "32-bit: this machine does not make and run 32-bit programs (gcc-multilib, qemu-user)"
        return
    fi
    {
        printf '%s\n' '[binaries]' "c = 'gcc'" "ar = 'ar'" "strip = 'strip'"
        [ -z "$runner" ] || printf '%s\n' "exe_wrapper = '$runner'" '[properties]' 'needs_exe_wrapper = true'
        printf '%s\n' '[built-in options]' "c_args = ['-m32']" "c_link_args = ['-m32']"
        printf '%s\n' '[host_machine]' "system = 'linux'" "cpu_family = 'x86'" "cpu = 'i686'" "endian = 'little'"
    } >"$build/build-32-bit.cross"
    setup_in gcc 32-bit --cross-file "$build/build-32-bit.cross" || return
    # Those that an emulator can run: one program each, and not too slow for it.
    names=$(meson test -C "$build/build-32-bit" --list 2>/dev/null |
        sed -n 's,^libehlo:\(dialogue\|fuzz\) / ,,p' | grep -v tcp)
    # shellcheck disable=SC2086
    tests_in 32-bit $names
}

run_unoptimized()
{
    setup_in gcc unoptimized --optimization=0 -Dc_args=-funsigned-char && tests_in unoptimized --no-suite check
}

run_valgrind()
{
    if ! command -v valgrind >/dev/null; then
        skipped "valgrind: there is no valgrind here"
        return
    fi
    setup_in gcc gcc --buildtype=release && tests_in gcc --suite unit --suite dialogue --suite fuzz \
        --timeout-multiplier 30 --wrap 'valgrind --quiet --error-exitcode=9 --leak-check=full'
}

run_coverage()
{
    if python3 "$root/tests/coverage.py" --build "$build/build-coverage"; then
        echo "1 passed, 0 failed"
    else
        echo "0 passed, 1 failed"
    fi
}

run_interop()
{
    server=$build/build-sanitizers-gcc/examples/echo-server
    if sanitizers_work; then
        # shellcheck disable=SC2086
        setup_in gcc sanitizers-gcc $sanitizers || return
    else
        setup_in gcc gcc --buildtype=release || return
        server=$build/build-gcc/examples/echo-server
    fi
    sh "$root/tests/interop/fetch.sh" "$build/build-interop"
    python3 "$root/tests/interop/run.py" "$server" "$build/build-interop"
}

run_fuzz()
{
    sanitizers_work || {
        skipped "fuzz: /proc, which sanitizers need, is not mounted here"
        return
    }
    EHLO_BUILD=$build sh "$root/tests/fuzz/fuzz.sh" $fuzz_seconds
}

# ---- one after the other ----------------------------------------------------------------------------------

passed=0
failed=0
skipped=0
log=${TMPDIR:-/tmp}/libehlo-tests.$$
trap 'rm -f "$log" "$log.status" "$log.skipped"' EXIT
trap 'exit 130' INT TERM
: >"$log.skipped"

run_group()
{
    started=$(date +%s)
    echo "== $1"
    { "run_$(echo "$1" | tr - _)"; echo $? >"$log.status"; } 2>&1 | tee "$log" | sed '/^[0-9]* passed, [0-9]* failed/d'
    counts=$(grep '^[0-9]* passed, [0-9]* failed' "$log" | tail -n 1)
    grep '^SKIP:' "$log" >>"$log.skipped"
    # shellcheck disable=SC2086 # N passed, N failed, N skipped
    set -- "$1" "$(cat "$log.status")" ${counts:-0 passed, 1 failed}
    [ "$2" = 0 ] || [ "$5" -gt 0 ] || set -- "$1" "$2" "$3" passed, 1 failed
    passed=$((passed + $3))
    failed=$((failed + $5))
    skipped=$((skipped + ${7:-0}))
    echo "group $1: $3 passed, $5 failed${7:+, $7 skipped}, $(($(date +%s) - started)) s"
    [ "$2" = 0 ] && [ "$5" = 0 ]
}

for group in $groups; do
    case $group in
    gcc | checks | sanitizers-gcc | sanitizers-clang | 32-bit | unoptimized | valgrind | interop | fuzz) ;;
    *)
        echo "run.sh: $group: no such group; there are gcc, checks, sanitizers-gcc, sanitizers-clang, 32-bit," \
            "unoptimized, valgrind, interop, fuzz" >&2
        exit 2
        ;;
    esac
done
mkdir -p "$build" || exit 1
install_packages
status=0
for group in $groups; do
    run_group "$group" || {
        echo "run.sh: group $group failed; the groups behind it were not run"
        status=1
        break
    }
done
echo
if [ -s "$log.skipped" ]; then
    echo "skipped:"
    sed 's/^SKIP: /    /' "$log.skipped"
fi
if [ $skipped -gt 0 ]; then
    echo "$passed passed, $failed failed, $skipped skipped"
else
    echo "$passed passed, $failed failed"
fi
exit $status
