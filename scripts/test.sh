#!/usr/bin/env bash
# Installs what is missing, builds, and runs all tests. Shows those that fail, with what they say; the
# last line counts all.
#
#   scripts/test.sh [OPTIONS OF MESON TEST]
#   scripts/test.sh --no-suite slow        what takes half a minute, and holds on other processors too
#   scripts/test.sh --suite compute        one room's tests; the command's are the suite cli
#   scripts/test.sh gradient cli_train     some tests
#
# DESCENT_BUILD names another build folder than build-test, which may be set up already.
set -euo pipefail

cd "$(dirname "$0")/.."
folder=${DESCENT_BUILD:-build-test}

scripts/setup.sh --all
scripts/build.sh "$folder" -Dtests=enabled

# An old log must not be counted should meson stop before it writes its own.
log=$folder/meson-logs/testlog.json
rm -f "$log"

# A terminal shows the tests that run now, a log each that has.
quiet=()
if [ -t 1 ]; then
    quiet=(--quiet)
fi
status=0
meson test -C "$folder" --no-rebuild --print-errorlogs "${quiet[@]}" "$@" </dev/null || status=$?

# One object a line in the log; quotes inside a test's output are escaped there.
count() {
    { grep -oE "\"result\": \"($1)\"" "$log" 2>/dev/null || true; } | wc -l | tr -d ' '
}

passed=$(count 'OK|EXPECTEDFAIL')
skipped=$(count 'SKIP')
all=$(count '[A-Z]+')
failed=$((all - passed - skipped))

if [ "$all" -eq 0 ]; then
    echo "test: $folder has no tests, perhaps set up before Check was there: remove it, and run this again" >&2
fi
if [ "$failed" -gt 0 ] || [ "$all" -eq 0 ]; then
    status=1
fi
echo "$passed passed, $failed failed, $skipped skipped"
exit "$status"
