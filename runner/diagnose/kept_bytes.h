// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_KEPT_BYTES_H_
#define MEMPROF_RUNNER_DIAGNOSE_KEPT_BYTES_H_

#include <cstdint>
#include <optional>

#include "runner/diagnose/evidence.h"

namespace memprof {

/// What a test or suite kept once.
struct KeptBytes {
  std::int64_t once = 0;   ///< alive when its first run was over
  std::int64_t still = 0;  ///< alive when the last was
};

/// By the trace from the blocks themselves, else from the test's windows. Empty when not measured,
/// and for the program: what `main` and static objects hold while tests run is not kept by any.
std::optional<KeptBytes> BytesKept(const TestEvidence& evidence);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_KEPT_BYTES_H_
