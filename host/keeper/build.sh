#!/bin/bash
# Builds the static keeper: host/keeper/build.sh OUT_BINARY
set -euo pipefail
[ $# -eq 1 ] || { echo "usage: $0 OUT_BINARY" >&2; exit 2; }
out=$(realpath -m -- "$1")
cd -- "$(dirname -- "${BASH_SOURCE[0]}")"
cargo build --locked --release
mkdir -p -- "$(dirname -- "$out")"
install -m 755 -- "${CARGO_TARGET_DIR:-target}/x86_64-unknown-linux-gnu/release/kctl-keeper" "$out.new"
mv -- "$out.new" "$out"
