#!/usr/bin/env bash
# Configures a build folder, unless it is there already, and compiles. Counts the files on a
# terminal, is silent elsewhere, and shows its log where it fails.
#
#   scripts/build.sh FOLDER [OPTIONS OF MESON SETUP]
#
# DESCENT_TARGETS names those of ninja's targets that are wanted; without it, all are compiled.
# DESCENT_OPTIONS are options of each setup, before those given.
set -euo pipefail

if [ $# -lt 1 ]; then
    echo "usage: scripts/build.sh FOLDER [OPTIONS OF MESON SETUP]" >&2
    exit 2
fi
cd "$(dirname "$0")/.."
folder=$1
shift

# Homebrew keeps its OpenBLAS apart from the system's BLAS.
if [ "$(uname)" = Darwin ] && command -v brew >/dev/null; then
    PKG_CONFIG_PATH="$(brew --prefix openblas)/lib/pkgconfig:${PKG_CONFIG_PATH-}"
    export PKG_CONFIG_PATH
fi

read -r -a targets <<<"${DESCENT_TARGETS-}"
read -r -a options <<<"${DESCENT_OPTIONS-}"

log=$(mktemp)
trap 'rm -f "$log"' EXIT

fail() {
    cat "$log" >&2
    echo "build: failed: $1" >&2
    exit 1
}

# Of ninja's lines "[12/345] Compiling …" the numbers, on one line that is erased at the end.
count() {
    local line
    while read -r line; do
        case $line in
        \[*/*\]*) printf '\rbuilding %s ' "${line%%]*}]" ;;
        esac
    done
    printf '\r\033[K'
}

if [ ! -e "$folder/build.ninja" ]; then
    meson setup "$folder" "${options[@]}" "$@" >"$log" 2>&1 </dev/null ||
        fail "meson setup $folder ${options[*]} $*"
fi
if [ -t 1 ] && [ "${TERM:-dumb}" != dumb ]; then
    NINJA_STATUS='[%f/%t] ' meson compile -C "$folder" "${targets[@]}" </dev/null 2>&1 | tee "$log" | count
else
    meson compile -C "$folder" "${targets[@]}" >"$log" 2>&1 </dev/null
fi || fail "meson compile -C $folder"
