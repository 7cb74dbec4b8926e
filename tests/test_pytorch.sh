#!/usr/bin/env bash
# PyTorch reads a model and computes the logits that the command named by DESCENT computes. Skipped
# where there is no PyTorch.
#
#   DESCENT=build/descent tests/test_pytorch.sh
set -euo pipefail

cd "$(dirname "$0")/.."
/usr/bin/python3 -c 'import torch' 2>/dev/null || exit 77

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

for standardize in none feature set; do
    "$DESCENT" train data/digits --hidden 32,16 --activation tanh --epochs 3 --seed 1 --quiet \
        --standardize $standardize --out "$scratch/$standardize" >"$scratch/log"
    scripts/check-pytorch.py "$scratch/$standardize/model.safetensors" data/digits
done
