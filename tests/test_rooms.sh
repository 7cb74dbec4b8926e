#!/bin/sh
# The law of the house: each room of src includes from those it may, and the command from its own
# and the public headers alone.
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
check cli

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
exit "$status"
