#!/usr/bin/env bash
# What the engine has resident after ten runs and a pull of 300 MB; and the keeper.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

export KCTL_ACCEL=tcg # the same on every machine
busybox_image
large_image
for _ in {1..10}; do
  "$kctl" run --rm --network none "$image" true
done
"$kctl" pull --quiet "$large" >/dev/null

# resident WORD: kilobytes of the process of this runtime directory that has WORD in its command line.
resident() {
  local pid
  for pid in $(processes_of "$KCTL_RUNTIME_DIR"); do
    if tr '\0' ' ' <"/proc/$pid/cmdline" | grep -q -- "$1"; then
      awk '/^VmRSS/ { print $2 }' "/proc/$pid/status"
      return
    fi
  done
  fail "no process with $1"
}

kibibytes=$(resident EngineMain)
mebibytes=$((kibibytes / 1024))
[ "$kibibytes" -le $((96 << 10)) ] && state=kept || state=missed
row "the engine's resident memory after ten runs and a pull of 300 MB: at most 96 MiB" "$mebibytes MiB" "$state"
row "the keeper: about 1 MiB" "$(($(resident kctl-keeper) / 1024)) MiB ($(resident kctl-keeper) KiB)" "-"
