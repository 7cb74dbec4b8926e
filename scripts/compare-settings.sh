#!/usr/bin/env bash
# Compares settings over seeds: trains each of them with seeds 1 to N, the test samples left unseen, and
# ends with the table of means and standard deviations and a picture of the curves with their bands.
#
#   scripts/compare-settings.sh FOLDER N DATA [OPTION...] -- SETTING -- SETTING...
#
# such as, with options of train:
#
#   scripts/compare-settings.sh models/optimizers 5 digits --epochs 20 -- --optimizer sgd -- --optimizer adamw
#
# Can be stopped and run again: what is done stays, what was interrupted goes on. Needs build/descent, or
# DESCENT_BUILD, another build folder.
set -euo pipefail

descent=${DESCENT_BUILD:-"$(dirname "$0")/../build"}/descent

usage() {
    sed -n 's/^#   scripts/usage: scripts/p' "$0" | head -n 1 >&2
    exit 2
}

[ $# -ge 5 ] || usage
folder=$1 seeds=$2 data=$3
shift 3
[[ $seeds =~ ^[1-9][0-9]{0,2}$ ]] || usage
if [ ! -x "$descent" ]; then
    echo "compare-settings: $descent is missing: run scripts/build.sh build" >&2
    exit 1
fi

common=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do
    common+=("$1")
    shift
done
[ $# -gt 0 ] || usage

# train NUMBER OPTION...: the setting of that number, with each seed.
train() {
    local number=$1 seed run
    shift
    for ((seed = 1; seed <= seeds; seed++)); do
        run=$folder/$number-seed-$seed
        if [ -e "$run/result.json" ]; then
            continue
        elif [ -e "$run/model.safetensors" ]; then
            "$descent" train --resume "$run" --quiet >/dev/null
        else
            "$descent" train "$data" "${common[@]}" "$@" --no-test --seed "$seed" --out "$run" \
                --force --quiet >/dev/null
        fi
    done
}

number=0
while [ $# -gt 0 ]; do
    shift # the --
    setting=()
    while [ $# -gt 0 ] && [ "$1" != -- ]; do
        setting+=("$1")
        shift
    done
    number=$((number + 1))
    echo "setting $number, $seeds seeds: ${setting[*]:-(the defaults)}" >&2
    train "$number" "${setting[@]}"
done
[ "$number" -ge 2 ] || usage

"$descent" runs "$folder" --by-setting
"$descent" plot "$folder" --out "$folder/curves.svg"
