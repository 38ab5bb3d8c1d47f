#!/usr/bin/env bash
# Tests of the installed tree in out/kctl: one line `ok NAME` or `not ok NAME` each, also in out/check/packaging.log.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

tree=$TOP/out/kctl
log=$TOP/out/check/packaging.log
work=$(mktemp -d /tmp/kctl-packaging-XXXXXX)
trap 'rm -rf -- "$work"' EXIT
mkdir -p "$(dirname "$log")"
: >"$log"
export KCTL_ROOT=$work/root KCTL_RUNTIME_DIR=$work/run

# check NAME COMMAND...: the test NAME passes when COMMAND does.
check() {
  local name=$1
  shift
  if "$@" >"$work/output" 2>&1; then
    printf 'ok %s\n' "$name"
  else
    printf 'not ok %s\n' "$name"
    sed 's/^/    /' "$work/output"
  fi | tee -a "$log"
}

says_its_build() {
  local said
  said=$("$@" version) || return
  printf '%s\n' "$said"
  case "$said" in *"$(cat "$tree/lib/build-id")"*) ;; *) return 1 ;; esac
}

runs_moved() {
  cp -a "$tree" "$work/moved tree"
  says_its_build "$work/moved tree/bin/kctl"
}

runs_by_links() {
  mkdir -p "$work/links/deep"
  ln -s "$tree/bin/kctl" "$work/links/absolute"
  ln -s ../absolute "$work/links/deep/relative"
  says_its_build "$work/links/absolute" && says_its_build "$work/links/deep/relative" &&
    (cd "$work/links/deep" && says_its_build ./relative) && PATH=$work/links:$PATH says_its_build absolute
}

runs_from_anywhere() {
  (cd "$tree" && says_its_build bin/kctl) && (cd "$tree/bin" && says_its_build ./kctl && says_its_build ../bin/kctl) &&
    (cd "$tree/bin" && says_its_build sh kctl) && PATH=$tree/bin:$PATH says_its_build kctl
}

ignores_foreign_jvm_options() {
  local said
  said=$(JAVA_TOOL_OPTIONS=-Dx=y JDK_JAVA_OPTIONS=-Dx=y _JAVA_OPTIONS=-Xmx1m "$tree/bin/kctl" version 2>&1) || return
  printf '%s\n' "$said"
  case "$said" in *'Picked up'* | *NOTE:*) return 1 ;; esac
}

# rewritten LAUNCHER SED_EXPRESSION: a copy of the launcher beside it, changed by the expression.
rewritten() {
  local launcher=$1 copy=$1.test
  sed "$2" "$launcher" >"$copy"
  case "$launcher" in
    */lib/*) sed -i "s|\${0%/lib/kctl-[a-z]*}|$tree|" "$copy" ;;
    *) sed -i "s|^self=.*|self=$launcher|" "$copy" ;;
  esac
  chmod 755 "$copy"
  printf '%s\n' "$copy"
}

# The JVM ends before main when the cache does not fit: with any other module option, for one.
cache_fits() {
  local copy
  copy=$(rewritten "$tree/$1" 's|-XX:AOTCache=|-XX:AOTMode=on &|; s|dev\.kctl\.[A-Za-z.]* "\$@"$|-version|')
  "$copy" "${@:2}"
  local code=$?
  rm -f -- "$copy"
  return $code
}

caches_are_of_these_jars() {
  (cd "$tree/lib/jars" && sha256sum --check --quiet --strict ../aot/jars.sha256)
}

hot_tier_is_lean() {
  local copy loaded
  copy=$(rewritten "$tree/bin/kctl" "s|-Xlog:disable|-Xlog:class+load:file=$work/classes:none|")
  mkdir -p "$KCTL_ROOT"
  printf 'kctl-index 2 %s %s\n' "$(cat /proc/sys/kernel/random/boot_id)" "$(cat "$tree/lib/build-id")" >"$KCTL_ROOT/index"
  "$copy" ps -a
  rm -f -- "$copy"
  loaded=$(wc -l <"$work/classes")
  printf '%s classes loaded; not from the cache:\n' "$loaded"
  ! grep -v 'shared objects file' "$work/classes" && [ "$loaded" -ge 300 ] && [ "$loaded" -le 1050 ]
}

has_manuals() {
  local page
  for page in "$TOP"/docs/commands/*.md; do
    [ "${page##*/}" = README.md ] || [ -s "$tree/share/man/man1/kctl-$(basename "$page" .md).1" ] || return
  done
  [ -s "$tree/share/man/man1/kctl.1" ] && [ -s "$tree/share/bash-completion/completions/kctl" ]
}

needs_no_library() {
  local file
  for file in "$tree/lib/kctl-keeper" "$tree/lib/vhost-device-vsock"; do
    ldd "$file" 2>&1 | grep -E 'not a dynamic|statically linked' || return
  done
}

network_of_its_own() {
  local code=0
  # shellcheck disable=SC2016 # expanded inside
  "$TOP/packaging/in-namespace.sh" bash -c 'ip -br link | grep "^up0" && ip link add left0 type bridge &&
    nsenter --target "$KCTL_OUTSIDE" --net ip -br addr | grep "192.0.2.1/24.*2001:db8::1/64" &&
    for there in 192.0.2.1 2001:db8::1; do (exec 3<>"/dev/tcp/$there/9") 2>&1 | grep refused || exit 1; done; exit 7' || code=$?
  [ "$code" -eq 7 ] && ! ip -o link | grep -E ' (up0|left0)[@:]'
}

check "the tree runs where it is moved to" runs_moved
check "the launcher runs through symbolic links" runs_by_links
check "the launcher runs from any folder and from PATH" runs_from_anywhere
check "other people's JVM options are ignored" ignores_foreign_jvm_options
check "the AOT caches were made of these very jars" caches_are_of_these_jars
check "the AOT cache of hot commands fits" cache_fits bin/kctl ps
check "the AOT cache of all other commands fits" cache_fits bin/kctl run
check "the AOT cache of the engine fits" cache_fits lib/kctl-engine
check "the AOT cache of the import worker fits" cache_fits lib/kctl-import
check "a hot command loads few classes, all from its cache" hot_tier_is_lean
check "every command has its manual page" has_manuals
check "in-namespace.sh gives a command a network of its own" network_of_its_own
check "keeper and vsock daemon need no shared library" needs_no_library

stop_engine "$work/run"
[ "$(grep -c '^not ok' "$log")" -eq 0 ]
