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

heading "1. Install what is missing, and build"
scripts/setup.sh
scripts/build.sh build -Dtests=disabled
echo "build/descent is ready."

heading "2. Train on 1,437 handwritten digits"
build/descent train digits --out "$run" --force --quiet

heading "3. How the loss went"
build/descent plot "$run" --what loss --size 76x14
build/descent plot "$run" --out "$run/curves.png" --quiet

heading "4. What to try next"
cat <<END
every epoch   build/descent train digits
what it sees  build/descent predict $run data/examples/3.png --show
its mistakes  build/descent evaluate $run digits
step by step  build/descent walk parabola --from 6 --lr 0.3
draw on it    build/descent export $run --html models/digits.html
deeper        build/descent train digits --hidden 128,64
your table    build/descent train FILE.csv
all commands  build/descent --help
END
