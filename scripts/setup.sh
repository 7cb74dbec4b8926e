#!/usr/bin/env bash
# Installs the packages that descent needs and this machine lacks; when nothing is missing it says
# nothing and needs neither network nor root.
#
#   scripts/setup.sh          what building and running takes
#   scripts/setup.sh --all    that, and what the tests take
#   scripts/setup.sh --ci     that, and what the strict checks of .ci/run take
#
# apt-get is used on Debian and Ubuntu, Homebrew on macOS; elsewhere the list is printed.
set -euo pipefail

# gcc only recommends libc6-dev, so it has to be named.
debian_build="gcc libc6-dev meson ninja-build pkg-config libopenblas-dev zlib1g-dev libjansson-dev
    libpopt-dev libstb-dev gnuplot-nox"
# pkg-config --static asks for OpenBLAS's own -lgfortran.
debian_tests="check g++ gfortran python3"
# The shells and mandoc are for the tests of completions and manual pages, which skip without them;
# together they take 40 MB; GNU parallel is for those of studies, likewise.
# tcc is for tests of exported C, which go without it.
# ONNX's package and protoc are for tests of what is exported, likewise.
# llvm and libclang-rt are for scripts/coverage.sh and scripts/fuzz.sh, the cross compiler and qemu for scripts/build-arm64.sh.
debian_checks="clang tcc llvm libclang-rt-dev clang-format clang-tidy cppcheck shellcheck python3-torch
    zsh fish mandoc parallel valgrind gcc-aarch64-linux-gnu qemu-user chromium
    python3-onnx libonnx-dev protobuf-compiler"
# Programs that may be there without Debian's packages of them: node's own come with npm.
for program in node npm; do
    command -v "$program" >/dev/null || debian_checks="$debian_checks ${program/%node/nodejs}"
done

homebrew_build="meson ninja pkg-config openblas zlib jansson popt gnuplot"
homebrew_tests="check python3"
homebrew_checks="llvm clang-format cppcheck shellcheck fish mandoc parallel node"

fail() {
    echo "setup: $*" >&2
    exit 1
}

# Prints those of the packages that the given test does not find.
missing() {
    local test=$1 package
    shift
    for package in "$@"; do
        "$test" "$package" || printf '%s ' "$package"
    done
}

has_debian_package() {
    dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null | grep -qx installed
}

has_homebrew_package() {
    brew list --formula --versions "$1" >/dev/null 2>&1
}

# Runs a command in silence, on a terminal with the seconds that it takes; its output is shown only
# if it fails.
quietly() {
    local log status=0 start=$SECONDS job
    log=$(mktemp)
    "$@" >"$log" 2>&1 </dev/null &
    job=$!
    while [ -t 1 ] && kill -0 "$job" 2>/dev/null; do
        printf '\rinstalling %d s ' $((SECONDS - start))
        sleep 1
    done
    if [ -t 1 ]; then
        printf '\r\033[K'
    fi
    wait "$job" || status=$?
    if [ "$status" -ne 0 ]; then
        tail -n 30 "$log" >&2
    fi
    rm -f "$log"
    return "$status"
}

# Names what is about to be installed, in lines of 80 columns.
announce() {
    echo "Installing $*" | fold -s -w 78 | sed '2,$s/^/  /'
}

install_with_apt() {
    local as_root=""
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null ||
            fail "missing: $*; neither root nor sudo is at hand: run 'apt-get install $*' as root"
        as_root="sudo"
    fi
    announce "with apt-get: $*"
    if [ -n "$as_root" ]; then
        sudo -v # asks for its password before the seconds are counted
    fi
    # A source that cannot be reached need not be the one that has the packages.
    quietly $as_root apt-get update || echo "setup: apt-get update failed; trying all the same" >&2
    quietly $as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install --yes --no-install-recommends "$@" ||
        fail "apt-get could not install: $*"
}

install_with_homebrew() {
    announce "with Homebrew: $*"
    quietly brew install "$@" || fail "Homebrew could not install: $*"
}

# Homebrew has no package of stb, which is header files alone.
require_stb() {
    local folder
    folder=$(brew --prefix)/include
    printf '#include <stb/%s.h>\n' stb_image stb_image_resize stb_image_write |
        "${CC:-cc}" -E -x c - >/dev/null 2>&1 && return
    cat >&2 <<END
setup: stb is missing, and Homebrew has no package of it. From https://github.com/nothings/stb copy
stb_image.h, stb_image_write.h and, out of its folder deprecated, stb_image_resize.h
to $folder/stb; then run this again with CPATH=$folder
END
    exit 1
}

# What some tests run in node, which skip without it.
install_for_node() {
    local folder
    folder=$(dirname "$0")/../tests/node
    if (cd "$folder" && npm ls) >/dev/null 2>&1; then
        return
    fi
    announce "with npm: what tests/node/package.json names"
    quietly npm install --prefix "$folder" --no-package-lock --no-audit --no-fund ||
        echo "setup: npm could not install it: tests that need it will skip" >&2
}

with_tests=no
with_checks=no
case "${1-}" in
"") ;;
--all) with_tests=yes ;;
--ci) with_tests=yes with_checks=yes ;;
-h | --help)
    sed -n '2,/^set /{/^#/s/^# \{0,1\}//p;}' "$0"
    exit 0
    ;;
*)
    echo "setup: unknown option '$1'; expected --all, --ci or nothing" >&2
    exit 2
    ;;
esac

system=other
if command -v apt-get >/dev/null && command -v dpkg-query >/dev/null; then
    system=debian
elif command -v brew >/dev/null; then
    system=homebrew
fi

packages=$debian_build
tests=$debian_tests
checks=$debian_checks
if [ "$system" = homebrew ]; then
    packages=$homebrew_build
    tests=$homebrew_tests
    checks=$homebrew_checks
fi
if [ "$with_tests" = yes ]; then
    packages="$packages $tests"
fi
if [ "$with_checks" = yes ]; then
    packages="$packages $checks"
fi

# The lists are words, to be split.
# shellcheck disable=SC2046,SC2086
case "$system" in
debian)
    set -- $(missing has_debian_package $packages)
    [ $# -eq 0 ] || install_with_apt "$@"
    ;;
homebrew)
    set -- $(missing has_homebrew_package $packages)
    [ $# -eq 0 ] || install_with_homebrew "$@"
    require_stb
    ;;
other)
    echo "setup: no package manager that is known here. Install these (Debian's names):" >&2
    printf '    %s\n' $packages >&2
    exit 1
    ;;
esac
if [ "$with_checks" = yes ]; then
    install_for_node
fi
