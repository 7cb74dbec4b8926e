#!/usr/bin/env bash
# Which batch size? On MNIST, for a small and a larger network and two targets each: steps, samples and
# seconds to the target by batch size, the law that they follow, and learning rates tuned for each.
# Ends with a picture of each study, and the table of README.md.
#
#   scripts/study-batch-size.sh [--quick] [FOLDER]      the folder is studies/batch-size otherwise
#
# Batch sizes from 1 to 16,384 of gradient descent with momentum 0.9: eight with five seeds for the small
# network and, for the time that it takes, six with three for the larger one. A training that has not
# improved for six epochs is over, and none takes more than 150. Takes half an hour to three quarters on
# two cores; with --quick, of fewer batch sizes, seeds and samples, and to one low target, a few minutes.
#
# Can be stopped and run again: what is done stays, what was interrupted goes on. Needs MNIST
# (scripts/fetch-mnist.sh) and build/descent, or DESCENT_BUILD, another build folder.
set -euo pipefail

cd "$(dirname "$0")/.."
descent=${DESCENT_BUILD:-build}/descent

usage() {
    sed -n 's/^#   scripts/usage: scripts/p' "$0" >&2
    exit 2
}

targets=(0.95 0.97) networks=(128 512-512)
declare -A batches=([128]="1,4,16,64,256,1024,4096,16384" [512-512]="1,8,64,512,4096,16384")
declare -A seeds=([128]=5 [512-512]=3)
folder=studies/batch-size
options=(--optimizer sgd --momentum 0.9 --lr-rule tune --lr 0.02 --patience 6 --log-noise-scale)
epochs=150
if [ "${1-}" = --quick ]; then
    shift
    batches=([128]="4,32,256,2048" [512-512]="4,32,256,2048") seeds=([128]=2 [512-512]=2)
    targets=(0.9) folder=studies/batch-size-quick epochs=60
    options+=(--limit 20000)
fi
if [ $# -gt 1 ] || [[ ${1-} == -* ]]; then
    usage
fi
folder=${1:-$folder}

if [ ! -x "$descent" ]; then
    echo "study-batch-size: $descent is missing: run scripts/build.sh build" >&2
    exit 1
fi
if ! "$descent" inspect mnist >/dev/null 2>&1; then
    echo "study-batch-size: MNIST was not found: run scripts/fetch-mnist.sh" >&2
    exit 1
fi

# The time of all calls together, however they end.
mkdir -p "$folder"
touch "$folder/seconds"
studies=()
trap 'echo "$SECONDS" >>"$folder/seconds"' EXIT

for network in "${networks[@]}"; do
    for target in "${targets[@]}"; do
        study=$folder/784-$network-10-$target
        studies+=("$study")
        echo
        echo "== 784-$network-10 to a validation accuracy of $target"
        "$descent" sweep mnist --hidden "$network" --batch "${batches[$network]}" \
            --seeds "${seeds[$network]}" "${options[@]}" --epochs "$epochs" \
            --target-accuracy "$target" --out "$study"
        "$descent" plot "$study" --out "$study.png" --title "MNIST, 784-$network-10, to $target"
    done
done

# A row for README.md of each study: the law's numbers with their intervals, and what is fastest.
python3 - "${studies[@]}" <<'END'
import json, sys

def short(number):
    return "?" if number is None else f"{float(f'{number:.3g}'):,.6g}"

def estimate(number):
    value, low, high = (short(number[name]) for name in ("value", "low", "high"))
    return "-" if number["value"] is None else f"{value} ({low} to {high})"

print("\n| study | critical batch | least steps | least samples | R² | fastest |\n|---|---|---|---|---|---|")
for folder in sys.argv[1:]:
    with open(folder + "/report.json") as file:
        report = json.load(file)
    law = report["laws"][0]
    timed = [s for s in report["settings"] if s.get("target_seconds") is not None]
    fastest = min(timed, key=lambda s: s["target_seconds"], default=None)
    best = f"batch {fastest['batch']}, {fastest['target_seconds']:.3g} s" if fastest else "-"
    fit = "-" if law["r2"] is None else f"{law['r2']:.3f}"
    print(f"| {folder.split('/')[-1]} | {estimate(law['critical_batch'])} | {estimate(law['least_steps'])} "
          f"| {estimate(law['least_samples'])} | {fit} | {best} |")
END

echo
printf 'machine  %s, %s processors\n' \
    "$(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo 2>/dev/null | head -n 1)" "$(getconf _NPROCESSORS_ONLN)"
awk -v now="$SECONDS" '{ sum += $1 } END { printf "time     %.0f minutes\n", (sum + now) / 60 }' "$folder/seconds"
