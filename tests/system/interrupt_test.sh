#!/bin/sh
# SPDX-FileCopyrightText: The memprof authors
# SPDX-License-Identifier: Apache-2.0
#
# Ctrl-C in the screen and in triage: no process is left behind, and what was measured until then
# is reported.
#
#   interrupt_test.sh MEMPROF PROGRAMS_DIR OUTPUT_DIR
set -eu
memprof=$1
programs=$2
out=$3
rm -rf "$out"
mkdir -p "$out"

# interrupted_after SECONDS PROGRAM TEXT: the report must say TEXT.
interrupted_after() {
  seconds=$1
  program=$2
  status=0
  # A copy: other tests run the same programs at the same time.
  cp "$programs/$program" "$out/$program.test"
  timeout --foreground --preserve-status --signal=INT "$seconds" \
    "$memprof" run --out "$out/$program" -j 1 -- "$out/$program.test" \
    > "$out/$program.txt" 2>&1 || status=$?
  if [ "$status" != 130 ]; then
    cat "$out/$program.txt" >&2
    echo "$program: exit status $status, expected 130" >&2
    exit 1
  fi
  if pgrep -f "^$out/$program.test" > /dev/null; then
    echo "$program is still running" >&2
    exit 1
  fi
  grep -q '"interrupted": true' "$out/$program/report.json"
  grep -q "$3" "$out/$program.txt"
}

interrupted_after 1 hostile_hang 'nterrupted'
interrupted_after 2 found_thread_kept 'nterrupted'

# Before the first test there is nothing to report, and still it was the user who ended it.
printf '#!/bin/sh\nexec sleep 30\n' > "$out/no_test_yet"
chmod +x "$out/no_test_yet"
status=0
timeout --foreground --preserve-status --signal=INT 1 \
  "$memprof" run --out "$out/nothing" -- "$out/no_test_yet" > "$out/nothing.txt" 2>&1 || status=$?
if [ "$status" != 130 ]; then
  cat "$out/nothing.txt" >&2
  echo "interrupted before the first test: exit status $status, expected 130" >&2
  exit 1
fi
grep -q 'interrupted before the first test was seen' "$out/nothing.txt"
echo "interrupted runs leave a report and no process"
