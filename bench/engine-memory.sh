#!/usr/bin/env bash
# What the engine has resident with 20 containers that write, and what 50 idle containers cost the host.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

export KCTL_ACCEL=tcg # the same on every machine
busybox_image

# kibibytes FIELD FILE WORD: the field of each process of this runtime directory with the word in its command line, added up.
kibibytes() {
  local pid sum=0 one
  for pid in $(processes_of "$KCTL_RUNTIME_DIR"); do
    tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -q -- "$3" || continue
    one=$(awk -v field="$1:" '$1 == field { print $2 }' "/proc/$pid/$2" 2>/dev/null) || continue
    sum=$((sum + one))
  done
  printf '%s\n' "$sum"
}

for number in {1..20}; do
  "$kctl" run -d --network none --name "writer$number" -m 32m "$image" sh -c 'while :; do echo line; sleep 1; done' >/dev/null
done
sleep 30
resident=$(kibibytes VmRSS status EngineMain)
[ "$resident" -gt 0 ] && [ "$resident" -le $((96 << 10)) ] && state=kept || state=missed
row "the engine's resident memory with 20 containers: at most 96 MiB" "$((resident / 1024)) MiB" "$state"
seq -f 'writer%.0f' 1 20 | xargs "$kctl" rm -f >/dev/null

pss=()
for number in {1..50}; do
  "$kctl" run -d --network none --name "idle$number" -m 32m "$image" sleep 100000 >/dev/null
  [ $((number % 10)) -ne 0 ] || pss+=("$(($(kibibytes Pss smaps_rollup .) / 1024))")
done
row "PSS of engine and machines with 10, 20, 30, 40, 50 idle containers" "${pss[*]} MiB, $(((pss[4] - pss[0]) / 40)) MiB for one more" "-"
