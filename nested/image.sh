#!/usr/bin/env bash
# image.sh TARGET: a Debian 13 with systemd, KVM and QEMU for machine.sh to boot: TARGET/root.img, vmlinuz and initrd.
# Needs root, as debootstrap does.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../packaging/lib.sh"

target=$1
packages=systemd-sysv,udev,dbus,kmod,initramfs-tools,linux-image-amd64,qemu-system-x86,e2fsprogs,libisal2,iproute2,nftables,docker-registry
[ "$(id -u)" -eq 0 ] || fail "debootstrap makes the nested machine's disk, and only as root"

mkdir -p "$target"
root=$target/root
trap 'rm -rf --one-file-system -- "$root"' EXIT

# Only what this machine boots from: the whole of it takes an emulated processor long to unpack.
small_initrd() {
  local modules=(virtio_pci virtio_blk ext4)
  sed -i 's/^MODULES=.*/MODULES=list/' "$root/etc/initramfs-tools/initramfs.conf"
  printf '%s\n' "${modules[@]}" >>"$root/etc/initramfs-tools/modules"
  chroot "$root" update-initramfs -u
}

# The test comes with the second disk, and begins once the machine is up.
configure() {
  printf 'nested\n' >"$root/etc/hostname"
  printf '127.0.0.1 localhost nested\n' >"$root/etc/hosts"
  printf '%s\n' '/dev/vda / ext4 defaults 0 0' '/dev/vdb /media ext4 ro 0 0' >"$root/etc/fstab"
  cat >"$root/etc/systemd/system/nested-test.service" <<'UNIT'
[Unit]
RequiresMountsFor=/media
[Service]
Type=exec
ExecStart=/bin/bash /media/test
[Install]
WantedBy=multi-user.target
UNIT
  chroot "$root" systemctl enable nested-test.service
  chroot "$root" systemctl mask docker-registry.service serial-getty@ttyS0.service getty@tty1.service \
    apt-daily.timer apt-daily-upgrade.timer e2scrub_all.timer fstrim.timer dpkg-db-backup.timer
}

say "debootstrap: a Debian 13 with systemd, KVM and QEMU"
new_debian "$root" "--include=$packages" >"$target/log" 2>&1 || {
  tail -n 20 "$target/log" >&2
  fail "debootstrap failed; its last lines are above"
}
small_initrd
configure
rm -rf -- "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*
cp -L "$root/vmlinuz" "$root/initrd.img" "$target/"
mkfs.ext4 -q -d "$root" "$target/root.img" 8G
