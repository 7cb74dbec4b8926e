#!/usr/bin/env bash
# Fuzzes what reads files and options: each target of tests/fuzz for so many seconds, with libFuzzer
# under the address and undefined-behaviour sanitizers. Prints a line a target; status 1 if one broke.
#
#   scripts/fuzz.sh SECONDS [TARGET…]    such as: scripts/fuzz.sh 1800 csv folder
#   scripts/fuzz.sh --build              compiles only, and the tests as well: they then run under the
#                                        sanitizers with DESCENT_BUILD=build-fuzz scripts/test.sh
#
# What a target finds is kept in build-fuzz/corpus and built upon the next time; an input that breaks
# it, in build-fuzz/crashes. DESCENT_JOBS targets run at a time: by default one.
set -euo pipefail

cd "$(dirname "$0")/.."
folder=build-fuzz
jobs=${DESCENT_JOBS:-1}

fail() {
    echo "fuzz: $*" >&2
    exit 2
}

all_targets() {
    local source
    for source in tests/fuzz/fuzz_*.c; do
        source=${source##*/fuzz_}
        echo "${source%.c}"
    done
}

# build TARGET: both kinds of sanitizers and the fuzzer's counters in all objects, which all share.
build() {
    local log=$folder/build.log
    mkdir -p "$folder"
    if ! {
        [ -e "$folder/build.ninja" ] ||
            CC=${CC:-clang} meson setup "$folder" -Dtests=enabled -Dfuzz=true -Dvector=default \
                --buildtype=plain -Doptimization=1 -Ddefault_library=static \
                -Db_sanitize=address,undefined -Db_lundef=false \
                -Dc_args="-gline-tables-only -fsanitize=fuzzer-no-link -fno-sanitize-recover=undefined"
        ninja -C "$folder" "$1"
    } >"$log" 2>&1 </dev/null; then
        tail -n 30 "$log" >&2
        fail "expected clang with libFuzzer to build the targets; on Debian:" \
            "apt-get install clang libclang-rt-dev; all of it: $log"
    fi
}

# The corpus that is kept in the repository, and the target's own seeds where it is new.
prepare() {
    mkdir -p "$folder/corpus/$1" "$folder/crashes/$1"
    if [ -d "tests/fuzz/corpus/$1" ]; then
        cp -n "tests/fuzz/corpus/$1"/* "$folder/corpus/$1"
    fi
}

# statistic LOG NAME: of those that libFuzzer prints at its end.
statistic() {
    sed -n "s/^stat::$2: *//p" "$1" | tail -n 1
}

run() {
    local target=$1 log=$folder/$1.log status=0 begin=$SECONDS edges crashes
    prepare "$target"
    "$folder/tests/fuzz/fuzz_$target" -max_total_time="$seconds" -max_len=16384 -timeout=60 \
        -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="$folder/crashes/$target/" \
        "$folder/corpus/$target" >"$log" 2>&1 </dev/null || status=$?
    edges=$(grep -ao 'cov: [0-9]*' "$log" | tail -n 1 | cut -d ' ' -f 2) || edges=
    crashes=$(find "$folder/crashes/$target" -type f | wc -l)
    printf '%-12s %10s executions %6s edges %5d s %6d inputs %3d crashes\n' "$target" \
        "$(statistic "$log" number_of_executed_units)" "${edges:-0}" $((SECONDS - begin)) \
        "$(find "$folder/corpus/$target" -type f | wc -l)" "$crashes"
    if [ "$status" -ne 0 ]; then
        grep -a -m 1 -E 'broken:|ERROR:|runtime error:' "$log" || true
        echo "  see $log; again: $folder/tests/fuzz/fuzz_$target" \
            "$(sed -n 's/.*Test unit written to //p' "$log" | tail -n 1)"
    fi
    return "$status"
}

case ${1-} in
-h | --help)
    sed -n '2,/^set /{/^#/s/^# \{0,1\}//p;}' "$0"
    exit 0
    ;;
--build)
    build all
    exit 0
    ;;
"" | *[!0-9]*) fail "expected SECONDS for each target, found \"${1-}\"; see scripts/fuzz.sh --help" ;;
esac
seconds=$1
shift
mapfile -t targets < <(if [ $# -gt 0 ]; then printf '%s\n' "$@"; else all_targets; fi)
for target in "${targets[@]}"; do
    [ -e "tests/fuzz/fuzz_$target.c" ] ||
        fail "expected one of $(all_targets | tr '\n' ' ')found \"$target\""
done

# Memory where there is a place in it: targets write thousands of files a second. Leaks are found.
if [ -w /dev/shm ]; then
    export TMPDIR=/dev/shm
fi
export OPENBLAS_NUM_THREADS=1 ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1

build fuzz_targets
broken=0
started=()
for target in "${targets[@]}"; do
    while [ "$(jobs -rp | wc -l)" -ge "$jobs" ]; do
        wait -n || true # its status is asked for below
    done
    run "$target" &
    started+=($!)
done
for process in "${started[@]}"; do
    wait "$process" || broken=1
done
exit "$broken"
