#!/bin/sh
# SPDX-FileCopyrightText: The memprof authors
# SPDX-License-Identifier: Apache-2.0
#
# Holds every report in a directory to its format, by validators that are not ours: *.xml must be
# well formed for xmllint, and *.json must fit runner/report/report.schema.json for jsonschema, or
# comparison.schema.json where the name begins with "diff", or runner/views/views.schema.json where it
# begins with "view".
#
#   validate_formats.sh DIR     0 valid, 1 not valid, 2 usage, 77 a validator is not installed
set -eu
if [ $# -ne 1 ] || [ ! -d "$1" ]; then
  echo "usage: validate_formats.sh DIR" >&2
  exit 2
fi
root=$(cd "$(dirname "$0")/../.." && pwd)
schemas=$root/runner/report
# Debian's Python, because its jsonschema package is for that one.
python=/usr/bin/python3

if ! command -v xmllint >/dev/null 2>&1; then
  echo "skipped: xmllint is not installed (apt-get install libxml2-utils)"
  exit 77
fi
if ! "$python" -c 'import jsonschema' >/dev/null 2>&1; then
  echo "skipped: jsonschema is not installed (apt-get install python3-jsonschema)"
  exit 77
fi

checked=0
bad=0
for file in "$1"/*.xml; do
  [ -e "$file" ] || continue
  checked=$((checked + 1))
  xmllint --noout "$file" || bad=$((bad + 1))
done
for file in "$1"/*.json; do
  [ -e "$file" ] || continue
  checked=$((checked + 1))
  case $(basename "$file") in
    diff*) schema=$schemas/comparison.schema.json ;;
    view*) schema=$root/runner/views/views.schema.json ;;
    *) schema=$schemas/report.schema.json ;;
  esac
  # Its deprecation notice, and the whole report in each message, would drown what matters.
  "$python" -W ignore -m jsonschema --base-uri "file://$(dirname "$schema")/" --error-format "$file: {error.json_path}: {error.message}
" -i "$file" "$schema" || bad=$((bad + 1))
done
if [ "$checked" -eq 0 ]; then
  echo "no *.xml and no *.json in $1: nothing was validated"
  exit 1
fi
echo "$checked files validated, $bad not valid"
[ "$bad" -eq 0 ]
