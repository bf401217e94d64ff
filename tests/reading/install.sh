#!/bin/sh
# SPDX-FileCopyrightText: The memprof authors
# SPDX-License-Identifier: Apache-2.0
#
# Installs the readers of package-lock.json into DIR/node_modules, once for each state of that file.
#
#   install.sh DIR     77: npm is not installed, or cannot reach its packages
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
cd "$1"
if ! command -v npm > /dev/null 2>&1; then
  echo "skipped: npm is not installed (apt-get install npm)"
  exit 77
fi
if [ -e installed.lock ] && cmp -s installed.lock "$here/package-lock.json"; then
  exit 0
fi
cp "$here/package.json" "$here/package-lock.json" "$here/.npmrc" .
if ! npm ci --no-audit --no-fund --ignore-scripts > npm.log 2>&1; then
  cat npm.log
  echo "skipped: npm could not install the readers"
  exit 77
fi
# What its install script would have done.
chmod u+x node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool
cp package-lock.json installed.lock
