#!/bin/sh
# SPDX-FileCopyrightText: The memprof authors
# SPDX-License-Identifier: Apache-2.0
#
# Runs a reader, or says that it is not there: CTest takes a missing program for a failure.
#
#   if_installed.sh PROGRAM [ARG...]     77: PROGRAM is not installed
set -eu
if ! command -v "$1" > /dev/null 2>&1; then
  echo "skipped: $1 is not installed"
  exit 77
fi
exec "$@"
