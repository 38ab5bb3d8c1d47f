#!/usr/bin/env bash
# A pull of 330 MB in three layers from a registry on loopback until it can be booted, against `podman pull`.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
need_peers podman skopeo

podman=(podman --root "$work/podman" --runroot "$work/podman-run" --storage-driver "${PODMAN_STORAGE:-overlay}")
busybox_image
large_image
"$kctl" rmi "$image" >/dev/null

# Untimed before every command: neither has the image, and what the last one wrote is on the disk.
cat >"$work/forget" <<SH
#!/bin/sh
"$kctl" rmi --force "$large" >/dev/null 2>&1
${podman[*]} rmi --all --force >/dev/null 2>&1
sync
SH
chmod +x "$work/forget"

"$TOP/bench/pairs.py" --rounds "${ROUNDS:-15}" --warmup 1 --prepare "$work/forget" \
  --judge "a pull of 300 MB: at most half of \`podman pull\`" "kctl pull" "podman pull" ratio 0.5 \
  "podman pull=${podman[*]} pull --quiet --tls-verify=false $large" \
  "kctl pull=$kctl pull --quiet $large"
umount "$work/podman/overlay" 2>/dev/null || true
