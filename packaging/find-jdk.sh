#!/usr/bin/env bash
# Prints the home of a JDK 25 or newer: JAVA_HOME's when it is one, else the first under /usr/lib/jvm. Fails when there is none.
set -euo pipefail

for home in "${JAVA_HOME:-}" /usr/lib/jvm/*25* /usr/lib/jvm/*; do
  if [ -x "$home/bin/javac" ] && [ -r "$home/release" ]; then
    version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$home/release")
    if [ "${version:-0}" -ge 25 ]; then
      printf '%s\n' "$home"
      exit 0
    fi
  fi
done
exit 1
