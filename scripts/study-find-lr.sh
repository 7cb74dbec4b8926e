#!/usr/bin/env bash
# How good is the learning rate that find-lr suggests? For three networks, trains one epoch with each
# of ten learning rates and with the suggestion, and prints the loss of the validation set.
#
#   scripts/study-find-lr.sh [DATA [OPTIONS OF TRAIN]]      such as mnist --schedule constant
#
# Needs build/descent, or DESCENT_BUILD, another build folder. With MNIST it takes two minutes or so.
set -euo pipefail

cd "$(dirname "$0")/.."
descent=${DESCENT_BUILD:-build}/descent
data=${1:-mnist}
shift || true

if [ ! -x "$descent" ]; then
    echo "study: $descent is missing: run scripts/build.sh build" >&2
    exit 1
fi
"$descent" inspect "$data" >/dev/null # says so where there is none

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# The loss of a run on the validation set; "failed" where the run fails, as at rates far too high.
validation_loss() {
    if "$descent" train "$data" --epochs 1 --quiet --json --out "$scratch/run" --force "$@" \
        >"$scratch/result" 2>"$scratch/failure"; then
        sed 's/.*"validation": {"loss": \([^,]*\).*/\1/' "$scratch/result"
    else
        echo failed
    fi
}

# One network: its name, its ten learning rates, its options.
study() {
    local name=$1 rates=$2 suggestion
    shift 2
    suggestion=$("$descent" find-lr "$data" --quiet --threads 1 --json "${network[@]}" |
        sed 's/.*"suggestion": \([^,]*\).*/\1/')
    for rate in $rates "$suggestion"; do
        printf '%s %s\n' "$rate" "$(validation_loss --lr "$rate" "${network[@]}" "$@")"
    done | awk -v name="$name" '
        { rate[NR] = $1; loss[NR] = $2 }
        NR <= 10 && $2 != "failed" && (!best || $2 + 0 < loss[best] + 0) { best = NR }
        END {
            print name
            for (i = 1; i <= 10; i++)
                printf "  %8g  %.6s%s\n", rate[i], loss[i], i == best ? "  best of the grid" : ""
            printf "  %8g  %.6s  suggested: %.2f times the best of the grid\n\n", rate[11],
                loss[11], rate[11] / rate[best]
        }'
}

printf 'learning rate and validation loss after one epoch of %s %s\n\n' "$data" "$*"
sgd="0.01 0.02 0.05 0.1 0.2 0.5 1 2 5 10"
adamw="0.0001 0.0002 0.0005 0.001 0.002 0.005 0.01 0.02 0.05 0.1"
network=(--hidden none --optimizer sgd)
study "linear, sgd" "$sgd" "$@"
network=(--hidden 128 --optimizer sgd)
study "128, sgd" "$sgd" "$@"
network=(--hidden "256,128" --optimizer adamw)
study "256,128, adamw" "$adamw" "$@"
