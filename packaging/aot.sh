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
}

# rewrite LAUNCHER SED_EXPRESSION: the launcher as it was, but for the expression.
rewrite() {
  sed "$2" "$work/launchers/$1" >"$tree/$1"
}

record() {
  rewrite "$1" "s|-XX:AOTCache=\"[^\"]*\"|-XX:AOTMode=record -XX:AOTConfiguration=\"$work/recorded/$2\"|;s|dev.kctl.cli.Main|dev.kctl.cli.Training|"
}

# create LAUNCHER CACHE [ARGUMENT]: with room enough for the JVM that lays the cache out, and otherwise the same flags.
create() {
  rewrite "$1" "s|-XX:AOTCache=\"[^\"]*\"|-XX:AOTMode=create -XX:AOTConfiguration=\"$work/recorded/$2\" -XX:AOTCache=\"$tree/lib/aot/$2.aot\"|
    s|-Xmx[0-9]*m|-Xmx512m|;s|-XX:MaxMetaspaceSize=[0-9]*m||"
  "$tree/$1" "${@:3}" >"$work/create.log" 2>&1 || fail "no AOT cache $2: $(tail -n 5 "$work/create.log")"
  rewrite "$1" ''
}

make_image() {
  mkdir -p "$work/image/bin"
  cp /bin/busybox "$work/image/bin/"
  ln -s busybox "$work/image/bin/sh"
  tar --create --file "$work/layer.tar" --directory "$work/image" --owner=0 --group=0 .
  image_archive "$work/layer.tar" '["sh"]' "busybox" "$work/base.tar"
  start_registry "$work/registry" "$port"
  push_image "$work/base.tar" "$image" "$tree/lib/jars"
}

work_for_real() {
  record lib/kctl-engine engine
  record lib/kctl-import import
  "$tree/bin/kctl" run --rm "$image" sh -c 'echo trained'
}

port=$(free_port '')
image=localhost:$port/train:latest

say "AOT caches: one training run each"
cd "$tree"
prepare
make_image
work_for_real
stop_engine "$KCTL_RUNTIME_DIR"
create lib/kctl-engine engine
create lib/kctl-import import
(cd "$tree/lib/jars" && sha256sum ./*.jar) >"$tree/lib/aot/jars.sha256"
