#!/bin/sh
# Builds the agent and writes the guest's initramfs: guest/agent/build.sh OUT_CPIO
#
# The archive (newc, uncompressed) depends on the agent's bytes only: no times, owners or inode
# numbers of this machine, and no privilege needed for the device node in it.
set -eu

out=$(realpath -m "${1:?usage: $0 OUT_CPIO}")
cd "$(dirname "$0")"
target=x86_64-unknown-linux-gnu
cargo build --release --locked --quiet
agent=${CARGO_TARGET_DIR:-target}/$target/release/kctl-agent

inode=0
# entry NAME MODE(octal) LINKS [FILE | -] [MAJOR MINOR]
entry() {
  inode=$((inode + 1))
  size=0
  [ "${4:--}" = - ] || size=$(stat -c %s "$4")
  printf '070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%s\0' \
    "$inode" "$((0$2))" 0 0 "$3" 0 "$size" 0 0 "${5:-0}" "${6:-0}" "$((${#1} + 1))" 0 "$1"
  pad $((110 + ${#1} + 1))
  if [ "${4:--}" != - ]; then
    cat "$4"
    pad "$size"
  fi
}

pad() {
  head -c $(((4 - $1 % 4) % 4)) /dev/zero
}

mkdir -p "$(dirname "$out")"
{
  entry dev 40755 2
  entry dev/console 20600 1 - 5 1
  entry kctl 40700 2
  entry init 100700 1 "$agent"
  inode=-1
  entry 'TRAILER!!!' 0 1
} >"$out.new"
mv "$out.new" "$out"
