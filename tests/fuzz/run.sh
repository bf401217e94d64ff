#!/usr/bin/env bash
# SPDX-FileCopyrightText: The memprof authors
# SPDX-License-Identifier: Apache-2.0
#
# Builds the fuzzers with Clang and runs them one after another, 600 seconds each:
#
#     tests/fuzz/run.sh [SECONDS] [PARSER…]
#
# MEMPROF_FUZZ_BUILD names the build directory (build-fuzz), MEMPROF_FUZZ_PROGRAMS a directory of
# fuzzers that are built already. Ends with 1 where there is a finding.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
here=$root/tests/fuzz
build=${MEMPROF_FUZZ_BUILD:-$root/build-fuzz}
seconds=600
if [[ ${1:-} =~ ^[0-9]+$ ]]; then
  seconds=$1
  shift
fi
parsers=("$@")
if ((${#parsers[@]} == 0)); then
  for source in "$here"/fuzz_*.cc; do
    name=${source##*/fuzz_}
    parsers+=("${name%.cc}")
  done
fi

mkdir -p "$build"
programs=${MEMPROF_FUZZ_PROGRAMS:-}
if [[ -z $programs ]]; then
  cmake -S "$root" -B "$build" -DCMAKE_BUILD_TYPE=RelWithDebInfo -DCMAKE_CXX_COMPILER=clang++ \
    -DCMAKE_C_COMPILER=clang -DMEMPROF_FUZZ=ON -DMEMPROF_BUILD_EXAMPLES=OFF
  cmake --build "$build" --target memprof_fuzzers --parallel "$(nproc)"
  programs=$build/tests/fuzz
fi

# A finding of UndefinedBehaviorSanitizer ends the fuzzer as a crash does.
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
table=$(printf '%-16s %12s %8s %9s' parser executions seconds findings)
found=0
for parser in "${parsers[@]}"; do
  new=$build/corpus/$parser findings=$build/findings/$parser log=$build/$parser.log
  mkdir -p "$new" "$findings"
  begin=$SECONDS
  # The kept inputs come second: what is new goes to the first directory.
  "$programs/fuzz_$parser" -max_total_time="$seconds" -max_len=16384 -timeout=10 \
    -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="$findings/" "$new" \
    "$here/corpus/$parser" > "$log" 2>&1 || echo "$parser: see $log"
  executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log" | tail -n 1)
  count=$(find "$findings" -type f | wc -l)
  found=$((found + count))
  table+=$'\n'$(printf '%-16s %12s %8s %9s' "$parser" "${executions:--}" $((SECONDS - begin)) \
    "$count")
  echo "$parser: ${executions:--} executions, $count findings"
done
printf '\n%s\n' "$table"
((found == 0))
