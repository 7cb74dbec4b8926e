#!/bin/sh
# What is installed can be used: installs into a scratch folder, builds example.c there with nothing
# but pkg-config's answer, once against the shared library and once against the static one, and runs
# both programs; the installed command runs as well. The README's programs are built in the same way,
# as C17 and as C++17, and run where the command has trained what one of them loads.
#
#   test_install.sh BUILD PREFIX LIBDIR COMPILER [OPTIONS…]
#
# BUILD is a compiled build folder, PREFIX and LIBDIR are as it was configured.
set -eu

if [ "$(uname)" != Linux ]; then
    echo "skipped: knows the dynamic linker of Linux alone"
    exit 77
fi

build=$1
prefix=$2
library=$3
shift 3

here=$(cd "$(dirname "$0")" && pwd)
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
libraries=$root$prefix/$library

# In place of meson's, which names the build folder.
export LD_LIBRARY_PATH="$libraries"

fail() {
    echo "install: $*" >&2
    exit 1
}

# describe OPTIONS…: pkg-config's answer for the copy under $root.
describe() {
    PKG_CONFIG_PATH=$libraries/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH} \
        pkg-config --define-variable=prefix="$root$prefix" "$@" descent
}

# check NAME: the program gives what its comment says.
check() {
    found=$(cd "$root" && "./$1") || fail "the $1 program failed"
    [ "$found" = "0 0.5" ] || fail "the $1 program: expected '0 0.5', found '$found'"
}

meson install -C "$build" --no-rebuild --quiet --destdir "$root" >"$root/log" 2>&1 || {
    cat "$root/log" >&2
    fail "meson install failed"
}
[ -e "$root$prefix/include/descent/descent.h" ] || fail "no header is installed"
[ -e "$libraries/libdescent.a" ] || fail "no static library is installed"

if [ -e "$build/src/cli/help/manual/descent.1" ]; then
    for file in man/man1/descent.1 man/man1/descent-train.1 zsh/site-functions/_descent \
        bash-completion/completions/descent fish/vendor_completions.d/descent.fish; do
        [ -s "$root$prefix/share/$file" ] || fail "share/$file is not installed"
    done
fi

# pkg-config's answer is words, to be split.
# shellcheck disable=SC2046
"$@" "$here/example.c" -o "$root/shared" $(describe --cflags --libs)
check shared
ldd "$root/shared" | grep -q "$libraries/libdescent" ||
    fail "the shared program does not use the installed library"

version=$("$root$prefix/bin/descent" --version)
case "$version" in
*"$(describe --modversion)"*) ;;
*) fail "the command says '$version', pkg-config says '$(describe --modversion)'" ;;
esac

# readme COMPILER…: builds and runs the README's programs.
readme() {
    for name in train predict; do
        # shellcheck disable=SC2046
        "$@" "$here/../embed/$name.c" -x none -o "$root/$name" \
            $(describe --cflags --libs) || fail "the README's $name.c does not build with $*"
    done
    rm -f "$root/digits.checkpoint"
    found=$(cd "$root" && ./train) || fail "the README's train.c failed"
    case "$found" in
    3[0-9][0-9]" of 360 digits right") ;;
    *) fail "the README's train.c says '$found'" ;;
    esac
    found=$(cd "$root" && ./predict) || fail "the README's predict.c failed"
    case "$found" in
    "6, "*" %") ;;
    *) fail "the README's predict.c says '$found'" ;;
    esac
}

ln -s "$here/../../data" "$root/data"
(cd "$root" && ".$prefix/bin/descent" train data/digits --out models/quickstart --quiet >log 2>&1) || {
    cat "$root/log" >&2
    fail "the installed command does not train"
}
strict="-Wall -Wextra -Wpedantic -Werror"
# Lists of words.
# shellcheck disable=SC2086
readme "$@" $strict -x c
# shellcheck disable=SC2086
[ -z "${CXX:-}" ] || readme $CXX $strict -Wno-missing-field-initializers -x c++

# Without the shared one, -ldescent means the archive.
rm "$libraries"/libdescent.so*
# shellcheck disable=SC2046
"$@" "$here/example.c" -o "$root/static" $(describe --static --cflags --libs)
check static
