# What the scripts of this folder share: source it, do not run it.
# shellcheck shell=bash

TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
CACHE=${KCTL_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/kctl-build}
KERNEL_SOURCE_PACKAGE=linux-source-6.12
export TOP CACHE KERNEL_SOURCE_PACKAGE

say() {
  printf '==> %s\n' "$*" >&2
}

fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# cached NAME COMMAND [ARGUMENT...]: prints the path of the cache entry NAME. When it is not there yet, COMMAND makes it at
# the path given to it as its last argument. Nobody ever sees a half-made entry, and two checkouts make it once.
cached() {
  local name=$1 entry=$CACHE/$1
  shift
  mkdir -p "$CACHE"
  (
    flock 9
    [ -e "$entry" ] && exit 0
    local partial=$CACHE/.partial-$name
    rm -rf -- "$partial"
    "$@" "$partial" >&2 || exit 1
    mv -- "$partial" "$entry"
  ) 9>"$CACHE/.lock-$name" || fail "could not make $entry; the lines above say why"
  printf '%s\n' "$entry"
}

# place SOURCE TARGET: copies SOURCE over TARGET in one step, leaving TARGET alone when it is the same already.
place() {
  cmp -s -- "$1" "$2" && return
  mkdir -p "$(dirname "$2")"
  cp -- "$1" "$2.new"
  mv -- "$2.new" "$2"
}

# os_field NAME: one field of os-release, empty when it has none.
os_field() {
  # shellcheck source=/dev/null
  (. /etc/os-release && printf '%s' "${!1-}")
}

# debian_mirror: the archive this machine itself installs Debian from, read from its own apt configuration.
debian_mirror() {
  local uri
  # shellcheck disable=SC2016 # apt's own variables
  uri=$(apt-get indextargets --format '$(RELEASE) $(REPO_URI)' 'Created-By: Packages' |
    awk -v suite="$(os_field VERSION_CODENAME)" '$1 == suite || $1 == "stable" || $1 == "oldstable" { print $2; exit }')
  [ -n "$uri" ] || fail "apt's sources name no archive for $(os_field VERSION_CODENAME): add Debian's own to /etc/apt/sources.list.d"
  printf '%s\n' "$uri"
}

# new_debian DIRECTORY [DEBOOTSTRAP_OPTION...]: a small Debian 13 there, whatever this machine itself is. Needs root.
new_debian() {
  local directory=$1
  shift
  debootstrap --variant=minbase "$@" trixie "$directory" "$(debian_mirror)"
}

# cargo_target NAME CRATE: lets cargo build CRATE outside the checkout, in a folder of its own for each lock file and compiler.
cargo_target() {
  CARGO_TARGET_DIR=$CACHE/cargo-$1-$( (cat "$2/Cargo.lock" && rustc --version) | sha256sum | cut -c1-16)
  export CARGO_TARGET_DIR
}

# use_jdk: lets Maven and the JDK's own tools be those of a JDK 25.
use_jdk() {
  JAVA_HOME=$("$TOP/packaging/find-jdk.sh") || fail "no JDK 25: set JAVA_HOME, or run make setup"
  PATH=$JAVA_HOME/bin:$PATH
  MAVEN_OPTS="--sun-misc-unsafe-memory-access=allow ${MAVEN_OPTS-}" # older Mavens' guava would warn at every start
  export JAVA_HOME PATH MAVEN_OPTS
}

# processes_of TEXT: the processes that have TEXT in their command line.
processes_of() {
  local file words
  for file in /proc/[0-9]*/cmdline; do
    { mapfile -d '' -t words <"$file"; } 2>/dev/null || continue
    case "${words[*]}" in
      *"$1"*) basename "${file%/cmdline}" ;;
    esac
  done
}

# stop_engine RUNTIME_DIRECTORY: ends the engine and keeper of that directory, and whatever VM of theirs is left. An engine
# that records for an AOT cache takes its time, so there is a minute of it.
stop_engine() {
  local signal pids tries
  for signal in TERM KILL; do
    for tries in {1..300}; do
      pids=$(processes_of "$1")
      [ -n "$pids" ] || return 0
      # shellcheck disable=SC2086 # one word each
      [ "$tries" -ne 1 ] || kill -s "$signal" $pids 2>/dev/null || true
      sleep 0.2
    done
  done
}
