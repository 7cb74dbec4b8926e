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

"$DESCENT" train data/digits --hidden 32,16 --activation tanh --epochs 3 --seed 1 --quiet \
    --out "$scratch/run" >"$scratch/log"
scripts/check-pytorch.py "$scratch/run/model.safetensors" data/digits
