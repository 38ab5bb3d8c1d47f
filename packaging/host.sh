#!/usr/bin/env bash
# out/host: the keeper, the vsock daemon, and the EROFS judge of the tests.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

vsock=0.3.0

# Statically linked, so that the installed tree runs on another distribution too.
build_vsock() {
  local work=$1.work target
  target=$(rustc -vV | sed -n 's/^host: //p')
  say "vhost-device-vsock $vsock"
  rm -rf -- "$work"
  RUSTFLAGS='-C target-feature=+crt-static -C strip=symbols' CARGO_TARGET_DIR=$work/target \
    cargo install --locked --quiet --no-track --target "$target" --root "$work" "vhost-device-vsock@$vsock"
  mv -- "$work/bin/vhost-device-vsock" "$1"
  rm -rf -- "$work"
}

place "$(cached "vhost-device-vsock-$vsock" build_vsock)" "$TOP/out/host/vhost-device-vsock"

say "keeper"
cargo_target keeper "$TOP/host/keeper"
"$TOP/host/keeper/build.sh" "$TOP/out/host/kctl-keeper.made"
place "$TOP/out/host/kctl-keeper.made" "$TOP/out/host/kctl-keeper"
rm -- "$TOP/out/host/kctl-keeper.made"

"$TOP/packaging/fsck-erofs.sh" "$TOP/out/host/fsck.erofs"
