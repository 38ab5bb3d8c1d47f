#!/usr/bin/env bash
# machine.sh: boots an emulated machine that has systemd, control groups of version 2 and a real KVM, and runs
# service-test.sh in it with the installed tree of out/kctl. The last line is the test's. See README.md.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../packaging/lib.sh"
. "$TOP/packaging/registry.sh"
cd "$TOP"
use_jdk

[ -e out/kctl/lib/aot/jars.sha256 ] || fail "out/kctl is not there: make build"
work=$(mktemp -d /var/tmp/kctl-nested-XXXXXX)

clean_up() {
  stop_registry
  [ -n "${KEEP-}" ] || rm -rf -- "$work"
}
trap clean_up EXIT

# The second disk: the tree, the test, and a registry's folder with an image in it.
make_media() {
  local media=$work/media port
  mkdir "$media"
  cp -a out/kctl "$media/kctl"
  cp nested/service-test.sh "$media/test"
  cp packaging/lib.sh packaging/registry.sh "$media/"
  busybox_archive "$work/busybox.tar"
  port=$(free_port '')
  start_registry "$media/registry" "$port"
  push_image "$work/busybox.tar" "localhost:$port/box:latest" out/kctl/lib/jars
  stop_registry
  mkfs.ext4 -q -d "$media" "$work/media.img" 2G
}

# The emulated processor is the one whose virtualisation QEMU emulates well. Changes of the first disk live as long as QEMU,
# so they outlive the machine's own reboots. Its power-off ends QEMU; an hour is more than it ever took.
boot() {
  TMPDIR=$work timeout 3600 qemu-system-x86_64 \
    -M q35 -accel tcg -cpu EPYC,+svm,+npt -smp 1 -m 3072 \
    -nodefaults -no-user-config -display none \
    -serial "file:$work/console.log" -serial stdio -monitor none \
    -kernel "$image/vmlinuz" -initrd "$image/initrd.img" -append 'root=/dev/vda rw console=ttyS0' \
    -drive "file=$image/root.img,format=raw,if=virtio,snapshot=on" \
    -drive "file=$work/media.img,format=raw,if=virtio,readonly=on" \
    -device virtio-rng-pci </dev/null 2>"$work/qemu.log"
}

say "the machine's disk"
image=$(cached "nested-$(sha256sum nested/image.sh | cut -c1-16)" nested/image.sh)
say "the installed tree and an image for it"
make_media
say "the machine, from its start"
started=$SECONDS
boot | tee "$work/results" || true
say "the machine ran for $((SECONDS - started)) s"
if ! grep -qE '^[1-9][0-9]* passed, 0 failed' "$work/results"; then
  tail -n 30 "$work/console.log" "$work/qemu.log" >&2
  fail "the tests in the machine failed or did not come to their end; its console's last lines are above"
fi
# systemd names whom it had to wait for and kill before it could reboot.
! grep -a 'Sending SIGKILL to PID' "$work/console.log" >&2 || fail "the machine's reboot had to wait for these"
tail -n 1 "$work/results"
