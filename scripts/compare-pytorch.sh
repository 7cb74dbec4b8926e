#!/usr/bin/env bash
# Times descent against PyTorch and scikit-learn on MNIST, in turn within one run.
#
#   scripts/compare-pytorch.sh MNIST-FOLDER [OPTIONS of compare-pytorch.py]
#   scripts/compare-pytorch.sh --install     only installs the peers (Debian's packages)
set -euo pipefail

cd "$(dirname "$0")/.."
peers=(python3-torch python3-sklearn libopenblas0-openmp)

if [ "${1-}" = --install ]; then
    as_root=()
    [ "$(id -u)" -eq 0 ] || as_root=(sudo)
    "${as_root[@]}" apt-get install --yes --no-install-recommends "${peers[@]}"
    exit
fi
if [ $# -eq 0 ]; then
    echo "usage: scripts/compare-pytorch.sh MNIST-FOLDER [--seconds S] [--repeats R]" >&2
    exit 2
fi
/usr/bin/python3 -c 'import sklearn, torch' 2>/dev/null || {
    echo "compare: PyTorch or scikit-learn is missing: run scripts/compare-pytorch.sh --install" >&2
    exit 1
}
scripts/setup.sh
scripts/build.sh build -Dtests=disabled
exec scripts/compare-pytorch.py "$@"
