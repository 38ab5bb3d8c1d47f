#!/usr/bin/env bash
# A pull of 330 MB in three layers from a registry on loopback until it can be booted, against `podman pull`.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../packaging/lib.sh"
. "$(dirname "${BASH_SOURCE[0]}")/../packaging/registry.sh"
for peer in podman skopeo; do
  command -v "$peer" >/dev/null || fail "$peer is needed here: install it"
done

work=$(mktemp -d /tmp/kctl-bench-XXXXXX)
export KCTL_ROOT=$work/root KCTL_RUNTIME_DIR=$work/run
unset DOCKER_HOST
podman=(podman --root "$work/podman" --runroot "$work/podman-run" --storage-driver "${PODMAN_STORAGE:-overlay}")

clean_up() {
  stop_engine "$KCTL_RUNTIME_DIR"
  stop_registry
  "${podman[@]}" rmi --all --force >/dev/null 2>&1 || true
  umount "$work/podman/overlay" 2>/dev/null || true
  rm -rf -- "$work"
}
trap clean_up EXIT

# layer NAME MEGABYTES FOLDER...: files of this machine, in order, up to the size.
layer() {
  local name=$1 limit=$(($2 << 20))
  shift 2
  find "$@" -xdev -type f -size -40M -printf '%s\t%P\t%H\n' | LC_ALL=C sort -t "$(printf '\t')" -k3,3 -k2,2 |
    awk -F '\t' -v limit="$limit" '(sum += $1) <= limit { print substr($3 "/" $2, 2) }' >"$work/$name.list"
  tar --create --file "$work/$name.tar" --directory / --owner=0 --group=0 --mtime=@0 --files-from "$work/$name.list"
}

# The three as `docker save` has them; skopeo packs them with gzip on the way to the registry.
make_image() {
  local name ids=()
  layer a 180 /usr/lib/x86_64-linux-gnu
  layer b 90 /usr/share
  layer c 60 /usr/bin
  for name in a b c; do
    ids+=("\"sha256:$(sha256sum "$work/$name.tar" | cut -d' ' -f1)\"")
  done
  cat >"$work/config.json" <<JSON
{"architecture":"$(dpkg --print-architecture)","os":"linux","created":"2026-01-01T00:00:00Z","config":{"Cmd":["sh"]},
 "rootfs":{"type":"layers","diff_ids":[$(IFS=, && printf '%s' "${ids[*]}")]}}
JSON
  printf '[{"Config":"config.json","RepoTags":["bench:latest"],"Layers":["a.tar","b.tar","c.tar"]}]\n' >"$work/manifest.json"
  tar --create --file "$work/image.tar" --directory "$work" manifest.json config.json a.tar b.tar c.tar
  skopeo copy --quiet --dest-tls-verify=false "docker-archive:$work/image.tar" "docker://$image"
  rm -- "$work"/*.tar
}

port=$(free_port '')
image=127.0.0.1:$port/bench:latest
start_registry "$work/registry" "$port"
make_image

# Untimed before every command: neither has the image, and what the last one wrote is on the disk.
cat >"$work/forget" <<SH
#!/bin/sh
"$TOP/out/kctl/bin/kctl" rmi --force "$image" >/dev/null 2>&1
${podman[*]} rmi --all --force >/dev/null 2>&1
sync
SH
chmod +x "$work/forget"
"$TOP/out/kctl/bin/kctl" images >/dev/null

"$TOP/bench/pairs.py" --rounds "${ROUNDS:-15}" --warmup 1 --prepare "$work/forget" \
  "podman pull=${podman[*]} pull --quiet --tls-verify=false $image" \
  "kctl pull=$TOP/out/kctl/bin/kctl pull --quiet $image"
