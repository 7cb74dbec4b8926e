#!/usr/bin/env bash
# From a fresh clone to a trained network: installs what is missing, builds a release, trains on the
# bundled handwritten digits, and shows how the loss went. Can be run again.
set -euo pipefail

cd "$(dirname "$0")/.."
run=models/quickstart

heading() {
    if [ -t 1 ]; then
        printf '\n\033[1m%s\033[0m\n' "$1"
    else
        printf '\n%s\n' "$1"
    fi
}

heading "1. Set up and build"
scripts/setup.sh
scripts/build.sh build -Dtests=disabled
echo "build/descent is ready."

heading "2. Train on 1,437 handwritten digits"
build/descent train digits --out "$run" --force

heading "3. How the loss went"
build/descent plot "$run" --text
build/descent plot "$run" --out "$run/curves.png"

heading "4. What to try next"
cat <<END
which digits it confuses            build/descent evaluate $run digits
what the weights file holds         build/descent inspect $run/model.safetensors
a deeper network, plain descent     build/descent train digits --hidden 128,64 --optimizer sgd --lr 0.1
everything that can be chosen       build/descent train --help
every test                          ./scripts/test.sh
END
