#!/bin/sh
# SPDX-FileCopyrightText: The memprof authors
# SPDX-License-Identifier: Apache-2.0
#
# Takes the reports as they are rendered now for the golden files in tests/golden/. Build first;
# read `git diff tests/golden` afterwards: what it shows is what users will see.
#
#   tests/approve.sh [BUILD_DIR]     default: build/ beside tests/
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
build=${1:-$root/build}
if [ ! -f "$build/CTestTestfile.cmake" ]; then
  echo "approve.sh: $build holds no build; configure and build first, or name the directory" >&2
  exit 2
fi
mkdir -p "$root/tests/golden/held"
MEMPROF_APPROVE=1 ctest --test-dir "$build" -R '^(unit\.(Text|Json|Junit)|system\..*Held(Examples)?\.)' --output-on-failure
git -C "$root" --no-pager diff --stat -- tests/golden || true
