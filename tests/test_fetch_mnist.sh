#!/bin/sh
# scripts/fetch-mnist.sh against mirrors that are folders: a copy of the script that expects four
# small files. The real ones are tried where they are in $DESCENT_DATA.
#
#   test_fetch_mnist.sh SCRIPT
set -eu

command -v curl >/dev/null && command -v sha256sum >/dev/null || exit 77
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
names="train-images-idx3-ubyte train-labels-idx1-ubyte t10k-images-idx3-ubyte t10k-labels-idx1-ubyte"
real=$1
script=$scratch/fetch.sh

fail() {
    echo "fetch-mnist: $*" >&2
    exit 1
}

# A mirror, one that packs in another way, one with wrong files, and the script that expects them.
cp "$real" "$script"
mkdir "$scratch/good" "$scratch/other" "$scratch/wrong" "$scratch/empty"
for name in $names; do
    i=0
    while [ $i -lt 3000 ]; do
        echo "$name $i $((i * i % 1009))"
        i=$((i + 1))
    done >"$scratch/$name"
    gzip -9c "$scratch/$name" >"$scratch/good/$name.gz"
    gzip -1c "$scratch/$name" >"$scratch/other/$name.gz"
    echo "not $name" | gzip >"$scratch/wrong/$name.gz"
    sum=$(sha256sum <"$scratch/$name")
    sed -i.before "s/^[0-9a-f]* $name\$/${sum%% *} $name/" "$script"
done

# run STATUS MIRROR…: runs the script into $scratch/data.
run() {
    expected=$1
    shift
    list=
    for mirror in "$@"; do
        list="$list file://$scratch/$mirror"
    done
    status=0
    DESCENT_MNIST_MIRRORS=$list "$script" "$scratch/data" >"$scratch/said" 2>&1 || status=$?
    if [ "$status" -ne "$expected" ]; then
        cat "$scratch/said" >&2
        fail "mirrors $*: expected status $expected, found $status"
    fi
}

check_data() {
    for name in $names; do
        gzip -dc "$scratch/data/$name.gz" | cmp - "$scratch/$name" || fail "$name differs"
    done
    left=$(find "$scratch/data" -name '.*.part')
    [ -z "$left" ] || fail "left over: $left"
}

run 0 good
check_data
run 0 empty # all is there: no mirror is asked
grep -q 'is there' "$scratch/said" || fail "it does not say that all is there"

# The second mirror serves where the first does not, or has other files.
rm -rf "$scratch/data"
run 0 empty wrong good
check_data
grep -q 'SHA-256 differs' "$scratch/said" || fail "it does not tell wrong files"

# Wrong files alone: nothing stays.
rm -rf "$scratch/data"
run 1 wrong
[ -z "$(find "$scratch/data" -type f)" ] || fail "a wrong file stays"
grep -q 'no mirror gave it' "$scratch/said" || fail "it does not say that no mirror was right"

# Half a file is continued; half of one that was packed in another way is fetched anew.
for half in good other; do
    rm -rf "$scratch/data"
    mkdir "$scratch/data"
    name=train-images-idx3-ubyte
    head -c 1000 "$scratch/$half/$name.gz" >"$scratch/data/.$name.gz.part"
    run 0 good
    check_data
    cmp -s "$scratch/data/$name.gz" "$scratch/good/$name.gz" || fail "$name.gz is another mirror's"
done

# A damaged file is replaced.
head -c 1000 "$scratch/good/$name.gz" >"$scratch/data/$name.gz"
run 0 good
check_data

if [ -e "${DESCENT_DATA-}/mnist/t10k-labels-idx1-ubyte.gz" ]; then
    XDG_DATA_HOME=$scratch/xdg DESCENT_MNIST_MIRRORS=file://$DESCENT_DATA/mnist "$real" >"$scratch/said"
    grep -q 'descent train mnist' "$scratch/said" || fail "it does not say what to run"
    [ -e "$scratch/xdg/descent/mnist/train-images-idx3-ubyte.gz" ] || fail "no file in XDG_DATA_HOME"
fi
