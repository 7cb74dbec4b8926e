#!/usr/bin/env bash
# Builds descent for 64-bit ARM on another machine, where qemu-aarch64 then runs it:
#
#   scripts/build-arm64.sh                        into build-arm64
#   scripts/build-arm64.sh FOLDER [OPTIONS OF MESON SETUP]
#   qemu-aarch64 -L build-arm64-root build-arm64/descent train digits
#
# Debian's cross compiler and Debian's libraries for arm64, which are unpacked into build-arm64-root
# at first, 110 MB: installed beside the machine's own they would have to be of the same versions.
# It needs the network for that, and no rights; scripts/setup.sh --ci installs compiler and qemu.
set -euo pipefail

cd "$(dirname "$0")/.."
root=$PWD/build-arm64-root
library=$root/usr/lib/aarch64-linux-gnu
packages=(libc6-dev libopenblas-pthread-dev zlib1g-dev libjansson-dev libpopt-dev libstb-dev)

# The apt of a machine that has nothing installed, below the given folder.
write_apt_configuration() {
    mkdir -p "$1/state/lists/partial" "$1/cache/archives/partial"
    touch "$1/status"
    cat >"$1/apt.conf" <<END
APT::Architecture "arm64";
APT::Architectures "arm64";
APT::Install-Recommends "false";
APT::Sandbox::User "";
Debug::NoLocking "true";
Dir::State "$1/state";
Dir::State::status "$1/status";
Dir::Cache "$1/cache";
END
}

# Links of packages name files from the root on, which are the machine's own files to a linker.
make_links_relative() {
    local link
    find "$1" -type l -lname '/*' -print0 | while IFS= read -r -d '' link; do
        ln -srf "$1$(readlink "$link")" "$link"
    done
}

make_root() {
    local work archive
    work=$(mktemp -d "$root.XXXXXX")
    # shellcheck disable=SC2064 # of this function alone
    trap "rm -rf '$work'" EXIT
    write_apt_configuration "$work/apt"
    {
        APT_CONFIG=$work/apt/apt.conf apt-get update
        APT_CONFIG=$work/apt/apt.conf apt-get install --yes --download-only "${packages[@]}"
    } >"$work/log" 2>&1 </dev/null || {
        tail -n 30 "$work/log" >&2
        echo "build-arm64: cannot get Debian's packages for arm64: ${packages[*]}" >&2
        return 1
    }
    for archive in "$work"/apt/cache/archives/*.deb; do
        dpkg-deb --extract "$archive" "$work/root"
    done
    make_links_relative "$work/root"
    # What update-alternatives would do.
    ln -s openblas-pthread/libopenblas.so.0 "$work/root${library#"$root"}/"
    mv "$work/root" "$root"
}

write_cross_file() {
    cat >"$1" <<END
[binaries]
c = ['aarch64-linux-gnu-gcc', '--sysroot=$root', '-B$library']
ar = 'aarch64-linux-gnu-ar'
strip = 'aarch64-linux-gnu-strip'
pkgconfig = 'pkg-config'
exe_wrapper = ['qemu-aarch64', '-L', '$root']

[properties]
sys_root = '$root'
pkg_config_libdir = ['$library/pkgconfig', '$library/openblas-pthread/pkgconfig']

[host_machine]
system = 'linux'
cpu_family = 'aarch64'
cpu = 'aarch64'
endian = 'little'
END
}

for program in aarch64-linux-gnu-gcc qemu-aarch64; do
    command -v "$program" >/dev/null || {
        echo "build-arm64: $program is missing: run scripts/setup.sh --ci" >&2
        exit 1
    }
done
[ -e "$root" ] || make_root
write_cross_file "$root/cross.ini"
scripts/build.sh "${1:-build-arm64}" --cross-file "$root/cross.ini" -Dtests=disabled "${@:2}"
