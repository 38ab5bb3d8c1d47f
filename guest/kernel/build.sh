#!/bin/sh
# Builds the guest kernel: guest/kernel/build.sh SOURCE.tar.xz OUT_VMLINUX [WORKDIR]
#
# The same source, guest.config and compiler give the same bytes, wherever and whenever.
# WORKDIR (default: a temporary directory) holds the unpacked tree and is removed afterwards.
set -eu

usage="usage: $0 SOURCE.tar.xz OUT_VMLINUX [WORKDIR]"
source=$(realpath "${1:?$usage}")
out=$(realpath -m "${2:?$usage}")
config=$(realpath "$(dirname "$0")/guest.config")
work=${3:-$(mktemp -d)}
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

export LC_ALL=C KBUILD_BUILD_TIMESTAMP='1970-01-01 00:00:00 UTC' KBUILD_BUILD_VERSION=1
export KBUILD_BUILD_USER=kctl KBUILD_BUILD_HOST=kctl

# Options that were asked for and not taken: unknown to this source, or missing a dependency.
not_taken() {
  while IFS= read -r line; do
    case $line in
      CONFIG_*=n) ! grep -q "^${line%=n}=" .config || echo "$line" ;;
      CONFIG_*) grep -qxF "$line" .config || echo "$line" ;;
    esac
  done <"$config"
}

mkdir -p "$work" "$(dirname "$out")"
tar -C "$work" --strip-components=1 -xf "$source"
cd "$work"
KCONFIG_ALLCONFIG=$config make -s allnoconfig >/dev/null
refused=$(not_taken)
if [ -n "$refused" ]; then
  echo "guest kernel: options not taken:" "$refused" >&2
  exit 1
fi
nice -n 10 make -s -j"$(nproc)" vmlinux
strip -o "$out.new" vmlinux
mv "$out.new" "$out"
