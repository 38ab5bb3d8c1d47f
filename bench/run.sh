#!/usr/bin/env bash
# `kctl run --rm --network none IMAGE true` with the image here and the engine running, against the raw VMM: the same kernel, agent, disks,
# memory, QEMU arguments and vsock daemon, from the daemon's start to the arrival of the exit code.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

export KCTL_ACCEL=tcg # the same on every machine
busybox_image
"$kctl" run --rm --network none "$image" true
layers=()
for digest in $("$kctl" image inspect "$image" | grep -o '"sha256:[0-9a-f]*"' | tr -d '"' | sed 's/^sha256://'); do
  [ ! -e "$KCTL_ROOT/layers/$digest.erofs" ] || layers+=(--layer "$KCTL_ROOT/layers/$digest.erofs")
done
[ ${#layers[@]} -gt 0 ] || fail "the image has no layers"
# As the engine has it where nobody says -m: half the machine, 2 GiB at most.
memory=$(awk '/^MemTotal/ { half = int($2 / 2048); print half < 2048 ? half : 2048 }' /proc/meminfo)

"$TOP/bench/floor.py" --rounds "${ROUNDS:-15}" --memory "$memory" "${layers[@]}" \
  --kernel "$TOP/out/kctl/share/kctl/vmlinux" --agent "$TOP/out/kctl/share/kctl/agent.cpio" \
  --daemon "$TOP/out/kctl/lib/vhost-device-vsock" --against "$kctl run --rm --network none $image true" -- /bin/true
