#!/usr/bin/env bash
# e2e.sh [MAVEN_OPTION...]: the end-to-end tests against the installed tree in out/kctl, in a network namespace of their own;
# `e2e.sh -Dit.test=RunIT` runs those of one class.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$TOP"
use_jdk
export KCTL_ACCEL=${KCTL_ACCEL:-tcg}

# What they need of the world is fetched before: there is none inside.
packaging/docker-py.sh >/dev/null
mvn -B -ntp -q test-compile -pl e2e </dev/null
exec packaging/in-namespace.sh mvn -B -ntp -o verify -pl e2e "$@" </dev/null
