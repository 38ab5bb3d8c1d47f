#!/usr/bin/env bash
# Runs every benchmark of this folder, one after the other, with the date and the commit above their results; the last lines
# printed are the table for docs/specification.md. Names given run only those: `all.sh cold-ps pull`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

BENCH_TABLE=$(mktemp /tmp/kctl-bench-table-XXXXXX)
export BENCH_TABLE
trap 'rm -f -- "$BENCH_TABLE"' EXIT
[ $# -gt 0 ] || set -- cold-ps run first-run network-start memory pull convert-layer
failed=()
printf 'commit %s, %s\n' "$(git rev-parse --short HEAD)" "$(date --utc +%F)"
for name; do
  printf '\n## %s\n' "$name"
  sed -n '2,/^[^#]/s/^# //p' "$name.sh"
  BENCH_NAME=$name.sh "./$name.sh" || failed+=("$name")
done
printf '\n| promise | measured | by | state |\n|---|---|---|---|\n'
cat "$BENCH_TABLE"
[ ${#failed[@]} -eq 0 ] || { printf 'failed: %s\n' "${failed[*]}" >&2 && exit 1; }
