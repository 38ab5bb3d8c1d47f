#!/usr/bin/env bash
# Prints the path of a Python that has docker-py, kept outside the checkout.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

version=7.1.0

install_docker_py() {
  python3 -m venv "$1"
  "$1/bin/python" -m pip --quiet --disable-pip-version-check install "docker==$version"
}

printf '%s/bin/python\n' "$(cached "docker-py-$version-$(python3 -c 'import sys; print(sys.version_info[:2])' | tr -dc 0-9)" install_docker_py)"
