#!/usr/bin/env bash
# Shows kctl from nothing to output: a real registry on loopback, a real image in it, pulled and run in a microVM.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$TOP"
use_jdk

kctl=$TOP/out/kctl/bin/kctl
work=$(mktemp -d /tmp/kctl-demo-XXXXXX)
registry=
export KCTL_ROOT=$work/root KCTL_RUNTIME_DIR=$work/run
unset DOCKER_HOST

clean_up() {
  stop_engine "$KCTL_RUNTIME_DIR"
  [ -z "$registry" ] || kill "$registry" 2>/dev/null || true
  [ -z "$registry" ] || wait "$registry" 2>/dev/null || true
  rm -rf -- "$work"
}
trap clean_up EXIT

# Seconds since the epoch given, with hundredths.
since() {
  awk -v from="$1" -v to="$EPOCHREALTIME" 'BEGIN { printf "%.2f", to - from }'
}

# step TEXT COMMAND...: shows what is done and how long it took.
step() {
  local text=$1 start=$EPOCHREALTIME
  shift
  say "$text"
  "$@"
  printf '    (%s s)\n' "$(since "$start")" >&2
}

is_free() {
  ! (: <>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

choose_port() {
  local port
  for port in 5000 $((RANDOM % 10000 + 20000)) $((RANDOM % 10000 + 20000)); do
    is_free "$port" && printf '%s\n' "$port" && return
  done
  fail "no free port on loopback among the three tried; run make demo again"
}

start_registry() {
  cat >"$work/registry.yml" <<YAML
version: 0.1
log: {level: error, accesslog: {disabled: true}}
storage: {filesystem: {rootdirectory: $work/registry}}
http: {addr: "127.0.0.1:$port"}
YAML
  docker-registry serve "$work/registry.yml" >"$work/registry.log" 2>&1 &
  registry=$!
  local tries=0
  while is_free "$port"; do
    kill -0 "$registry" 2>/dev/null || fail "docker-registry ended: $(tail -n 1 "$work/registry.log")"
    [ $((tries += 1)) -le 200 ] || fail "docker-registry does not answer on port $port"
    sleep 0.05
  done
}

push_image() {
  java --sun-misc-unsafe-memory-access=allow -cp "$TOP/out/kctl/lib/jars/*" packaging/demo/Push.java "$base" "$image" "$work"
}

run() {
  local code=0
  printf '$ kctl %s\n' "$*"
  "$kctl" "$@" || code=$?
  printf '    exit code %s\n' "$code"
  [ "$code" -eq "${expected:-0}" ] || fail "kctl $1 ended with $code instead of ${expected:-0}"
}

base=$(cached "demo-base-$(os_field VERSION_CODENAME).tar" packaging/demo/base.sh)
port=$(choose_port)
image=localhost:$port/demo:latest

step "a registry on $image" start_registry
step "pushing an image of three layers to it, by Jib" push_image
step "first run: the engine starts, the image is pulled, a microVM boots" run run --rm --trace-start "$image"
step "again, with everything there" run run --rm --trace-start "$image" greet
expected=42 step "a command that fails" run run --rm "$image" sh -c 'echo "to stderr" >&2; exit 42'
step "what is here now" run images
say "the demo is over; all it made is removed. kctl itself stays in out/kctl/bin/kctl"
