#!/usr/bin/env bash
# fresh-machine.sh TARGET...: runs `make TARGET...` of a clone of this checkout's HEAD on a machine that has nothing: a new
# Debian 13 with git and make, in a folder. That is how a forgotten installation step comes to light. Needs root.
#
# Of this machine it gets the kernel, the network, /dev, and the additional CA certificates. The folder is removed at the
# end; FRESH_MACHINE=/some/folder keeps it there, and a second run goes on in it.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

[ $# -ge 1 ] || fail "use: fresh-machine.sh TARGET..., for example fresh-machine.sh demo"
[ "$(id -u)" -eq 0 ] || fail "debootstrap and chroot need root"

# Mounts and processes of the fresh machine end with this script, whatever happens.
if [ "${FRESH_MACHINE_INSIDE-}" != yes ]; then
  FRESH_MACHINE_INSIDE=yes exec unshare --mount --pid --fork --kill-child --propagation private -- "$0" "$@"
fi

machine=${FRESH_MACHINE:-$(mktemp -d /var/tmp/kctl-fresh-XXXXXX)}

remove_machine() {
  [ -z "${FRESH_MACHINE-}" ] || return 0
  umount -R "$machine/dev" "$machine/proc" && rm -rf --one-file-system -- "$machine"
}
trap remove_machine EXIT

inside() {
  env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM="${TERM:-dumb}" \
    DEBIAN_FRONTEND=noninteractive chroot "$machine" "$@" </dev/null
}

install_base() {
  say "a new Debian 13 in $machine"
  new_debian "$machine"
  mkdir -p "$machine/usr/local/share/ca-certificates"
  find /usr/local/share/ca-certificates -name '*.crt' -exec cp -t "$machine/usr/local/share/ca-certificates" {} +
  cp /etc/resolv.conf /etc/hosts "$machine/etc/"
}

[ -e "$machine/etc/os-release" ] || install_base
mount -t proc proc "$machine/proc"
mount --rbind /dev "$machine/dev"
inside apt-get -qq update
inside apt-get -qq --yes --no-install-recommends install git make

say "a clone of $(git -C "$TOP" log -1 --format='%h %s')"
rm -rf -- "$machine/root/kctl"
git clone --quiet --no-local "$TOP" "$machine/root/kctl"

say "make $*"
# shellcheck disable=SC2016 # expanded inside
inside bash -c 'cd /root/kctl && make "$@"' make "$@"
