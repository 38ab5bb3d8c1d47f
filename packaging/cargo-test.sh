#!/usr/bin/env bash
# cargo-test.sh NAME RESULTS: every test of the crate in the current folder, into RESULTS/cargo-NAME.log. Those of its tests
# with real machines (`--test vm`) that fail are tried once more, into RESULTS/again-NAME.log; all others must pass at once.
set -uo pipefail
log=$2/cargo-$1.log again=$2/again-$1.log

cargo test --locked --quiet --no-fail-fast 2>&1 | tee "$log" && exit

# What cargo says last: which of its test programs failed.
[ "$(awk -F'`' '/^    `/ { print $2 }' "$log")" = '--test vm' ] || exit 1

# The names stand between the last "failures:" and the sum of the failed program.
mapfile -t failed < <(awk '/^failures:$/ { count = 0; next } /^    / { names[count++] = $1; next }
                           /^test result: FAILED/ { for (i = 0; i < count; i++) print names[i] }' "$log")
[ ${#failed[@]} -gt 0 ] || exit 1
printf '==> once more: %s\n' "${failed[@]}" >&2
cargo test --locked --test vm -- --exact "${failed[@]}" 2>&1 | tee "$again"
