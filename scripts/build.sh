#!/usr/bin/env bash
# Configures a build folder, unless it is there already, and compiles. Silent, except that a failure
# shows its log.
#
#   scripts/build.sh FOLDER [OPTIONS OF MESON SETUP]
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

log=$(mktemp)
trap 'rm -f "$log"' EXIT

step() {
    if ! "$@" >"$log" 2>&1 </dev/null; then
        cat "$log" >&2
        echo "build: failed: $*" >&2
        exit 1
    fi
}

if [ ! -e "$folder/build.ninja" ]; then
    step meson setup "$folder" "$@"
fi
step meson compile -C "$folder"
