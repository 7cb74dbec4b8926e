#!/bin/sh
# The hot loops are compiled for those sets of instructions that the build's option names: it is
# read in the library's code whether AVX's instructions (avx) and which registers they use, 256 bits
# wide (ymm) or 512 (zmm).
#
#   test_vector_loops.sh LIBRARY OPTION SANITIZER
#
# What is compiled for a set of its own in every build is left out: the packed engine's kernels, and what
# measures the processor's peak.
#
# OPTION is that of -Dvector, SANITIZER that of -Db_sanitize. Under a sanitizer clones are the default,
# and its checks leave most loops with one number at a time.
set -eu

library=$1 option=$2 sanitizer=$3

# Clones are glibc's: see src/base/vector_loops.h.
if ! command -v objdump >/dev/null || ! getconf GNU_LIBC_VERSION >/dev/null 2>&1 ||
    [ "$(uname -m)" != x86_64 ]; then
    exit 77
fi

case $option-$sanitizer in
clones-none) expected="avx ymm zmm clones" ;;
avx512f-none) expected="avx ymm zmm" ;;
avx2-none) expected="avx ymm" ;;
avx*) expected="avx" ;;
*) expected="" ;;
esac

code=$(mktemp)
trap 'rm -f "$code"' EXIT
objdump --disassemble --no-show-raw-insn "$library" | awk '
    /^[0-9a-f]+ <.*>:$/ { own = $2 ~ /^<((plain|transposed)_(narrow|wide)|run_avx)/ }
    !own' >"$code"
found=""
if grep -q '[[:space:]]vmov' "$code"; then
    found=" avx"
fi
for register in ymm zmm; do
    if [ "$sanitizer" = none ] && grep -q "%$register" "$code"; then
        found="$found $register"
    fi
done
if grep -q '<adam.*resolver.*>:' "$code"; then
    found="$found clones"
fi
if [ "${found# }" != "$expected" ]; then
    echo "-Dvector=$option: expected '$expected' in $library, found '${found# }'" >&2
    exit 1
fi
