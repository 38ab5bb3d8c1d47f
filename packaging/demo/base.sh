#!/usr/bin/env bash
# base.sh TARGET: a small Debian of this machine's own suite as a one-layer image archive (as `docker save` writes it), which
# Jib takes as a base image. Needs root, as debootstrap does.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

target=$1
suite=$(os_field VERSION_CODENAME)
[ "$(id -u)" -eq 0 ] || fail "debootstrap makes the demo's base image, and only as root: run make demo once as root"

work=$(mktemp -d "$CACHE/.demo-base-XXXXXX")
trap 'rm -rf --one-file-system -- "$work"' EXIT
mkdir "$work/image"

say "debootstrap: a Debian $suite"
debootstrap --variant=minbase "$suite" "$work/root" "$(debian_mirror)" >"$work/log" 2>&1 || {
  tail -n 20 "$work/log" >&2
  fail "debootstrap failed; its last lines are above"
}
rm -rf -- "$work"/root/var/cache/apt/* "$work"/root/var/lib/apt/lists/*
tar --create --file "$work/image/layer.tar" --directory "$work/root" --numeric-owner --sort=name --xattrs \
  --exclude='./proc/*' --exclude='./sys/*' --exclude='./dev/*' .

diff_id=$(sha256sum "$work/image/layer.tar" | cut -d' ' -f1)
cat >"$work/image/config.json" <<JSON
{"architecture":"$(dpkg --print-architecture)","os":"linux","created":"2026-01-01T00:00:00Z",
 "config":{"Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],"Cmd":["bash"]},
 "rootfs":{"type":"layers","diff_ids":["sha256:$diff_id"]},
 "history":[{"created":"2026-01-01T00:00:00Z","created_by":"debootstrap --variant=minbase $suite"}]}
JSON
printf '[{"Config":"config.json","RepoTags":["demo-base:latest"],"Layers":["layer.tar"]}]\n' >"$work/image/manifest.json"
tar --create --file "$target" --directory "$work/image" manifest.json config.json layer.tar
