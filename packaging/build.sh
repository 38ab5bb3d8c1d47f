#!/usr/bin/env bash
# out/kctl: the complete installed tree, put together beside its place; the AOT caches come last.
#
#   build.sh               builds the jars first
#   build.sh --jars-built  takes the jars that a `mvn verify` has just left
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$TOP"
use_jdk

tree=$TOP/out/kctl
new=$TOP/out/kctl.new
modules=java.base,java.logging,java.naming,java.security.jgss,jdk.net,jdk.unsupported

build_jars() {
  say "jars"
  rm -rf kctl/cli/target/jars
  mvn -B -ntp -q package -DskipTests -pl kctl/cli -am </dev/null
}

# Everything the tree is made of. Maven's jars are the same, byte for byte, for the same sources.
inputs() {
  local folders=(kctl/cli/target/jars packaging/tree packaging/build.sh packaging/aot.sh packaging/registry.sh docs out/guest out/host)
  cat "$JAVA_HOME/release" README.md LICENSE kctl/cli/target/kctl-cli-*.jar
  find "${folders[@]}" -type f -print0 | sort -z | xargs -0 cat
}

install_jars() {
  local jars=$new/lib/jars
  mkdir -p "$jars"
  cp kctl/cli/target/kctl-cli-*.jar kctl/cli/target/jars/*.jar "$jars"
  rm -f "$jars"/picocli-*.jar "$jars"/listenablefuture-*.jar
  local picocli
  picocli=$(echo kctl/cli/target/sources/picocli-*-sources.jar)
  cp "$(cached "picocli-$( (cat "$picocli" "$JAVA_HOME/release") | sha256sum | cut -c1-16).jar" compile_picocli "$picocli")" \
    "$jars/picocli.jar"
  mkdir -p "$new/resources"
  printf '%s\n' "$build_id" >"$new/resources/kctl-build"
  jar --create --no-manifest --date=2026-01-01T00:00:00Z --file "$jars/kctl-build.jar" -C "$new/resources" kctl-build
  rm -r "$new/resources"
}

# picocli's own class files are those of Java 5, which no AOT cache takes up.
compile_picocli() {
  local sources=$1 target=$2 work=$2.work
  say "recompiling picocli"
  rm -rf -- "$work"
  mkdir -p "$work"/{sources,classes}
  (cd "$work/sources" && jar --extract --file "$TOP/$sources")
  find "$work/sources" -name '*.java' -print0 |
    xargs -0 javac --release 25 -nowarn -Xlint:none -proc:none -d "$work/classes" 2>/dev/null
  jar --create --date=2026-01-01T00:00:00Z --file "$target" -C "$work/classes" .
  rm -rf -- "$work"
}

link_runtime() {
  say "linking a Java runtime"
  jlink --add-modules "$modules" --strip-debug --no-header-files --no-man-pages --output "$1"
  find "$1" -name '*.debuginfo' -delete # Debian's JDK brings them
}

class_path() {
  (cd "$new/lib/jars" && printf '%s\n' kctl-*.jar ./*.jar) | sed 's|^\./||' | awk '!seen[$0]++ { printf "%s$K/lib/jars/%s", sep, $0; sep = ":" }'
}

install_launchers() {
  local path file
  path=$(class_path)
  for file in bin/kctl lib/kctl-engine lib/kctl-import; do
    mkdir -p "$new/${file%/*}"
    sed "s|@CLASS_PATH@|$path|" "packaging/tree/$file" >"$new/$file"
    chmod 755 "$new/$file"
  done
}

install_parts() {
  install -m 755 out/host/kctl-keeper out/host/vhost-device-vsock "$new/lib/"
  install -m 644 -D -t "$new/share/kctl" out/guest/vmlinux out/guest/agent.cpio
  install -m 644 -D LICENSE "$new/share/doc/kctl/LICENSE"
  install -m 644 README.md "$new/share/doc/kctl/README.md"
  install -m 644 -D -t "$new/share/systemd" packaging/tree/share/systemd/kctl.service
}

assemble() {
  rm -rf -- "$new"
  mkdir -p "$new/lib"
  install_jars
  cp -a "$(cached "runtime-$( (printf '%s' "$modules" && cat "$JAVA_HOME/release") | sha256sum | cut -c1-16)" link_runtime)" "$new/lib/runtime"
  install_launchers
  install_parts
  "$new/lib/runtime/bin/java" -cp "$new/lib/jars/*" dev.kctl.cli.GenerateDocs "$new/share"
  printf '%s\n' "$build_id" >"$new/lib/build-id"
}

[ "${1-}" = --jars-built ] || build_jars
build_id=$(inputs | sha256sum | cut -c1-16)
# jars.sha256 is written last of all, so that a tree without it is never taken for a complete one.
if [ -e "$tree/lib/aot/jars.sha256" ] && [ "$(cat "$tree/lib/build-id")" = "$build_id" ]; then
  say "out/kctl is up to date ($build_id)"
  exit 0
fi
say "installed tree"
assemble
rm -rf -- "$tree"
mv -- "$new" "$tree"
# In its place, since a cache remembers where it was trained: moved, it still works, but looks there first.
# Root's containers have networks; those of the training are no business of this machine's.
if [ "$(id -u)" -eq 0 ]; then
  packaging/in-namespace.sh packaging/aot.sh "$tree"
else
  packaging/aot.sh "$tree"
fi
say "out/kctl is complete ($build_id)"
