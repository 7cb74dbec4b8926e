#!/bin/sh
# The library calls no function of libm whose last bits hang on the library, its version or the
# processor: those it may call round exactly, or choose between numbers.
#
#   test_libm.sh STATIC_LIBRARY COMPILER…
set -eu

library=$1
shift

# The names are read in glibc's libm.
libm=$("$@" -print-file-name=libm.so.6)
if ! command -v nm >/dev/null || [ ! -f "$libm" ]; then
    exit 77
fi

exact="ceil floor rint round trunc lrint lround nearbyint
    sqrt fma
    fabs copysign fmax fmin
    frexp ldexp scalbn modf fmod"
allowed=$(for name in $exact; do printf '%s\n%sf\n' "$name" "$name"; done)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
nm -D --defined-only "$libm" | awk '{ sub(/@.*/, "", $3); print $3 }' | sort -u >"$work/libm"
grep -qx cos "$work/libm" # else nothing would be found
echo "$allowed" | sort >"$work/allowed"

# From "FILE.o:" and "U NAME" to "FILE.o NAME". stb_image_resize.h has conversions of sRGB in
# float, which are never asked for: image_images.c resizes bytes as they are.
nm --undefined-only "$library" 2>/dev/null |
    awk '/:$/ { file = substr($1, 1, length($1) - 1) } $1 == "U" { print $2, file }' | sort >"$work/calls"
grep -q . "$work/calls"
found=$(join "$work/calls" "$work/libm" | sort | join -v 1 - "$work/allowed" |
    grep -v '^pow .*image_images\.c\.o$' || true)
if [ -n "$found" ]; then
    echo "expected functions of libm that round exactly (see src/base/elementary.h), found:" >&2
    echo "$found" >&2
    exit 1
fi
