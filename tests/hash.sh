#!/usr/bin/env bash
# The packed engine's promise: one command, one model, whatever the machine. Trains with all the
# instruction sets that are there, and with one to four threads, and compares the models' CRC-32s;
# that of the README's command must be the one that stands there.
#
#   tests/hash.sh COMMAND…             such as build/descent, or two builds' in one run
#   tests/hash.sh --brief COMMAND…     for slow builds: two epochs in place of the README's command
#   tests/hash.sh "qemu-aarch64 -L build-arm64-root build-arm64/descent"
set -euo pipefail

cd "$(dirname "$0")/.."
plain="train data/digits --engine packed --seed 1"

# The CRC-32 that the README gives of it.
stated() {
    sed -nE 's/.*crc32 .([0-9a-f]{8})., which$/\1/p' README.md
}

brief=no
if [ "${1-}" = --brief ]; then
    brief=yes
    shift
fi
if [ $# -eq 0 ]; then
    sed -n '2,/^set /{/^#/s/^# \{0,1\}//p;}' "$0" >&2
    exit 2
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# Numbers of several sizes and words, whole and with gaps; no generator of the system's is asked.
awk 'BEGIN {
    print "size,weight,kind,price"
    for (i = 0; i < 400; i++) {
        state = (state * 1103515245 + 12345) % 65536
        a = state % 977
        b = int(state / 7) % 89
        print (i % 23 ? a : "") "," b / 8 "," (b % 3 ? "new" : "old") "," a * (b - 40) + 1000
    }
}' >"$scratch/table.csv"

# What decides bits, three trainings that have it all between them.
pictures="train data/digits --engine packed --seed 7 --hidden 37,20 --activation gelu --batch 25 \
    --epochs 3 --optimizer adam --lr 0.003 --warmup 20 --clip-norm 1 --weight-decay 0.01 \
    --augment elastic=3:2,rotate=10,scale=0.1,noise=0.1 --dropout 0.2 --input-dropout 0.1 \
    --class-weights balanced --label-smoothing 0.1 --standardize feature --patience 2"
table="train $scratch/table.csv --regression --label-column price --engine packed --seed 3 \
    --hidden 9,17,5 --activation tanh --batch 7 --optimizer sgd --epochs 20 --momentum 0.9 --nesterov --lr 0.02 \
    --schedule plateau --plateau-patience 1 --max-norm 2 --patience 5"
explodes="train data/digits --engine packed --seed 5 --hidden 20 --activation elu --epochs 4 \
    --optimizer rmsprop --momentum 0.99 --lr 20 --schedule one-cycle --loss mse --recover"

# train COMMAND TRAINING…: prints the CRC-32 of the weights, as the command does, and the checksum of
# the whole file.
train() {
    local found
    # Words: the command may be an emulator's.
    # shellcheck disable=SC2086
    $1 $2 --out "$scratch/run" --force --json "${@:3}" >"$scratch/result" 2>"$scratch/log" || {
        cat "$scratch/log" >&2
        echo "hash: failed: $1 $2 ${*:3}" >&2
        return 1
    }
    found=$(sed -nE 's/.*"crc32": *"([0-9a-f]{8})".*/\1/p' "$scratch/result")
    echo "$found $(cksum <"$scratch/run/model.safetensors" | cut -d ' ' -f 1)"
}

# The instruction sets of a command, from what it says of one that is not there.
sets_of() {
    local set
    for set in avx512 avx2 neon generic; do
        # shellcheck disable=SC2086
        $1 train data/digits --engine packed --instruction-set $set --epochs 1 --hidden none \
            --out "$scratch/run" --force --quiet >"$scratch/log" 2>&1 && echo "$set" && continue
        grep -q "on this machine, found $set" "$scratch/log" || {
            cat "$scratch/log" >&2
            return 1
        }
    done
}

different=0
stated=$(stated)
[ -n "$stated" ] || {
    echo "hash: README.md gives no CRC-32 of descent $plain" >&2
    exit 1
}
echo "$stated" >"$scratch/first.readme"

# same NAME SUMS WHERE: as in all runs before.
same() {
    local first
    [ -e "$scratch/first.$1" ] || echo "$2" >"$scratch/first.$1"
    first=$(cat "$scratch/first.$1")
    printf '%-9s %s  %s\n' "$1" "$2" "$3"
    if [ "$2" != "$first" ]; then
        echo "hash: $1: expected $first, found $2: $3" >&2
        different=1
    fi
}

# check COMMAND NAME TRAINING: on every instruction set, each with its number of threads.
check() {
    local set threads=1 found
    for set in $sets; do
        found=$(train "$1" "$3" --instruction-set "$set" --threads $threads)
        same "$2" "$found" "$1, $set, threads $threads"
        threads=$((threads % 4 + 1))
    done
    for threads in $teams; do
        found=$(train "$1" "$3" --threads "$threads")
        same "$2" "$found" "$1, threads $threads"
    done
}

for command in "$@"; do
    sets=$(sets_of "$command")
    teams="2 4"
    [ $brief = no ] || teams=""
    if [ $brief = no ]; then
        found=$(train "$command" "$plain")
        same readme "${found% *}" "$command"
    fi
    check "$command" "digits" "$plain --epochs 2"
    check "$command" "pictures" "$pictures"
    check "$command" "table" "$table"
    check "$command" "explodes" "$explodes"
done
exit $different
