#!/bin/sh
# SPDX-FileCopyrightText: The memprof authors
# SPDX-License-Identifier: Apache-2.0
#
# Prints our massif files with Valgrind's own ms_print, and looks at what it says.
#
#   ms_print.sh SAMPLES     77: ms_print is not installed
set -eu
if ! command -v ms_print > /dev/null 2>&1; then
  echo "skipped: ms_print is not installed (apt-get install valgrind)"
  exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
  echo "$1"
  head -n 60 "$work/out" "$work/errors"
  exit 1
}

for sample in "$1"/*/; do
  # What it cannot read it says on stderr, sometimes with status 0.
  TMPDIR=$work ms_print "$sample/report.massif" > "$work/out" 2> "$work/errors" ||
    fail "$sample: ms_print failed"
  # Perl warns of trees of more than 100 calls, which is no error in them.
  if grep -v 'Deep recursion' "$work/errors" > /dev/null; then
    fail "$sample: ms_print complains"
  fi
  grep -q '^Number of snapshots: [1-9]' "$work/out" || fail "$sample: no snapshots"
  case $(basename "$sample") in
    sample)
      grep -q 'Detailed snapshots: .*(peak)' "$work/out" || fail "$sample: no peak snapshot"
      grep -q '68.11% (432,468B) 0x[0-9A-F]*: alma::Compute (src/consolidation.cpp:83)' \
        "$work/out" || fail "$sample: what is kept is not told by its call"
      grep -q 'traced process "3 suspects, 12 runs"' "$work/out" ||
        fail "$sample: it is not said what is shown"
      ;;
    clean)
      grep -q 'Detailed snapshots: \[\]' "$work/out" || fail "$sample: a tree of nothing"
      grep -q 'no test was traced' "$work/out" || fail "$sample: it is not said that it is empty"
      ;;
  esac
done
