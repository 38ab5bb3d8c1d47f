#!/usr/bin/env bash
# aot.sh TREE: makes the AOT caches of an installed tree, last of all, since the JVM checks neither jars nor class path
# against them. Each is trained by real work (a pull from a registry, a VM, the commands) through its own launcher, so with
# its very flags: options that differ would silently switch a cache off.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
. "$(dirname "${BASH_SOURCE[0]}")/registry.sh"

tree=$1
work=$(mktemp -d /tmp/kctl-train-XXXXXX)
launchers=(bin/kctl lib/kctl-engine lib/kctl-import)
export KCTL_ROOT=$work/root KCTL_RUNTIME_DIR=$work/run
unset DOCKER_HOST

clean_up() {
  stop_engine "$KCTL_RUNTIME_DIR"
  stop_registry
  rm -rf -- "$work"
}
trap clean_up EXIT

# The import worker records as an unprivileged user.
prepare() {
  chmod 755 "$work"
  mkdir -m 1777 "$work/recorded"
  mkdir "$work/launchers"
  cp --parents -t "$work/launchers" "${launchers[@]}"
  mkdir -p "$tree/lib/aot"
  use_jdk
}

# rewrite LAUNCHER SED_EXPRESSION: the launcher as it was, but for the expression.
rewrite() {
  sed "$2" "$work/launchers/$1" >"$tree/$1"
}

record() {
  rewrite "$1" "s|-XX:AOTCache=\"[^\"]*\"|-XX:AOTMode=record -XX:AOTConfiguration=\"$work/recorded/$2\"|;s|dev.kctl.cli.Main|dev.kctl.cli.Training|
    s|EngineMain|& --recordings \"$work/recorded\"|"
}

# Ends when the file has been there, unchanged, for half a second.
wait_for() {
  local size=-1 now tries
  for tries in {1..40}; do
    now=$(stat -c %s "$1" 2>/dev/null || echo 0)
    [ "$now" -eq 0 ] || [ "$now" -ne "$size" ] || return 0
    size=$now
    sleep 0.5
  done
  fail "nothing was recorded in $1"
}

# create LAUNCHER CACHE [ARGUMENT]: with room enough for the JVM that lays the cache out, and otherwise the same flags.
create() {
  rewrite "$1" "s|-XX:AOTCache=\"[^\"]*\"|-XX:AOTMode=create -XX:AOTConfiguration=\"$work/recorded/$2\" -XX:AOTCache=\"$tree/lib/aot/$2.aot\"|
    s|-Xmx[0-9]*m|-Xmx512m|;s|-XX:MaxMetaspaceSize=[0-9]*m||"
  "$tree/$1" "${@:3}" >"$work/create.log" 2>&1 || fail "no AOT cache $2: $(tail -n 5 "$work/create.log")"
  rewrite "$1" ''
}

make_image() {
  busybox_archive "$work/base.tar"
  start_registry "$work/registry" "$port"
  push_image "$work/base.tar" "$image" "$tree/lib/jars"
}

# The engine and the import worker at work, and every command that asks them, in one JVM.
train_with_engine() {
  record lib/kctl-engine engine
  record lib/kctl-import import
  # The engine kills its worker once it has the answer, before the JVM could write: so the shell stays, and dies instead.
  # shellcheck disable=SC2016 # the launcher's own variable
  sed -i 's|^exec "$K|"$K|' "$tree/lib/kctl-import"
  # Not recorded: all that a pull loads would be preloaded by every other command too, which takes 30 ms.
  "$tree/bin/kctl" pull --quiet "$image" || fail "the pull failed; its output is above"
  record bin/kctl full
  cat >"$work/full" <<LINES
run --name trained $image busybox echo trained
run --rm $image busybox true
image inspect $image
info
LINES
  "$tree/bin/kctl" "@$work/full" || fail "the training run failed; its output is above"
  wait_for "$work/recorded/import"
  stop_engine "$KCTL_RUNTIME_DIR"
}

# What needs no engine: the hot tier reads the files that the engine has left.
train_without_engine() {
  record bin/kctl hot
  cat >"$work/hot" <<LINES
ps
ps --all
images
inspect trained
logs trained
logs --tail 1 --timestamps trained
version
LINES
  "$tree/bin/kctl" "@$work/hot" >"$work/hot.log" 2>&1 || fail "the training run failed: $(tail -n 5 "$work/hot.log")"
}

port=$(free_port '')
image=localhost:$port/train:latest

say "AOT caches: training runs"
cd "$tree"
prepare
make_image
(train_with_engine) >"$work/full.log" 2>&1 || { cat "$work/full.log" >&2; exit 1; }
train_without_engine
create bin/kctl full
create bin/kctl hot
create lib/kctl-engine engine
create lib/kctl-import import
(cd "$tree/lib/jars" && sha256sum ./*.jar) >"$tree/lib/aot/jars.sha256"
