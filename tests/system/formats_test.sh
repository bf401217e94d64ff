#!/bin/sh
# SPDX-FileCopyrightText: The memprof authors
# SPDX-License-Identifier: Apache-2.0
#
# The reports of real runs, and the approved ones, held to their formats by validators that are not
# ours.
#
#   formats_test.sh MEMPROF EXAMPLES_DIR OUTPUT_DIR     77: a validator is not installed
set -eu
memprof=$1
examples=$2
out=$3
here=$(cd "$(dirname "$0")" && pwd)
rm -rf "$out"
mkdir -p "$out"
for example in lost_owner_leak lost_owner_fixed handle_not_closed_leak; do
  status=0
  "$memprof" run --quiet --out "$out/$example" --source-root "$here/../.." -- "$examples/$example" \
    > "$out/$example.txt" || status=$?
  if [ "$status" -gt 1 ]; then
    echo "memprof run on $example ended with status $status" >&2
    exit 1
  fi
  "$here/validate_formats.sh" "$out/$example"
done
status=0
mkdir "$out/diff"
"$memprof" diff --format json --out "$out/diff/diff.json" "$out/lost_owner_leak" \
  "$out/handle_not_closed_leak" || status=$?
if [ "$status" -ne 1 ]; then
  echo "memprof diff of two leaking examples ended with status $status" >&2
  exit 1
fi
"$here/validate_formats.sh" "$out/diff"
"$here/validate_formats.sh" "$here/../golden"
