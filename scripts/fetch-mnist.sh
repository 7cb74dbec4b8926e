#!/usr/bin/env bash
# Downloads MNIST (Y. LeCun, C. Cortes, C. Burges) to where descent looks for it. Can be stopped and
# run again: what is there and whole is kept, and what was half there is continued.
#
#   scripts/fetch-mnist.sh [FOLDER]   default: descent/mnist in $XDG_DATA_HOME or ~/.local/share
#
# Mirrors pack the files differently, so that the checksums are those of the unpacked files. Other
# mirrors, addresses of folders with blanks between, can be named in DESCENT_MNIST_MIRRORS.
set -euo pipefail

mirrors=${DESCENT_MNIST_MIRRORS:-"https://ossci-datasets.s3.amazonaws.com/mnist
    https://storage.googleapis.com/cvdf-datasets/mnist
    https://raw.githubusercontent.com/fgnt/mnist/master"}

# SHA-256 of the unpacked file, and its name.
files="
ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db train-images-idx3-ubyte
65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5 train-labels-idx1-ubyte
0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7 t10k-images-idx3-ubyte
ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2 t10k-labels-idx1-ubyte
"

# No file is larger, packed or unpacked.
packed_max=20000000
unpacked_max=50000000

fail() {
    echo "fetch-mnist: $*" >&2
    exit 1
}

case "${1-}" in
-h | --help)
    sed -n '2,/^set /{/^#/s/^# \{0,1\}//p;}' "$0"
    exit 0
    ;;
-*) fail "unknown option '$1'; expected a folder or nothing" ;;
esac
[ $# -le 1 ] || fail "expected one folder, found $#"
folder=${1:-${XDG_DATA_HOME:-$HOME/.local/share}/descent/mnist}

if command -v sha256sum >/dev/null; then
    checksum() { sha256sum; }
else
    checksum() { shasum -a 256; }
fi

if command -v curl >/dev/null; then
    # continue_download ADDRESS FILE: fetches what of the file is not there yet.
    continue_download() {
        curl --fail --location --silent --show-error --connect-timeout 20 --speed-time 30 \
            --speed-limit 1000 --max-filesize "$packed_max" --continue-at - --output "$2" "$1"
    }
elif command -v wget >/dev/null; then
    continue_download() {
        wget --quiet --timeout=30 --tries=2 --continue --output-document="$2" "$1"
    }
else
    fail "neither curl nor wget is at hand: install one of them"
fi

# is_whole FILE SHA256: whether the packed file unpacks to what has the checksum.
is_whole() {
    local found
    [ -s "$1" ] || return 1
    found=$({ gzip -dc "$1" 2>/dev/null || true; } | head -c "$unpacked_max" | checksum) || return 1
    [ "${found%% *}" = "$2" ]
}

# fetch NAME SHA256: tries one mirror after another.
fetch() {
    local file=$folder/$1.gz part=$folder/.$1.gz.part mirror resumed
    for mirror in $mirrors; do
        # What is half there may be another mirror's: then it is fetched once more, from its start.
        for resumed in yes no; do
            [ "$resumed" = yes ] || rm -f "$part"
            [ "$resumed" = no ] || [ -e "$part" ] || continue
            if ! is_whole "$part" "$2"; then
                continue_download "$mirror/$1.gz" "$part" || continue
            fi
            if is_whole "$part" "$2"; then
                mv -f "$part" "$file"
                return
            fi
            echo "fetch-mnist: $mirror/$1.gz: not the file: its SHA-256 differs" >&2
            rm -f "$part"
        done
    done
    fail "$1.gz: no mirror gave it; run again, or name others in DESCENT_MNIST_MIRRORS"
}

mkdir -p "$folder" || fail "$folder: cannot be made"
while read -r sum name; do
    [ -n "$sum" ] || continue
    if is_whole "$folder/$name.gz" "$sum"; then
        echo "$name.gz  is there"
    else
        fetch "$name" "$sum"
        echo "$name.gz  fetched, SHA-256 verified"
    fi
done <<END
$files
END
echo "MNIST is in $folder; now: descent train mnist"
