#!/usr/bin/env bash
# PyTorch reads a model and computes the logits, classes and numbers that the command named by
# DESCENT computes. Skipped where there is no PyTorch.
#
#   DESCENT=build/descent tests/test_pytorch.sh
set -euo pipefail

cd "$(dirname "$0")/.."
/usr/bin/python3 -c 'import torch' 2>/dev/null || exit 77

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

for engine in blas packed; do
    for standardize in none feature set; do
        "$DESCENT" train data/digits --hidden 32,16 --activation tanh --epochs 3 --seed 1 --quiet \
            --engine $engine --standardize $standardize --out "$scratch/$engine-$standardize" \
            >"$scratch/log"
        scripts/check-pytorch.py "$scratch/$engine-$standardize/model.safetensors" data/digits
    done
done

awk 'BEGIN { print "a,b,label,area"; for (i = 0; i < 300; i++) { a = rand() * 9; b = rand() - 7;
    print a "," b "," (a + b > -2) "," a * b } }' >"$scratch/table"
for standardize in none feature set; do
    cut -d , -f 1-3 "$scratch/table" >"$scratch/classes.csv"
    cut -d , -f 1,2,4 "$scratch/table" >"$scratch/areas.csv"
    "$DESCENT" train "$scratch/classes.csv" --epochs 9 --quiet --standardize $standardize \
        --out "$scratch/classes-$standardize" >"$scratch/log"
    scripts/check-pytorch.py "$scratch/classes-$standardize/model.safetensors" "$scratch/classes.csv"
    "$DESCENT" train "$scratch/areas.csv" --regression --label-column area --epochs 9 --quiet \
        --standardize $standardize --out "$scratch/areas-$standardize" >"$scratch/log"
    scripts/check-pytorch.py "$scratch/areas-$standardize/model.safetensors" "$scratch/areas.csv"
done

binary="--loss binary-cross-entropy --epochs 9 --quiet"
awk -F , 'NR == 1 { print "a,b,low,high,label"; next }
    { print $1 "," $2 "," ($1 < 3) "," ($2 > -6.5) "," int($1 / 3) }' "$scratch/table" >"$scratch/answers"
cut -d , -f 1-4 "$scratch/answers" >"$scratch/labels.csv"
cut -d , -f 1,2,5 "$scratch/answers" >"$scratch/thirds.csv"
# shellcheck disable=SC2086
{
    "$DESCENT" train "$scratch/classes.csv" $binary --out "$scratch/one-output" >"$scratch/log"
    "$DESCENT" train "$scratch/thirds.csv" $binary --out "$scratch/one-hot" >"$scratch/log"
    "$DESCENT" train "$scratch/labels.csv" $binary --label-column low,high --out "$scratch/labels" \
        >"$scratch/log"
}
scripts/check-pytorch.py "$scratch/one-output/model.safetensors" "$scratch/classes.csv"
scripts/check-pytorch.py "$scratch/one-hot/model.safetensors" "$scratch/thirds.csv"
scripts/check-pytorch.py "$scratch/labels/model.safetensors" "$scratch/labels.csv"
