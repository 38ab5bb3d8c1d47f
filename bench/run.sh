#!/usr/bin/env bash
# Runs every benchmark of this folder, one after the other, with the date and the commit above their results.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

printf 'commit %s, %s\n' "$(git rev-parse --short HEAD)" "$(date --utc +%F)"
for script in ./*.sh; do
  [ "$script" != ./run.sh ] || continue
  printf '\n## %s\n' "$(basename "$script" .sh)"
  sed -n '2,/^[^#]/s/^# //p' "$script"
  "$script"
done
