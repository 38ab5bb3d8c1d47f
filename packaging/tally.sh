#!/usr/bin/env bash
# tally.sh RESULTS: sums what Maven's reports, cargo's and the packaging tests' logs in RESULTS say into one line,
# `N passed, N failed, N skipped`. Fails when a test failed, and when none ran.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$TOP"

maven_counts() {
  find . -path '*/target/*-reports/TEST-*.xml' -exec grep -hom1 '<testsuite .*' {} + |
    sed -n 's/.* tests="\([0-9]*\)" errors="\([0-9]*\)" skipped="\([0-9]*\)" failures="\([0-9]*\)".*/\1 \2 \3 \4/p' |
    awk '{ print $1 - $2 - $3 - $4, $2 + $4, $3 }'
}

cargo_counts() {
  find "$1" -name 'cargo-*.log' -exec cat {} + |
    sed -n 's/^test result: .* \([0-9]*\) passed; \([0-9]*\) failed; \([0-9]*\) ignored.*/\1 \2 \3/p'
}

packaging_counts() {
  find "$1" -name 'packaging.log' -exec cat {} + | awk '/^ok / { print 1, 0, 0 } /^not ok / { print 0, 1, 0 }'
}

{ maven_counts && cargo_counts "$1" && packaging_counts "$1"; } |
  awk '{ passed += $1; failed += $2; skipped += $3 }
       END { printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped; exit failed > 0 || passed == 0 }'
