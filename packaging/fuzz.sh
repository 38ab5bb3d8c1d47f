#!/usr/bin/env bash
# fuzz.sh [SECONDS [PATTERN]]: lets Jazzer look for inputs that break one of the *FuzzTest, each of their methods for so
# long; only those that match the PATTERN (`LayerFuzzTest`, `HttpFuzzTest#readsRequests`), where one is given.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$TOP"
use_jdk

seconds=${1:-60}
pattern=${2-}

# Class#method of every fuzz test, after the module that it is in.
targets() {
  local file method
  for file in $(git ls-files '*FuzzTest.java'); do
    while read -r method; do
      printf '%s %s#%s\n' "${file%/src/*}" "$(basename "$file" .java)" "$method"
    done < <(grep -A 1 '@FuzzTest' "$file" | sed -n 's/^ *void \([A-Za-z0-9_]*\)(.*/\1/p')
  done
}

while read -r module target; do
  case "$target" in *"$pattern"*) ;; *) continue ;; esac
  say "fuzzing $target for $seconds s"
  # One of them in a JVM of its own: libFuzzer takes the process for itself.
  JAZZER_FUZZ=1 JAZZER_MAX_DURATION=${seconds}s mvn -B -ntp -q test -pl "$module" -am -Dfuzz=true -Dtest="$target" \
    -Dsurefire.failIfNoSpecifiedTests=false </dev/null || fail "$target: the lines above say with which input"
done < <(targets)
