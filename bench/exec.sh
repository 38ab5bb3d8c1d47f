#!/usr/bin/env bash
# `true` in a running container: a raw call of the agent's Exec, against the Engine API's create, start and inspect, engine warm.
# One warm JVM makes both by turns, so that neither pays a client's start.
#
#   exec.sh                        a container of its own
#   CONTAINER=... RUNTIME_DIR=... STATE_ROOT=... exec.sh   one that runs already
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../packaging/lib.sh"
. "$(dirname "${BASH_SOURCE[0]}")/../packaging/registry.sh"
use_jdk

tree=${TREE:-$TOP/out/kctl}
if [ -z "${CONTAINER-}" ]; then
  work=$(mktemp -d /tmp/kctl-bench-XXXXXX)
  chmod 711 "$work"
  export KCTL_ROOT=$work/root KCTL_RUNTIME_DIR=$work/run
  trap 'stop_engine "$KCTL_RUNTIME_DIR"; stop_registry; rm -rf -- "$work"' EXIT
  port=$(free_port 5000)
  image=localhost:$port/demo:latest
  start_registry "$work/registry" "$port"
  push_image "$(cached "demo-base-$(os_field VERSION_CODENAME).tar" packaging/demo/base.sh)" "$image" "$tree/lib/jars"
  CONTAINER=$("$tree/bin/kctl" run -d --network none "$image" sleep 1000000)
  RUNTIME_DIR=$KCTL_RUNTIME_DIR STATE_ROOT=$KCTL_ROOT
fi
java --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED -cp "$tree/lib/jars/*" \
  "$TOP/bench/Exec.java" "$CONTAINER" "$RUNTIME_DIR" "$STATE_ROOT" "${ROUNDS:-15}"
