#!/usr/bin/env bash
# Prints two words: the path of Debian's kernel source archive, and the version of the package it came from.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

package=$KERNEL_SOURCE_PACKAGE
archive=usr/src/$package.tar.xz

if [ -e "/$archive" ]; then
  # shellcheck disable=SC2016 # dpkg-query's own variable
  printf '%s %s\n' "/$archive" "$(dpkg-query --show --showformat '${Version}' "$package")"
else
  root=$(cached "$package" "$TOP/packaging/newer-suite.sh" unpack "$package")
  printf '%s %s\n' "$root/$archive" "$(sed -n "s/^$package //p" "$root/.packages")"
fi
