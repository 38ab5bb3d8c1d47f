#!/usr/bin/env bash
# `kctl ps -a` from nothing with ten containers, against a JVM of the same flags that prints one line, and against `podman ps -a`
# with ten containers of its own (created, for its `run` needs more rights than some machines give).
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
need_peers podman

podman=(podman --root "$work/podman" --runroot "$work/podman-run" --storage-driver "${PODMAN_STORAGE:-overlay}")
busybox_image
"${podman[@]}" pull --quiet --tls-verify=false "$image" >/dev/null
for i in {1..10}; do
  docker -H "unix://$KCTL_RUNTIME_DIR/docker.sock" create --name "kctl-$i" "$image" true >/dev/null
  "${podman[@]}" create --name "podman-$i" --network none "$image" true >/dev/null
done
for listing in "$("$kctl" ps -a)" "$("${podman[@]}" ps -a)"; do
  [ "$(wc -l <<<"$listing")" -eq 11 ] || fail "not ten containers: $listing"
done

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
  --judge "\`kctl ps\`, cold: at most 1.4 x a hello-world JVM with the same flags" "kctl ps -a" hello ratio 1.4 \
  --judge "\`kctl ps\`, cold: at most \`podman ps -a\` with as many containers" "kctl ps -a" "podman ps -a" ratio 1 \
  "hello=${hello[*]} -XX:AOTMode=on -XX:AOTCache=$work/hello.aot Hello" \
  "kctl ps -a=$kctl ps -a" \
  "podman ps -a=${podman[*]} ps -a"
umount "$work/podman/overlay" 2>/dev/null || true
