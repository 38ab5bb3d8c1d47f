#!/usr/bin/env bash
# Makes the machine able to build, test and show kctl: says what is missing and installs only that.
#
#   Debian 13: everything comes from its own suite.
#   Debian 12: JDK 25, Rust 1.85 and Docker's client must already be there (its own suite has none that serves); the kernel
#              source comes from the newer suite when it is needed, see newer-suite.sh.
#   Others:    what is missing is named, by the distribution's own package names where they are known, and it stops.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

missing=()

# need TEST NAME DEBIAN_PACKAGE [FEDORA_PACKAGE]
need() {
  "has_$1" "$2" && return
  case "$(os_field ID)" in
    fedora) missing+=("${4:-$3}") ;;
    *) missing+=("$3") ;;
  esac
}

has_command() {
  command -v "$1" >/dev/null || [ -x "/usr/sbin/$1" ]
}

has_library() {
  /sbin/ldconfig -p | grep -q "^[[:space:]]*$1 "
}

has_file() {
  compgen -G "$1" >/dev/null
}

# The tests' images are made of it, and have no C library.
has_static-busybox() {
  [ -x "$1" ] && ! ldd "$1" >/dev/null 2>&1
}

has_python-venv() {
  python3 -c 'import ensurepip, venv' 2>/dev/null
}

has_jdk() {
  "$TOP/packaging/find-jdk.sh" >/dev/null
}

has_rust() {
  has_command cargo && has_command rustc || return 1
  local minor
  minor=$(rustc --version | sed -n 's/^rustc 1\.\([0-9]*\).*/\1/p')
  [ "${minor:-0}" -ge "${1#1.}" ]
}

look() {
  need command gcc gcc
  need file '/usr/lib*/*/libc.a' libc6-dev glibc-static
  need command make make
  need command flex flex
  need command bison bison
  need command bc bc
  need command perl perl
  need command cpio cpio
  need command xz xz-utils xz
  need file /usr/include/libelf.h libelf-dev elfutils-libelf-devel
  need library libisal.so.2 libisal2 isa-l
  need file /etc/ssl/certs/ca-certificates.crt ca-certificates
  need command openssl openssl
  need jdk 25 openjdk-25-jdk-headless java-25-openjdk-devel
  need command mvn maven
  need rust 1.85 cargo
  need command rustfmt rustfmt
  need command cargo-clippy rust-clippy clippy
  need command qemu-system-x86_64 qemu-system-x86
  need command mkfs.ext4 e2fsprogs
  need command mkfs.erofs erofs-utils
  need command docker-registry docker-registry docker-distribution
  need command docker docker-cli
  need command debootstrap debootstrap
  need command ip iproute2 iproute
  need command nsenter util-linux
  need command nft nftables
  need command iptables-nft iptables iptables-nft
  need static-busybox /bin/busybox busybox-static busybox
  need python-venv 3 python3-venv python3
  need command shellcheck shellcheck ShellCheck
  case "$(os_field ID)-$(os_field VERSION_ID)" in
    debian-12) ;;
    *) need file "/usr/src/$KERNEL_SOURCE_PACKAGE.tar.xz" "$KERNEL_SOURCE_PACKAGE" ;;
  esac
}

# What Debian 12 cannot bring is asked for in words.
refuse_what_bookworm_lacks() {
  local package lacking=()
  for package in "${missing[@]}"; do
    case "$package" in
      openjdk-25-jdk-headless) lacking+=("a JDK 25 (in JAVA_HOME, or under /usr/lib/jvm)") ;;
      cargo | rustfmt | rust-clippy) lacking+=("Rust 1.85 or newer with rustfmt and clippy (cargo and rustc on the PATH)") ;;
      docker-cli) lacking+=("Docker's client (docker on the PATH; no daemon is needed)") ;;
    esac
  done
  [ ${#lacking[@]} -eq 0 ] && return
  printf 'error: Debian 12 has no package for what is missing here; install by hand:\n' >&2
  printf '%s\n' "${lacking[@]}" | sort -u | sed 's/^/  /' >&2
  exit 1
}

install_missing() {
  [ "$(id -u)" -eq 0 ] || fail "missing: ${missing[*]}; install them as root: apt-get install --no-install-recommends ${missing[*]}"
  say "installing ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get -qq update
  apt-get -qq --yes --no-install-recommends -o Dpkg::Use-Pty=0 install "${missing[@]}" </dev/null
  stop_registry_service
}

# Debian starts a registry of its own with the package; kctl starts its registries itself and wants none left running.
stop_registry_service() {
  case " ${missing[*]} " in *' docker-registry '*) ;; *) return ;; esac
  [ -d /run/systemd/system ] || return 0
  say "switching off the registry service that came with docker-registry"
  systemctl disable --now docker-registry
}

look
if [ ${#missing[@]} -eq 0 ]; then
  say "setup: nothing is missing"
  exit 0
fi
case "$(os_field ID)-$(os_field VERSION_ID)" in
  debian-12)
    refuse_what_bookworm_lacks
    install_missing
    ;;
  debian-13) install_missing ;;
  *) fail "missing on $(os_field PRETTY_NAME): ${missing[*]}; install these and run make again (only Debian's are installed for you)" ;;
esac
missing=()
look
[ ${#missing[@]} -eq 0 ] || fail "still missing after the installation: ${missing[*]}"
say "setup: done"
