#!/usr/bin/env bash
# out/guest: the guest kernel, built once per configuration and source, and the agent's archive.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

kernel=$TOP/guest/kernel
say "guest kernel"
read -r source version < <("$TOP/packaging/kernel-source.sh")
key=$({ printf '%s\n' "$version" && find "$kernel" -type f -print0 | sort -z | xargs -0 cat; } | sha256sum | cut -c1-16)
place "$(cached "kernel-$key" "$kernel/build.sh" "$source")" "$TOP/out/guest/vmlinux"

say "guest agent"
cargo_target agent "$TOP/guest/agent"
"$TOP/guest/agent/build.sh" "$TOP/out/guest/agent.cpio.made"
place "$TOP/out/guest/agent.cpio.made" "$TOP/out/guest/agent.cpio"
rm -- "$TOP/out/guest/agent.cpio.made"
