#!/bin/sh
# The law of the house: each room of src includes from those it may, the halves that know nothing
# of each other include no public header of the other, and the command sees public headers alone.
# README.md, the plan of the house, names files that are there.
#
#   test_rooms.sh SRC
set -eu

cd "$1"

status=0
rooms=""
# check ROOM [OTHER ROOMS]: only includes of the rooms that the law names pass.
check() {
    room=$1
    rooms="$rooms $1"
    may=$(echo "$*" | tr ' ' '|')
    if grep -rnE '#[[:space:]]*include[[:space:]]*"' "$room" | grep -vE "#include \"($may)/"; then
        echo "$room may include: $*" >&2
        status=1
    fi
}

check base
check image base
check data base image
check compute base
check store base
check fit base
check predict base
check export base
check cli

# only ROOM HEADERS: of the public headers it includes these at most.
only() {
    room=$1
    shift
    may=$(echo "$*" | tr ' ' '|')
    if grep -rn '#include <descent/' "$room" | grep -vE "<descent/($may)\.h>"; then
        echo "$room may include of the public headers: $*" >&2
        status=1
    fi
}

below="status file nearest random"
# shellcheck disable=SC2086
{
    only base $below
    only image $below images picture
    only data $below images augment batch columns dataset loader preparation rows
    only compute $below activation batch bench curvature engine loss model network optimizer schedule trainer
}

for folder in */; do
    case "$rooms " in
    *" ${folder%/} "*) ;;
    *)
        echo "${folder%/} is a room without a law" >&2
        status=1
        ;;
    esac
done

# Two libraries are known in one file each.
for only in cblas.h:compute/product_blas.c stb/stb_image.h:image/images.c; do
    found=$(grep -rl "#include <${only%%:*}>" .)
    if [ "$found" != "./${only#*:}" ]; then
        echo "${only%%:*}: expected in ${only#*:} alone, found in: $found" >&2
        status=1
    fi
done

missing=$(grep -oE '[a-z0-9_]+(/[a-z0-9_]+)*\.[ch]\b' README.md | sort -u | while read -r file; do
    [ -n "$(find . ../include ../tests -path "*/$file")" ] || echo "$file"
done)
if [ -n "$missing" ]; then
    echo "README.md names what is not there: $missing" >&2
    status=1
fi
exit "$status"
