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

# The package tests compile memprof again, within other projects: from the cache that costs seconds.
# Without the directory in the hash, and by the compiler's own list of what it read, so that what is
# not yet in the cache takes no longer than without it.
launcher=()
if command -v ccache > /dev/null && ccache --show-stats > /dev/null 2>&1; then
  export CCACHE_NOHASHDIR=1 CCACHE_DEPEND=1
  launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
fi
cmake --preset release -DMEMPROF_WERROR=ON -DMEMPROF_PRECOMPILED_TESTS=ON "${launcher[@]}"
cmake --build --preset release --parallel "$(nproc)"
# One more than cores: many tests wait, for threads to settle or for a time limit.
ctest --test-dir build --output-on-failure --no-tests=error -j "$(($(nproc) + 1))" "$@"
