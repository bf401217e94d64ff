#!/usr/bin/env bash
# SPDX-FileCopyrightText: The memprof authors
# SPDX-License-Identifier: Apache-2.0
#
# Installs what is missing, builds memprof and the examples, profiles all of them, and prints what it
# found. Half of the examples leak or waste; that they are found is success. Results: memprof-out/<example>/.
set -euo pipefail
exec < /dev/null

root="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)"
cd -- "$root"
build="build-examples"
out="memprof-out"

# run.sh --profile EXAMPLE TOTAL: one of the runs below. The driver's exit status goes to a file.
if [ "${1:-}" = --profile ]; then
  example=$2
  mkdir -p "$out/$example"
  status=0
  "$build/runner/memprof" run --out "$out/$example" --source-root "$root" -- "$build/examples/$example" \
    > "$out/$example/run.log" 2>&1 || status=$?
  echo "$status" > "$out/$example/exit_status"
  printf '  %-32s %s\n' "$example" "$(
    case $status in
      0) if grep -q '^OPTIMIZATION' "$out/$example/report.txt"; then echo "wastes"; else echo "clean"; fi ;;
      1) echo "findings" ;;
      4) echo "its tests fail" ;;
      *) echo "could not be measured (exit status $status)" ;;
    esac)"
  exit 0
fi

cmake/setup.sh
echo "Building memprof and the examples in $build (the first time takes a few minutes)"
mkdir -p "$build"
if ! { cmake --preset release -B "$build" -DMEMPROF_BUILD_TESTS=OFF &&
       cmake --build "$build" --parallel "$(nproc)"; } > "$build/build.log" 2>&1; then
  cat "$build/build.log" >&2
  echo "The build failed: see above, or $build/build.log" >&2
  exit 1
fi

examples=()
for source in examples/*/{leak,fixed}_test.cc; do
  pattern="$(basename -- "$(dirname -- "$source")")"
  version="$(basename -- "$source" _test.cc)"
  examples+=("${pattern}_${version}")
  rm -rf -- "${out:?}/${pattern}_${version}"
done

echo "Profiling ${#examples[@]} examples"
printf '%s\n' "${examples[@]}" | xargs -P "$(nproc)" -I '{}' "$root/examples/run.sh" --profile '{}'

# Waste alone fails no run.
wastes() {
  [ "$(cat "$out/$1/exit_status")" = 0 ] && grep -q '^OPTIMIZATION' "$out/$1/report.txt"
}

# The findings of each; its summary stays in the file, for the table below is the summary of all.
for example in "${examples[@]}"; do
  [ "$(cat "$out/$example/exit_status")" = 1 ] || wastes "$example" || continue
  printf '\n%s\n%s\n' "$example" "${example//?/=}"
  sed '/^SUMMARY$/,$d' "$out/$example/report.txt"
done

printf '\n%-32s  %s\n' "example" "result"
leaking=0
wasting=0
failed=0
for example in "${examples[@]}"; do
  case "$(cat "$out/$example/exit_status")" in
    0) result="clean"; if wastes "$example"; then result="wastes"; wasting=$((wasting + 1)); fi ;;
    1) result="findings"; leaking=$((leaking + 1)) ;;
    4) result="its tests fail" ;;
    *) result="could not be measured"; failed=$((failed + 1)) ;;
  esac
  printf '%-32s  %-22s %s\n' "$example" "$result" "$out/$example/report.txt"
done
printf '\n%d of %d examples keep something and %d waste; the half called _leak is meant to. Beside each\n' \
  "$leaking" "${#examples[@]}" "$wasting"
echo "report.txt lie report.html, report.json, junit.xml and the diffs, in fixes/."
if [ "$failed" -gt 0 ]; then
  echo "$failed could not be measured; $out/<example>/run.log says why." >&2
  exit 1
fi
