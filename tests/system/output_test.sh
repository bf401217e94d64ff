#!/bin/sh
# SPDX-FileCopyrightText: The memprof authors
# SPDX-License-Identifier: Apache-2.0
#
# Output that cannot be written, on a full disk, at a limit or to a reader that left: an error where
# something is lost, and the rest is there.
#
#   output_test.sh MEMPROF GOLDEN_DIR OUTPUT_DIR
set -eu
memprof=$1
report=$2/clean.json
out=$3
rm -rf "$out"
mkdir -p "$out"

# expect STATUS WHAT COMMAND: its stderr is in $out/err.txt.
expect() {
  expected=$1
  what=$2
  shift 2
  status=0
  "$@" 2> "$out/err.txt" || status=$?
  [ "$status" = "$expected" ] && return
  cat "$out/err.txt" >&2
  echo "$what: exit status $status, expected $expected" >&2
  exit 1
}

shown() { "$memprof" report "$report" --fail-on never "$@"; }
to_full_device() { shown "$@" > /dev/full; }
help_to_full_device() { "$memprof" run --help > /dev/full; }
with_both_closed() { shown --out "$out/closed" >&- 2>&-; }
to_reader_that_leaves() { shown --out "$out/left" | head -n 1 > "$out/head.txt"; }
# 64 blocks of 512 bytes: report.html is far larger.
with_small_files() (ulimit -f 64 && shown --out "$out/small" > "$out/small.txt")

expect 3 "the report to a full device" to_full_device
grep -q 'standard output cannot be written to' "$out/err.txt"
expect 3 "another format to a full device" to_full_device --format sarif
expect 3 "the help to a full device" help_to_full_device
expect 0 "without stdout and stderr" with_both_closed
for name in report.txt report.json report.html junit.xml; do
  if grep -q '^memprof: reports are in' "$out/closed/$name"; then
    echo "$name has what was printed" >&2
    exit 1
  fi
done
expect 0 "to a reader that leaves" to_reader_that_leaves
[ -s "$out/left/report.html" ]
expect 3 "with a limit on the size of files" with_small_files
grep -q 'cannot write .*report.html: File too large' "$out/err.txt"
[ -s "$out/small/report.txt" ] && [ -s "$out/small.txt" ]
[ ! -e "$out"/small/*.tmp ]
echo "output that cannot be written is an error, and takes nothing else with it"
