// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_SHARD_GIVERS_H_
#define MEMPROF_RUNNER_EXECUTE_SHARD_GIVERS_H_

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "runner/execute/triage_context.h"

namespace memprof {

/// Whether GoogleTest runs one shard of the tests, by its variables or Bazel's.
bool IsSharded();

/// The tests that give back what those of `growing` keep, by full name, where only a run of the
/// whole suite shows it: in a shard the two may be apart, and then a test that the whole run would
/// not hold against anybody looks like a leak. Runs the suites of `growing` once more with the
/// tests of all shards, as far as the user's filter has them; see FindGiversBack. Those found run
/// repeatedly together with their givers: whoever grows all the same has none. Empty without
/// shards. Where those tests cannot be listed or run, what is known stands.
std::unordered_map<std::uint32_t, std::string> GiversInAllShards(
    const TriageContext& context, const std::vector<std::uint32_t>& growing);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_SHARD_GIVERS_H_
