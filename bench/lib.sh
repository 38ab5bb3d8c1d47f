# What the benchmarks share: source it, do not run it. Gives a root, a registry and an image of their own, gone at the end.
# shellcheck shell=bash
. "$(dirname "${BASH_SOURCE[0]}")/../packaging/lib.sh"
. "$(dirname "${BASH_SOURCE[0]}")/../packaging/registry.sh"
use_jdk

kctl=$TOP/out/kctl/bin/kctl
[ -x "$kctl" ] || fail "$kctl is missing: make build"
work=$(mktemp -d /tmp/kctl-bench-XXXXXX)
chmod 711 "$work" # the import worker and each VM have users of their own
export KCTL_ROOT=$work/root KCTL_RUNTIME_DIR=$work/run
export BENCH_NAME=${BENCH_NAME:-$(basename "$0")}
unset DOCKER_HOST

clean_up() {
  stop_engine "$KCTL_RUNTIME_DIR"
  stop_registry
  rm -rf -- "$work"
}
trap clean_up EXIT

# need_peers PROGRAM...: others to be measured against, of Debian's packages of the same names.
need_peers() {
  local peer missing=()
  for peer; do
    command -v "$peer" >/dev/null || missing+=("$peer")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  [ "$(id -u)" -eq 0 ] || fail "missing: ${missing[*]}; install them"
  say "installing ${missing[*]}"
  apt-get -qq update
  DEBIAN_FRONTEND=noninteractive apt-get -qq --yes --no-install-recommends install "${missing[@]}" </dev/null >/dev/null
}

# busybox_image: starts a registry with an image of one layer in it, and prints nothing; its name is in $image.
busybox_image() {
  local port
  port=$(free_port '')
  image=localhost:$port/bench:latest
  mkdir -p "$work/image/bin"
  cp /bin/busybox "$work/image/bin/"
  ln -s busybox "$work/image/bin/sh"
  ln -s busybox "$work/image/bin/true"
  tar --create --file "$work/layer.tar" --directory "$work/image" --owner=0 --group=0 .
  image_archive "$work/layer.tar" '["true"]' "busybox" "$work/base.tar"
  start_registry "$work/registry" "$port"
  push_image "$work/base.tar" "$image" "$TOP/out/kctl/lib/jars"
  "$kctl" pull --quiet "$image" >/dev/null
}

# layer NAME MEGABYTES FOLDER...: files of this machine, in order, up to the size.
layer() {
  local name=$1 limit=$(($2 << 20))
  shift 2
  find "$@" -xdev -type f -size -40M -printf '%s\t%P\t%H\n' | LC_ALL=C sort -t "$(printf '\t')" -k3,3 -k2,2 |
    awk -F '\t' -v limit="$limit" '(sum += $1) <= limit { print substr($3 "/" $2, 2) }' >"$work/$name.list"
  tar --create --file "$work/$name.tar" --directory / --owner=0 --group=0 --mtime=@0 --files-from "$work/$name.list"
}

# large_image: three layers of 330 MB together, put into the registry that runs; its name is in $large. As `docker save` has
# them: skopeo packs them with gzip on the way to the registry.
large_image() {
  local name ids=()
  need_peers skopeo
  large=${image%/*}/large:latest
  layer a 180 /usr/lib
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
  skopeo copy --quiet --dest-tls-verify=false "docker-archive:$work/image.tar" "docker://$large"
  rm -- "$work"/[abc].tar "$work/image.tar"
}

# row PROMISE MEASURED STATE: a row of docs/specification.md.
row() {
  local line="| $1 | $2 | \`bench/$BENCH_NAME\` | $3 |"
  printf '%s\n' "$line"
  [ -z "${BENCH_TABLE-}" ] || printf '%s\n' "$line" >>"$BENCH_TABLE"
}
