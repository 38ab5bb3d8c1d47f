#!/usr/bin/env bash
# `kctl ps -a` from nothing, against a JVM of the same flags that prints one line, and `podman ps -a`.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../packaging/lib.sh"
use_jdk

work=$(mktemp -d /tmp/kctl-bench-XXXXXX)
trap 'rm -rf -- "$work"' EXIT
export KCTL_ROOT=$work/root KCTL_RUNTIME_DIR=$work/run
command -v podman >/dev/null || fail "podman is the peer here: install it"

# The floor: the same runtime and flags, and an AOT cache of its own.
cat >"$work/Hello.java" <<'JAVA'
final class Hello {
  public static void main(String[] arguments) {
    System.out.println("hello");
    Runtime.getRuntime().halt(0);
  }
}
JAVA
javac -d "$work/classes" "$work/Hello.java"
jar --create --file "$work/hello.jar" -C "$work/classes" .
hello=("$TOP/out/kctl/lib/runtime/bin/java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData -Xlog:disable
  --enable-native-access=ALL-UNNAMED -cp "$work/hello.jar")
"${hello[@]}" -XX:AOTCacheOutput="$work/hello.aot" Hello >/dev/null 2>&1

"$TOP/bench/pairs.py" --rounds "${ROUNDS:-25}" \
  "hello=${hello[*]} -XX:AOTMode=on -XX:AOTCache=$work/hello.aot Hello" \
  "kctl ps -a=$TOP/out/kctl/bin/kctl ps -a" \
  "podman ps -a=podman ps -a"
