#!/usr/bin/env bash
# aot.sh TREE: makes the AOT caches of an installed tree, last of all, since the JVM checks neither jars nor class path
# against them. Each is trained with the very flags of its launcher: options that differ would silently switch it off.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

tree=$1
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
mkdir -p "$tree/lib/aot"
