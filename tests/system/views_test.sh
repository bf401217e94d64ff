#!/bin/sh
# SPDX-FileCopyrightText: The memprof authors
# SPDX-License-Identifier: Apache-2.0
#
# The views through the command line, on results that are there: text, JSON by its schema, names that
# match nothing, and the completion of words in bash.
#
#   views_test.sh MEMPROF TESTS_DIR OUTPUT_DIR     77: a validator or bash is not installed
set -eu
memprof=$1
tests=$2
out=$3
here=$(cd "$(dirname "$0")" && pwd)
golden=$tests/golden/report.json
real=$tests/fixtures/views
rm -rf "$out"
mkdir -p "$out/json" "$out/run/memprof-out"
cp "$golden" "$out/run/memprof-out/report.json"

fail() {
  echo "views_test.sh: $*" >&2
  exit 1
}

# view NAME ARGS...: of both results, as text and JSON.
view() {
  name=$1
  shift
  "$memprof" "$name" "$@" > "$out/$name.txt" || fail "memprof $name $* ended with status $?"
  grep -q "^memprof: " "$out/$name.txt" || fail "memprof $name has no headline"
  if grep -q "$(printf '\033')" "$out/$name.txt"; then fail "memprof $name coloured a file"; fi
  count=$((${count:-0} + 1))
  "$memprof" "$name" "$@" --format json > "$out/json/view-$count-$name.json"
}
for result in "$golden" "$real"; do
  view leaks "$result"
  view handles "$result"
  view objects "$result"
  view recommend "$result"
done
view recommend src/core "$golden"
view lines consolidation.cpp "$golden"
view patterns alma::consolidate "$golden"
view diagnose 'Cache.*' "$golden"
view diagnose '*' "$real"
grep -q "CRITICAL 1" "$out/diagnose.txt" || fail "memprof diagnose tells no finding"

# refused TEXT ARGS...: exit status 2, and TEXT in the message, beside a memprof-out.
refused() {
  text=$1
  shift
  status=0
  (cd "$out/run" && "$memprof" "$@") > "$out/refused.txt" 2>&1 || status=$?
  [ "$status" -eq 2 ] || fail "memprof $* ended with status $status, not 2"
  grep -q "$text" "$out/refused.txt" || fail "memprof $* does not say: $text"
}
refused "did you mean Cache.Lookup" diagnose Cache.Lokup "$golden"
refused "no test was named" diagnose
refused "there is no file or directory nowhere" leaks nowhere
refused "did you mean src/consolidation.cpp" lines src/consolidaton.cpp "$golden"
refused "no function of the result is" patterns no::such "$golden"
refused "no module of the result is" recommend src/nowhere "$golden"
refused "no test of the result is" leaks --test 'Nope.*' "$golden"
refused "format" leaks --format xml "$golden"

if ! command -v bash > /dev/null 2>&1; then
  echo "skipped: bash is not installed"
  exit 77
fi
# completed LINE WORDS: what bash puts in place of the last word of LINE.
completed() {
  found=$(cd "$out/run" && PATH=$(dirname "$memprof"):$PATH bash -c '
    source <(memprof completion bash)
    COMP_LINE=$1 COMP_POINT=${#1}
    _memprof memprof "" ""
    echo "${COMPREPLY[*]}"' bash "$1")
  [ "$found" = "$2" ] || fail "\"$1\" completes to \"$found\", not \"$2\""
}
completed "memprof lea" "leaks"
completed "memprof diagnose Cache.L" "Cache.Lookup"
completed "memprof diagnose Nope" ""
completed "memprof leaks --test Graph.W" "Graph.Walk"
completed "memprof lines src/rep" "src/report.cpp"
completed "memprof patterns alma::consol" "consolidate"
completed "memprof recommend src/core/" "src/core/name.cpp"
completed "memprof objects --by ty" "type"
completed "memprof leaks --format js" "json"
completed "memprof leaks --sou" "--source-root"
for shell in zsh fish; do
  "$memprof" completion $shell > "$out/completion.$shell"
  grep -q __complete "$out/completion.$shell" || fail "no script for $shell"
  if command -v $shell > /dev/null 2>&1; then $shell -n "$out/completion.$shell"; fi
done

"$here/validate_formats.sh" "$out/json"
