#!/usr/bin/env bash
# `kctl logs` of 1,000,000 lines against `cat` of the files they are in.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

export KCTL_ACCEL=tcg # the same on every machine
lines=1000000
busybox_image
# One log, never rotated: Docker's client has to print every line too.
id=$("$kctl" run -d --network none --log-opt max-size=1g "$image" sh -c "seq 1 $lines | sed 's/^/line number /'")
"$kctl" wait "$id" >/dev/null
[ "$("$kctl" logs "$id" | wc -l)" -eq "$lines" ] || fail "not all lines are in the log"

# shellcheck disable=SC2016 # Markdown's code marks
"$TOP/bench/pairs.py" --rounds "${ROUNDS:-15}" \
  --judge '`logs` of 1,000,000 lines: at most 3 x `cat` of the file' 'kctl logs' cat ratio 3 \
  "cat=cat $KCTL_ROOT/containers/$id/log/container.log" "kctl logs=$kctl logs $id"
