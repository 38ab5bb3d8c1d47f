#!/usr/bin/env bash
# base.sh TARGET: a small Debian of this machine's own suite as an image archive of one layer. Needs root, as debootstrap does.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
. "$(dirname "${BASH_SOURCE[0]}")/../registry.sh"

target=$1
suite=$(os_field VERSION_CODENAME)
[ "$(id -u)" -eq 0 ] || fail "debootstrap makes the demo's base image, and only as root: run make demo once as root"

work=$(mktemp -d "$CACHE/.demo-base-XXXXXX")
trap 'rm -rf --one-file-system -- "$work"' EXIT

say "debootstrap: a Debian $suite"
debootstrap --variant=minbase "$suite" "$work/root" "$(debian_mirror)" >"$work/log" 2>&1 || {
  tail -n 20 "$work/log" >&2
  fail "debootstrap failed; its last lines are above"
}
rm -rf -- "$work"/root/var/cache/apt/* "$work"/root/var/lib/apt/lists/*
tar --create --file "$work/layer.tar" --directory "$work/root" --numeric-owner --sort=name --xattrs \
  --exclude='./proc/*' --exclude='./sys/*' --exclude='./dev/*' .
image_archive "$work/layer.tar" '["bash"]' "debootstrap --variant=minbase $suite" "$target"
