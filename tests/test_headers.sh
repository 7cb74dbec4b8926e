#!/bin/sh
# Each public header compiles alone, without a warning, and may be included twice.
#
#   test_headers.sh FOLDER COMPILER [OPTIONS…]
#
# FOLDER is the one that holds descent/*.h; the options choose language and standard.
set -eu

folder=$1
shift

source=$(mktemp)
trap 'rm -f "$source"' EXIT

status=0
seen=0
for header in "$folder"/descent/*.h; do
    name=descent/$(basename "$header")
    printf '#include <%s>\n#include <%s>\nextern int something;\n' "$name" "$name" >"$source"
    if ! "$@" -Wall -Wextra -Wpedantic -Werror -fsyntax-only -I "$folder" "$source"; then
        echo "$name does not compile alone" >&2
        status=1
    fi
    seen=$((seen + 1))
done

if [ "$seen" -lt 2 ]; then
    echo "no headers in $folder/descent" >&2
    exit 1
fi
exit "$status"
