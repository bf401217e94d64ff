// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/merged_record.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

namespace memprof {
namespace {

template <class T>
void Append(std::vector<T> from, std::vector<T>* to) {
  std::move(from.begin(), from.end(), std::back_inserter(*to));
}

}  // namespace

void MergedRecord::Add(RecordFile part) {
  const bool is_first = !all_.process.has_value();
  if (is_first) all_.process = std::move(part.process);
  all_.program_ended = part.program_ended && (is_first || all_.program_ended);
  std::vector<std::uint32_t> index;
  for (RecordedTest& test : part.tests) index.push_back(IndexOf(std::move(test)));
  for (RecordedRun& run : part.runs) run.test = index[run.test];
  Append(std::move(part.runs), &all_.runs);
  Append(std::move(part.suites), &all_.suites);
  Append(std::move(part.iterations), &all_.iterations);
  all_.lost_records += part.lost_records;
  all_.lost_descriptors += part.lost_descriptors;
  if (all_.damage.empty()) all_.damage = std::move(part.damage);
}

std::uint32_t MergedRecord::IndexOf(RecordedTest test) {
  const auto next = static_cast<std::uint32_t>(all_.tests.size());
  const auto [known, is_new] = index_.emplace(test.FullName(), next);
  if (is_new) all_.tests.push_back(std::move(test));
  return known->second;
}

}  // namespace memprof
