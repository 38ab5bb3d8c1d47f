#!/usr/bin/env bash
# Shows kctl from nothing to output: a real registry on loopback, a real image in it, pulled and run in a microVM.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
. "$(dirname "${BASH_SOURCE[0]}")/registry.sh"
cd "$TOP"
use_jdk

work=$(mktemp -d /tmp/kctl-demo-XXXXXX)
chmod 711 "$work" # the import worker and each VM have users of their own
export KCTL_ROOT=$work/root KCTL_RUNTIME_DIR=$work/run
unset DOCKER_HOST

clean_up() {
  stop_engine "$KCTL_RUNTIME_DIR"
  stop_registry
  rm -rf -- "$work"
}
trap clean_up EXIT

# step TEXT COMMAND...: shows what is done and how long it took.
step() {
  local text=$1 start=$EPOCHREALTIME
  shift
  say "$text"
  "$@"
  awk -v from="$start" -v to="$EPOCHREALTIME" 'BEGIN { printf "    took %.2f s\n\n", to - from }' >&2
}

# kctl WANTED_CODE ARGUMENT...: shows the command, its output and its exit code.
kctl() {
  local wanted=$1 code=0
  shift
  printf '$ kctl %s\n' "$*"
  "$TOP/out/kctl/bin/kctl" "$@" || code=$?
  printf '    exit code %s\n' "$code"
  [ "$code" -eq "$wanted" ] || fail "kctl $1 ended with $code instead of $wanted"
}

base=$(cached "demo-base-$(os_field VERSION_CODENAME).tar" packaging/demo/base.sh)
port=$(free_port 5000)
image=localhost:$port/demo:latest

step "a registry on localhost:$port" start_registry "$work/registry" "$port"
step "an image of three layers for it, pushed by Jib" push_image "$base" "$image" out/kctl/lib/jars
step "the first run: the engine starts, the image is pulled, a microVM boots" kctl 0 run --rm --trace-start "$image"
step "the next run: everything is there" kctl 0 run --rm --trace-start "$image" greet
step "a command that fails" kctl 42 run --rm "$image" sh -c 'echo "this went to stderr" >&2; exit 42'
step "the images here" kctl 0 images
say "that was kctl; it stays in out/kctl/bin/kctl, and all the demo made is removed"
