#!/usr/bin/env bash
# tally.sh RESULTS: sums what Maven's reports, cargo's and the packaging tests' logs in RESULTS say into one line,
# `N passed, N failed, N skipped`. Fails when a test failed, and when none ran. Before that line it names each test that
# passed only when it was tried again: it counts as passed, and is a defect.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$TOP"

# Counted by the elements: with flaky tests in a class the attributes of <testsuite> leave some out.
maven_counts() {
  find . -path '*/target/*-reports/TEST-*.xml' -exec cat {} + |
    awk '/^  <testcase / { print 1, 0, 0 }
         /^    <(failure|error)[ >]/ { print -1, 1, 0 }
         /^    <skipped[ \/>]/ { print -1, 0, 1 }'
}

maven_flakes() {
  find . -path '*/target/*-reports/TEST-*.xml' -exec cat {} + |
    awk -F'"' '/^  <testcase / { name = $4 "." $2 }
               /^    <flaky(Failure|Error) / { print name }'
}

# What passed in a second try has failed in the first.
cargo_counts() {
  find "$1" -name 'cargo-*.log' -exec cat {} + |
    sed -n 's/^test result: .* \([0-9]*\) passed; \([0-9]*\) failed; \([0-9]*\) ignored.*/\1 \2 \3/p'
  find "$1" -name 'again-*.log' -exec cat {} + |
    sed -n 's/^test result: .* \([0-9]*\) passed; .*/\1 -\1 0/p'
}

cargo_flakes() {
  find "$1" -name 'again-*.log' -exec sed -n 's/^test \(.*\) \.\.\. ok$/\1/p' {} +
}

packaging_counts() {
  find "$1" -name 'packaging.log' -exec cat {} + | awk '/^ok / { print 1, 0, 0 } /^not ok / { print 0, 1, 0 }'
}

{ maven_flakes && cargo_flakes "$1"; } | sed 's/.*/flaky: & failed once, then passed: a defect to be mended/'
{ maven_counts && cargo_counts "$1" && packaging_counts "$1"; } |
  awk '{ passed += $1; failed += $2; skipped += $3 }
       END { printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped; exit failed > 0 || passed == 0 }'
