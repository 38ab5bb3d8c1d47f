#!/usr/bin/env bash
# Everything that must hold before a change lands, lowest parts first. The last line printed counts all tests.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$TOP" || exit

# Emulated guests behave the same on every machine; KCTL_ACCEL=kvm runs the checks on a KVM.
export KCTL_ACCEL=${KCTL_ACCEL:-tcg}
results=$TOP/out/check
failed=()

# stage NAME COMMAND...: runs COMMAND and goes on after a failure, so that one run shows all that is wrong.
stage() {
  local name=$1 start=$SECONDS
  shift
  say "check: $name"
  ("$@") || failed+=("$name")
  say "check: $name took $((SECONDS - start)) s"
}

scripts() {
  local files
  mapfile -t files < <(git ls-files '*.sh' .ci/run packaging/tree/bin packaging/tree/lib)
  shellcheck --external-sources --source-path=SCRIPTDIR "${files[@]}"
}

crate() {
  cargo_target "$1" "$2"
  cd "$2" &&
    cargo fmt --check &&
    cargo clippy --locked --quiet --all-targets -- -D warnings &&
    "$TOP/packaging/cargo-test.sh" "$1" "$results"
}

maven() {
  mvn -B -ntp --fail-at-end "$@" </dev/null
}

main() {
  rm -rf -- "$results" ./*/target/*-reports ./*/*/target/*-reports
  mkdir -p "$results"
  rm -rf kctl/cli/target/jars
  use_jdk
  stage "scripts" scripts
  stage "host" packaging/host.sh
  stage "keeper" crate keeper "$TOP/host/keeper"
  stage "guest" packaging/guest.sh
  stage "agent" crate agent "$TOP/guest/agent"
  stage "strict build, unit, property and component tests" maven verify -pl '!e2e'
  stage "installed tree" packaging/build.sh --jars-built
  stage "packaging" packaging/test.sh
  stage "end to end" packaging/e2e.sh --fail-at-end
  [ ${#failed[@]} -eq 0 ] || printf 'error: failed: %s\n' "${failed[@]}" >&2
  packaging/tally.sh "$results" && [ ${#failed[@]} -eq 0 ]
}

main
