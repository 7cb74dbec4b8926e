#!/usr/bin/env bash
# What a learning rate does: the same network from the same seed, trained with plain gradient descent
# and one that is too small, one that is right and one that is too large. Ends with one picture.
#
#   scripts/study-learning-rate.sh [PICTURE]      such as learning-rate.svg
#
# Trains on MNIST where that is found, else on the bundled digits. Needs build/descent, or
# DESCENT_BUILD, another build folder. Can be run again.
set -euo pipefail

cd "$(dirname "$0")/.."
descent=${DESCENT_BUILD:-build}/descent
runs=models/study-learning-rate
picture=${1:-$runs/learning-rate.png}

if [ ! -x "$descent" ]; then
    echo "study: $descent is missing: run scripts/build.sh build" >&2
    exit 1
fi

if "$descent" inspect mnist >/dev/null 2>&1; then
    data=mnist
    options=(--hidden 64 --batch 128 --epochs 6)
else
    data=data/digits
    options=(--hidden 64 --batch 32 --epochs 20)
    echo "MNIST was not found; training on the bundled digits instead."
fi

folders=()
study() {
    local folder=$runs/$1-$2
    echo
    echo "$1: --lr $2"
    "$descent" train "$data" --optimizer sgd --schedule constant --lr "$2" --seed 1 "${options[@]}" \
        --out "$folder" --force --quiet | grep -E '^(training|validation|test)'
    folders+=("$folder")
}

study too-small 0.002
study right 0.2
study too-large 3

"$descent" plot "${folders[@]}" --what loss,accuracy --out "$picture"
cat <<END

too small   the loss falls, but slowly: more epochs would help
right       most is learnt in the first epoch
too large   the first steps throw the hidden units so far off that nearly all give zero for every
            picture; zero units get no gradient, and the loss stays near ln 10 = 2.303, which is
            what guessing one of ten classes costs
END
