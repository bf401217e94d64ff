// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/gtest_results.h"

#include <cstddef>
#include <iterator>
#include <unordered_map>

namespace memprof {
namespace {

template <class T>
void Append(std::vector<T> added, std::vector<T>* to) {
  std::move(added.begin(), added.end(), std::back_inserter(*to));
}

}  // namespace

std::vector<GtestResult> CombineGtestResults(std::vector<GtestResult> results) {
  std::vector<GtestResult> combined;
  std::unordered_map<std::string, std::size_t> index;
  for (GtestResult& result : results) {
    const auto [found, is_new] = index.emplace(result.FullName(), combined.size());
    if (is_new) {
      combined.push_back(std::move(result));
      continue;
    }
    GtestResult& known = combined[found->second];
    if (!result.ran) continue;
    if (!known.ran) {
      known = std::move(result);
      continue;
    }
    known.seconds += result.seconds;
    known.skipped = known.skipped && result.skipped;
    Append(std::move(result.failures), &known.failures);
    Append(std::move(result.properties), &known.properties);
  }
  return combined;
}

}  // namespace memprof
