#!/usr/bin/env bash
# `kctl run --rm IMAGE true` in the default network, against the same with `--network none`; image here, engine running. As root
# it puts itself into a network namespace: the host gets no bridge.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
[ -n "${KCTL_OUTSIDE-}" ] || exec "$here/../packaging/in-namespace.sh" "$here/$(basename "$0")" "$@"
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

export KCTL_ACCEL=tcg # the same on every machine
busybox_image
none="$kctl run --rm --network none $image true"
bridge="$kctl run --rm $image true"

"$TOP/bench/pairs.py" --rounds "${ROUNDS:-15}" --warmup 1 \
  --judge "a network costs a start at most 40 ms" bridge none difference 40 \
  "none=$none" "bridge=$bridge"
