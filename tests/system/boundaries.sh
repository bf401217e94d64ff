#!/bin/sh
# SPDX-FileCopyrightText: The memprof authors
# SPDX-License-Identifier: Apache-2.0
#
# boundaries.sh SOURCE_DIR LIBMEMPROF_SO [OBJDUMP]: holds the two halves of memprof apart, and what
# libmemprof.so brings into a test's process to the least.
set -eu
source_dir=$1
library=$2
objdump=${3:-objdump}
failures=0

# fail WHAT LINES: says it when there are any lines.
fail() {
  [ -z "$2" ] && return 0
  printf 'FAILED: %s\n%s\n' "$1" "$2"
  failures=$((failures + 1))
}

cd "$source_dir"
fail "gtest_plugin/ includes something of runner/" \
  "$(grep -rnE '#[[:space:]]*include[[:space:]]*[<"](\.\./)*runner/' gtest_plugin || true)"
fail "runner/ includes more of gtest_plugin/ than record/format.h" \
  "$(grep -rnE '#[[:space:]]*include[[:space:]]*[<"](\.\./)*(gtest_plugin|memprof)/' runner |
    grep -v '"gtest_plugin/record/format.h"' || true)"
fail "the contract includes a file of memprof that is not part of it" \
  "$(grep -nE '#[[:space:]]*include[[:space:]]*"' gtest_plugin/record/format.h \
    gtest_plugin/record/authored_format.h gtest_plugin/record/crc32.h \
    gtest_plugin/record/service_format.h gtest_plugin/record/snapshot_format.h \
    gtest_plugin/record/trace_format.h |
    grep -vE '"gtest_plugin/record/(authored|service|snapshot|trace)_format\.h"' |
    grep -vF '"gtest_plugin/record/crc32.h"' || true)"

needed=$("$objdump" -p "$library" | awk '$1 == "NEEDED" { print $2 }')
fail "libmemprof.so needs libraries beyond libc" \
  "$(printf '%s\n' "$needed" | grep -vE '^(libc\.so|ld-linux.*\.so|libgcc_s\.so)(\.[0-9]+)?$' || true)"
printf '%s\n' "$needed" | grep -q '^libc\.so' || fail "its needed libraries cannot be read" "$library"

# What is exported is the probe, the author's table, C++'s operators new and delete, or a name that
# libc has, in whichever file libc is here.
libc=$(ldd "$library" | awk '$1 ~ /^libc\.so/ { print $3 }')
exported() {
  "$objdump" -T "$1" | awk '$0 !~ /\*UND\*/ && $0 !~ / \.hidden / && $NF != "" && $1 ~ /^[0-9a-f]+$/ { print $NF }' |
    sed 's/@.*//' | sort -u
}
ours=$(exported "$library")
printf '%s\n' "$ours" | grep -qx malloc || fail "malloc is not exported" "$library"
names=$(mktemp)
trap 'rm -f "$names"' EXIT
exported "$libc" > "$names"
fail "libmemprof.so exports names that are neither libc's nor memprof's" \
  "$(printf '%s\n' "$ours" | grep -vE '^(memprof_probe_.*|memprof_tracker_of|_Z(n[wa]|d[la]P).*)$' | grep -vxFf "$names" || true)"

[ "$failures" -eq 0 ] && echo "boundaries hold"
exit "$failures"
