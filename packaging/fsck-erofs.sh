#!/usr/bin/env bash
# fsck-erofs.sh WRAPPER: writes a script that runs fsck.erofs of erofs-utils 1.8 or newer, the judge of the layer tests.
# An older Debian gets it from the newer suite, with that suite's own C library and loader.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

[ $# -eq 1 ] || fail "use: fsck-erofs.sh WRAPPER"
wrapper=$1
oldest=1.8

new_enough() {
  local version
  version=$(fsck.erofs --version 2>/dev/null | grep -Eo '[0-9]+\.[0-9]+' | head -n 1) || return 1
  [ -n "$version" ] && printf '%s\n' "$oldest" "$version" | sort --check --version-sort 2>/dev/null
}

fetch() {
  "$TOP/packaging/newer-suite.sh" unpack-closed erofs-utils "$1"
}

if new_enough; then
  command="exec $(command -v fsck.erofs)"
elif [ "$(os_field ID)" = debian ]; then
  root=$(cached erofs-utils-trixie fetch)
  loader=$(find "$root"/usr/lib/*-linux-gnu* -maxdepth 1 -name 'ld-linux*.so*' | head -n 1)
  [ -n "$loader" ] || fail "$root holds no loader: remove it and try again"
  command="exec '$loader' --library-path '$(dirname "$loader")' '$root/usr/bin/fsck.erofs'"
else
  fail "fsck.erofs $oldest or newer is missing: install erofs-utils"
fi
mkdir -p "$(dirname "$wrapper")"
printf '#!/bin/sh\n%s "$@"\n' "$command" >"$wrapper.made"
chmod +x "$wrapper.made"
place "$wrapper.made" "$wrapper"
rm -- "$wrapper.made"
