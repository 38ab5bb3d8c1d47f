#!/usr/bin/env bash
# Packages of the newer Debian suite (trixie) on an older Debian, without touching the machine's own apt.
#
#   newer-suite.sh unpack PACKAGE... DIRECTORY         unpacks the packages alone into DIRECTORY
#   newer-suite.sh unpack-closed PACKAGE... DIRECTORY  the same with everything they depend on, the C library too
#
# DIRECTORY/.packages then names what is in it, one `package version` a line. A private configuration, with its own state,
# cache and source list, names the archive the machine itself uses and accepts only what Debian's archive key signed.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

suite=trixie
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
private=$CACHE/newer-suite
options=(
  -qq
  -o "Dir::Etc::SourceList=$private/etc/sources.list" -o Dir::Etc::SourceParts=/dev/null
  -o "Dir::State=$private/state" -o "Dir::State::Status=$private/status" -o "Dir::Cache=$private/cache"
  -o APT::Install-Recommends=false -o APT::Sandbox::User=root -o Acquire::Retries=3
)

configure() {
  [ -r "$keyring" ] || fail "$keyring is missing: install the package debian-archive-keyring"
  mkdir -p "$private"/{etc,state/lists/partial,cache/archives/partial}
  : >"$private/status"
  printf 'deb [signed-by=%s] %s %s main\n' "$keyring" "$(debian_mirror)" "$suite" >"$private/etc/sources.list"
  apt-get "${options[@]}" update
}

# download unpack|unpack-closed ARCHIVES PACKAGE...
download() {
  local kind=$1 archives=$2
  shift 2
  case "$kind" in
    unpack) (cd "$archives" && apt-get "${options[@]}" download "$@") ;;
    unpack-closed)
      mkdir "$archives/partial"
      apt-get "${options[@]}" -o "Dir::Cache::Archives=$archives" install --download-only --yes "$@"
      ;;
    *) fail "newer-suite.sh: $kind is neither unpack nor unpack-closed" ;;
  esac
}

[ $# -ge 3 ] || fail "use: newer-suite.sh unpack|unpack-closed PACKAGE... DIRECTORY"
kind=$1
packages=("${@:2:$#-2}")
directory=${!#}

mkdir -p "$CACHE"
archives=$(mktemp -d "$CACHE/.archives-XXXXXX")
trap 'rm -rf -- "$archives"' EXIT
say "fetching ${packages[*]} from Debian $suite (the machine's own apt stays as it is)"
(
  flock 9
  configure
  download "$kind" "$archives" "${packages[@]}"
) 9>"$private.lock"
mkdir -p "$directory"
for archive in "$archives"/*.deb; do
  dpkg-deb --extract "$archive" "$directory"
  # shellcheck disable=SC2016 # dpkg-deb's own variables
  dpkg-deb --show --showformat '${Package} ${Version}\n' "$archive" >>"$directory/.packages"
done
