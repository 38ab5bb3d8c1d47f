#!/usr/bin/env bash
# The first `kctl run --rm --network none IMAGE true`, which starts keeper and engine, against one with the engine running; the image
# is here.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

export KCTL_ACCEL=tcg # the same on every machine
busybox_image
run="$kctl run --rm --network none $image true"
cat >"$work/stop" <<SH
#!/bin/bash
. "$TOP/packaging/lib.sh"
stop_engine "$KCTL_RUNTIME_DIR"
SH
chmod +x "$work/stop"

"$TOP/bench/pairs.py" --rounds "${ROUNDS:-15}" --warmup 1 \
  --prepare-for "warm=$run" --prepare-for "first=$work/stop" \
  --judge "the first run with no engine: at most 400 ms above a warm one" first warm difference 400 \
  "warm=$run" "first=$run"
