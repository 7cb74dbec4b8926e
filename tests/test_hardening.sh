#!/bin/sh
# A release's program and library have what makes a mistake with memory an end and no way in; and
# neither of them can start a shell.
#
#   test_hardening.sh PROGRAM LIBRARY OPTIMISATION SANITIZER
#
# OPTIMISATION and SANITIZER are meson's options. What readelf shows is that of Linux.
set -eu

program=$1 library=$2 optimisation=$3 sanitizer=$4

command -v readelf >/dev/null && [ "$(uname)" = Linux ] || exit 77

failed=0

# expect FILE WHAT PATTERN OPTIONS…: readelf shows it.
expect() {
    file=$1 what=$2 pattern=$3
    shift 3
    readelf --wide "$@" "$file" | grep -qE "$pattern" || {
        echo "$file: expected $what, found none in readelf $*" >&2
        failed=1
    }
}

# expect_none FILE WHAT PATTERN OPTIONS…: readelf does not show it.
expect_none() {
    file=$1 what=$2 pattern=$3
    shift 3
    if readelf --wide "$@" "$file" | grep -E "$pattern" >&2; then
        echo "$file: expected no $what, found the above in readelf $*" >&2
        failed=1
    fi
}

expect "$program" "a position-independent program" 'FLAGS_1.*PIE' --dynamic
for file in "$program" "$library"; do
    expect "$file" "tables that are read-only once it runs" 'GNU_RELRO' --segments
    expect "$file" "all symbols bound at the start" '(BIND_NOW|FLAGS_1.* NOW)' --dynamic
    expect "$file" "a stack that is not executable" 'GNU_STACK.* RW +0x' --segments
    expect_none "$file" "segment that is both writable and executable" ' LOAD .* RWE ' --segments
    expect_none "$file" "way to a shell" \
        ' UND (system|popen|wordexp|execl[pe]?|execvpe?)@' --dyn-syms
    expect_none "$file" "text segment that is written to" '\(TEXTREL\)' --dynamic
    if [ "$sanitizer" = none ]; then
        expect "$file" "canaries on the stack" ' UND __stack_chk_fail@' --dyn-syms
    fi
    if [ "$sanitizer" = none ] && [ "$optimisation" != 0 ]; then
        expect "$file" "checks of sizes (_FORTIFY_SOURCE)" ' UND __[a-z]+_chk@' --dyn-syms
    fi
done
exit "$failed"
