#!/usr/bin/env bash
# A dozen commands under valgrind: no read of what nobody wrote, none outside a block, nothing lost.
# valgrind knows no AVX-512: it tells programs that the processor has none, and OpenBLAS and the hot
# loops take AVX2. Neither sanitizers nor the compiler see what OpenBLAS does with our arrays; this does.
#
#   tests/valgrind.sh PROGRAM
set -euo pipefail

program=$(realpath "$1")
here=$(dirname "$(realpath "$0")")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp -r "$here/../data/digits" "$folder"
cd "$folder"

cat >points.csv <<'END'
x,colour,y
1,red,0.5
2,blue,1.5
,red,2.5
4,green,3.5
5,blue,4.5
6,red,5.5
7,green,6.5
8,blue,7.5
END

passed=0
failed=0

# clean STATUS COMMAND…: the command ends as expected, and valgrind has nothing to say.
clean() {
    local expected=$1 status=0
    shift
    valgrind --quiet --leak-check=full --show-leak-kinds=definite,indirect,possible \
        --errors-for-leak-kinds=definite,indirect,possible --error-exitcode=99 --num-callers=20 \
        --log-file=said "$program" "$@" </dev/null >printed 2>&1 || status=$?
    if [ "$status" -eq "$expected" ] && [ ! -s said ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "descent $*: expected status $expected and no word of valgrind's, found status $status and:"
        head -n 60 said printed
    fi
}

clean 0 train digits --hidden 8 --epochs 1 --threads 2 --out run
clean 0 train --resume run --epochs 2
clean 0 train points.csv --regression --label-column y --hidden 4 --epochs 2 --engine packed --validation 0 \
    --out points
clean 0 evaluate run digits
clean 0 predict points points.csv --reference
clean 0 export points --c points.c --header points.h --int8 points.csv
clean 0 inspect run
clean 0 convert points.csv --regression --label-column y converted
clean 0 doctor run
clean 0 check-gradient --layers 13-7-5 --activation gelu
clean 0 walk 'x^2 + y^2' --from 1,1 --steps 3
clean 0 plot run --out curves.svg
clean 1 inspect points.csv/none
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
