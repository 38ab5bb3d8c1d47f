# A registry of Debian's on loopback and images for it: source it after lib.sh, do not run it.
# shellcheck shell=bash

registry_pid=

is_free() {
  ! (: <>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# free_port [WISH]: WISH where nothing listens there, else another port that is free.
free_port() {
  local port
  for port in ${1-} $((RANDOM % 10000 + 20000)) $((RANDOM % 10000 + 20000)) $((RANDOM % 10000 + 20000)); do
    is_free "$port" && printf '%s\n' "$port" && return
  done
  fail "no free port on loopback among those tried; try again"
}

# start_registry DIRECTORY PORT: returns when it answers. stop_registry ends it.
start_registry() {
  local directory=$1 port=$2 tries=0
  mkdir -p "$directory"
  cat >"$directory/config.yml" <<YAML
version: 0.1
log: {level: error, accesslog: {disabled: true}}
storage: {filesystem: {rootdirectory: $directory/data}}
http: {addr: "127.0.0.1:$port"}
YAML
  docker-registry serve "$directory/config.yml" >"$directory/log" 2>&1 &
  registry_pid=$!
  while is_free "$port"; do
    kill -0 "$registry_pid" 2>/dev/null || fail "docker-registry ended: $(tail -n 1 "$directory/log")"
    [ $((tries += 1)) -le 1200 ] || fail "docker-registry does not answer on port $port"
    sleep 0.05
  done
}

stop_registry() {
  [ -n "$registry_pid" ] || return 0
  kill "$registry_pid" 2>/dev/null || true
  wait "$registry_pid" 2>/dev/null || true
  registry_pid=
}

# image_archive LAYER_TAR COMMAND_JSON HISTORY TARGET: the layer as an image, as `docker save` writes one and Jib takes one.
image_archive() {
  local layer=$1 command=$2 history=$3 target=$4 work diff_id
  work=$(mktemp -d "$target.image-XXXXXX")
  mv -- "$layer" "$work/layer.tar"
  diff_id=$(sha256sum "$work/layer.tar" | cut -d' ' -f1)
  cat >"$work/config.json" <<JSON
{"architecture":"$(dpkg --print-architecture)","os":"linux","created":"2026-01-01T00:00:00Z",
 "config":{"Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],"Cmd":$command},
 "rootfs":{"type":"layers","diff_ids":["sha256:$diff_id"]},
 "history":[{"created":"2026-01-01T00:00:00Z","created_by":"$history"}]}
JSON
  printf '[{"Config":"config.json","RepoTags":["base:latest"],"Layers":["layer.tar"]}]\n' >"$work/manifest.json"
  tar --create --file "$target" --directory "$work" manifest.json config.json layer.tar
  rm -rf -- "$work"
}

# busybox_archive TARGET: an image archive with the static busybox of this machine in it, and nothing else.
busybox_archive() {
  local target=$1 work
  work=$(mktemp -d "$target.busybox-XXXXXX")
  mkdir -p "$work/image/bin"
  cp /bin/busybox "$work/image/bin/"
  ln -s busybox "$work/image/bin/sh"
  tar --create --file "$work/layer.tar" --directory "$work/image" --owner=0 --group=0 .
  image_archive "$work/layer.tar" '["sh"]' "busybox" "$target"
  rm -rf -- "$work"
}

# push_image ARCHIVE REFERENCE JARS: the archive with two small layers more, by Jib.
push_image() {
  local scratch
  scratch=$(mktemp -d)
  java --sun-misc-unsafe-memory-access=allow -cp "$3/*" "$TOP/packaging/demo/Push.java" "$1" "$2" "$scratch"
  rm -rf -- "$scratch"
}
