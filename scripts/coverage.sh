#!/usr/bin/env bash
# Runs the tests and counts which lines and branches of src/ they reach, with clang's own counters:
# branches are those of the source, and each process counts at once, also one that is killed.
# Prints lines and branches of the library, of the command, and of the files that read what strangers
# wrote, beside what is asked of them; status 1 where a figure is too low. Of the last, everything is
# asked but what tests/unreached.txt lists, with the reasons.
#
#   scripts/coverage.sh [OPTIONS OF MESON TEST]   such as: scripts/coverage.sh --suite data
#   scripts/coverage.sh --last [FILE…]            of the last run: all that is missed, or in these files
#
# DESCENT_COVERAGE names another build folder than build-coverage.
set -euo pipefail

cd "$(dirname "$0")/.."
folder=${DESCENT_COVERAGE:-build-coverage}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
counters=$folder/counters

# Debian's packages name them by version, Homebrew keeps them apart.
tool() {
    local version found
    version=$(clang -dumpversion)
    for found in "$1-${version%%.*}" "$(dirname "$(clang -print-prog-name="$1")")/$1" "$1"; do
        if command -v "$found" >/dev/null; then
            echo "$found"
            return
        fi
    done
    echo "coverage: expected $1 of clang $version; on Debian: apt-get install llvm" >&2
    exit 1
}

# %c: the counters are the file, mapped into each process; %m: a file for each program.
build() {
    local counted="'-fprofile-instr-generate=$counters/%c%m.profraw'"
    CC=${CC:-clang} scripts/build.sh "$folder" -Dtests=enabled --buildtype=plain -Doptimization=2 \
        -Dc_args="$counted -fcoverage-mapping -mllvm -runtime-counter-relocation" \
        -Dc_link_args="$counted"
}

programs() {
    find "$folder" -type f -executable ! -path '*/meson-*' -print0
}

# In the form of lcov: per file DA:LINE,COUNT and BRDA:LINE,BLOCK,BRANCH,COUNT.
collect() {
    local objects=() program
    while IFS= read -r -d '' program; do
        objects+=(-object "$program")
    done < <(programs)
    "$profdata" merge -sparse -o "$folder/counters.profdata" "$counters"/*.profraw
    "$cov" export -format=lcov -instr-profile "$folder/counters.profdata" "${objects[@]}" \
        >"$folder/coverage.lcov" 2>"$folder/coverage.log" || {
        cat "$folder/coverage.log" >&2
        exit 1
    }
}

profdata=$(tool llvm-profdata)
cov=$(tool llvm-cov)
status=0
if [ "${1-}" = --last ]; then
    collect
else
    build
    rm -rf "$counters"
    DESCENT_BUILD=$folder scripts/test.sh --timeout-multiplier 4 "$@" || status=$?
    collect
fi
scripts/coverage.py "$folder/coverage.lcov" "$@" || status=$?
exit "$status"
