#!/usr/bin/env bash
# torture.sh [KILLS [CONTAINERS [SEED]]]: a fault campaign against the installed tree, see TortureIT. The report is left in
# e2e/target/torture/report.json, after violations with what there was to see beside it.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$TOP"

rm -rf e2e/target/torture
packaging/e2e.sh -q -Dit.test=TortureIT -Dfailsafe.rerunFailingTestsCount=0 \
  -Dtorture.kills="${1:-500}" -Dtorture.containers="${2:-20}" -Dtorture.seed="${3:-$(date +%s)}"
