#!/usr/bin/env bash
# SPDX-FileCopyrightText: The memprof authors
# SPDX-License-Identifier: Apache-2.0
#
# Installs what is missing of cmake/packages.txt; with --tests also what only the tests need. Says
# nothing where nothing is missing. It fails only where the build could not work afterwards.
set -euo pipefail

usage="usage: cmake/setup.sh [--tests]"
with_tests=0
for argument in "$@"; do
  case "$argument" in
    --tests) with_tests=1 ;;
    --help | -h) echo "$usage"; exit 0 ;;
    *) echo "cmake/setup.sh: unknown argument $argument; $usage" >&2; exit 2 ;;
  esac
done

packages=()
while read -r package _; do
  case "$package" in
    "" | "#"*) ;;
    "[tests]") if [ "$with_tests" = 0 ]; then break; fi ;;
    *) packages+=("$package") ;;
  esac
done < "$(dirname -- "${BASH_SOURCE[0]}")/packages.txt"

if ! command -v dpkg-query > /dev/null || ! command -v apt-get > /dev/null; then
  echo "This is not a Debian system, so nothing was installed. The build needs these packages, or" \
       "what they are called here: ${packages[*]}" >&2
  exit 0
fi

# npm and others come from elsewhere too; a program of the package's name is what is needed.
is_installed() {
  command -v "$1" > /dev/null && return
  # shellcheck disable=SC2016  # the dollar is dpkg-query's
  [[ "$(dpkg-query --show --showformat='${db:Status-Status} ' "$1" 2> /dev/null)" == *"installed "* ]]
}

missing=()
for package in "${packages[@]}"; do
  is_installed "$package" || missing+=("$package")
done
[ "${#missing[@]}" -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" != 0 ]; then
  # Where nobody can type a password, sudo must not ask for one.
  if command -v sudo > /dev/null && { [ -t 0 ] || sudo -n true 2> /dev/null; }; then
    as_root=(sudo)
  else
    echo "These packages are missing and only root can install them:" >&2
    echo "    sudo apt-get install ${missing[*]}" >&2
    exit 1
  fi
fi

echo "Installing ${missing[*]}"
log="$(mktemp)"
trap 'rm -f "$log"' EXIT
if ! { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q update &&
       "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y install \
         --no-install-recommends "${missing[@]}"; } > "$log" 2>&1; then
  cat "$log" >&2
  echo "The packages could not be installed. What apt-get says is above; try it by hand:" >&2
  echo "    sudo apt-get install ${missing[*]}" >&2
  exit 1
fi
