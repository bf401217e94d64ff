#!/bin/sh
# SPDX-FileCopyrightText: The memprof authors
# SPDX-License-Identifier: Apache-2.0
#
# `memprof scan` through the command line, on a project that is written here: its exit statuses,
# comments that keep a risk, pairs of the user's, clang's analyzer, an interrupt, and every format.
#
#   scan_test.sh MEMPROF OUTPUT_DIR     77: a validator is not installed
set -eu
memprof=$1
out=$2
here=$(cd "$(dirname "$0")" && pwd)
rm -rf "$out"
mkdir -p "$out/src" "$out/build" "$out/inc" "$out/.git" "$out/valid"
out=$(cd "$out" && pwd)

fail() {
  echo "scan_test.sh: $*" >&2
  exit 1
}

# expect STATUS ARGS...: its output is in $out/said.txt.
expect() {
  wanted=$1
  shift
  status=0
  "$memprof" scan "$@" > "$out/said.txt" 2>&1 || status=$?
  [ "$status" -eq "$wanted" ] || {
    cat "$out/said.txt" >&2
    fail "memprof scan $* ended with status $status, not $wanted"
  }
}
says() { grep -q -- "$1" "$out/said.txt" || fail "it does not say: $1"; }
says_not() { if grep -q -- "$1" "$out/said.txt"; then fail "it says: $1"; fi; }

# database NAMES...: relative paths, as some build systems write them, and no -std.
database() {
  separator='['
  for name in "$@"; do
    printf '%s{"directory": "%s/build", "file": "../src/%s", "command": "c++ -I../inc -c ../src/%s"}' \
      "$separator" "$out" "$name" "$name"
    separator=','
  done > "$out/build/compile_commands.json"
  printf ']\n' >> "$out/build/compile_commands.json"
}

cat > "$out/inc/lines.h" << 'EOF'
#include <string>
#include <vector>
inline constexpr int kWidth = 80;  // C++17
void Add(const std::string& line);
EOF
cat > "$out/src/grows.cc" << 'EOF'
#include "lines.h"
std::vector<std::string> lines;
void Add(const std::string& line) { lines.push_back(line); }
EOF
echo 'int other() { return 1; }' > "$out/src/clean.cc"

database grows.cc clean.cc
expect 1 -p "$out/build"
says "src/grows.cc:2"
expect 0 -p "$out/build" "$out/src/clean.cc"
expect 0 -p "$out/build" --fail-on critical
expect 2 -p "$out/build" "$out/src/none.cc"
expect 2 -p "$out/none"
says CMAKE_EXPORT_COMPILE_COMMANDS
expect 2 --explain nothing
echo '#include "made_by_the_build.h"' > "$out/src/broken.cc"
database broken.cc
expect 3 -p "$out/build"
says "build it first"
echo '[' > "$out/build/compile_commands.json"
expect 3 -p "$out/build"

# Comments.
database grows.cc
sed -i 's|lines;$|lines;  // memprof: keep - one entry a request|' "$out/src/grows.cc"
expect 0 -p "$out/build"
sed -i 's| - one entry a request||' "$out/src/grows.cc"
expect 1 -p "$out/build"
says "gives no reason"

# Pairs that only a table knows.
cat > "$out/src/pairs.cc" << 'EOF'
extern "C" void* borrow_page(int);
extern "C" void hand_in(void*);
int Read(int n) {
  void* page = borrow_page(n);
  if (n > 3) return 0;
  hand_in(page);
  return 1;
}
EOF
database pairs.cc
expect 0 -p "$out/build" --no-analyzer
echo 'borrow_page hand_in' > "$out/own.pairs"
expect 1 -p "$out/build" --no-analyzer --pairs "$out/own.pairs" --pairs known
says "src/pairs.cc:4"
expect 2 -p "$out/build" --pairs "$out/none.pairs"

# Clang's analyzer: what both see is one finding, and what it alone sees is a finding too.
cat > "$out/src/paths.cc" << 'EOF'
struct Node { int value; };
int Both(int n) {
  Node* node = new Node{n};
  if (n > 3) return 0;
  delete node;
  return 1;
}
static void Fill(Node** to, int n) { *to = new Node{n}; }
int Alone(int n) {
  Node* filled = nullptr;
  Fill(&filled, n);
  if (filled->value == 7) return 1;
  delete filled;
  return 0;
}
EOF
database paths.cc
expect 1 -p "$out/build" --no-analyzer
says_not clang-analyzer
if command -v clang > /dev/null 2>&1; then
  expect 1 -p "$out/build" --analyzer
  [ "$(grep -c 'lost owner' "$out/said.txt")" -ge 2 ] || fail "the analyzer's leak is not told"
  "$memprof" scan -p "$out/build" --analyzer --format json > "$out/valid/analyzed.json" 2> /dev/null || true
  [ "$(grep -c '"kind": *"static-risk"' "$out/valid/analyzed.json")" -le 2 ] ||
    fail "what both see is told twice"
fi
mkdir -p "$out/empty"
status=0
PATH=$out/empty "$memprof" scan -p "$out/build" --analyzer > "$out/said.txt" 2>&1 || status=$?
[ "$status" -eq 1 ] || fail "without clang it ended with status $status"
says "clang is not installed"

# Every format, by validators that are not ours.
expect 1 -p "$out/build" --out "$out/reports" --format all
cp "$out"/reports/*.xml "$out/valid/"
cp "$out/reports/report.json" "$out/valid/"

# An interrupt: many units, so that it comes while they are read.
{
  separator='['
  for i in $(seq 400); do
    printf '%s{"directory": "%s/build", "file": "../src/grows.cc", "command": "c++ -DN=%s -I../inc -c ../src/grows.cc"}' \
      "$separator" "$out" "$i"
    separator=','
  done
  printf ']\n'
} > "$out/build/compile_commands.json"
"$memprof" scan -p "$out/build" --analyzer > "$out/said.txt" 2>&1 &
process=$!
sleep 1.5
kill -TERM "$process"
status=0
wait "$process" || status=$?
[ "$status" -eq 130 ] || fail "interrupted it ended with status $status"

"$here/validate_formats.sh" "$out/valid"
