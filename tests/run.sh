#!/usr/bin/env bash
# SPDX-FileCopyrightText: The memprof authors
# SPDX-License-Identifier: Apache-2.0
#
# Installs what is missing, builds memprof and runs all its tests. Arguments go to ctest:
#
#     tests/run.sh -R unit
set -euo pipefail
exec < /dev/null

cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
cmake/setup.sh --tests

cmake --preset release -DMEMPROF_WERROR=ON
cmake --build --preset release --parallel "$(nproc)"
# One more than cores: many tests wait, for threads to settle or for a time limit.
ctest --test-dir build --output-on-failure --no-tests=error -j "$(($(nproc) + 1))" "$@"
