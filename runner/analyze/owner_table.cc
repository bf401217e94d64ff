// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/owner_table.h"

#include <algorithm>

namespace memprof {
namespace {

constexpr std::size_t kNoOwner = static_cast<std::size_t>(-1);

}  // namespace

OwnerTable::OwnerTable(const RecordFile& record) {
  const std::vector<RecordedWindow>& windows = record.trace->windows;
  std::vector<bool> ran(record.tests.size());
  for (const RecordedRun& run : record.runs) ran[run.test] = true;
  for (const RecordedWindow& window : windows) {
    if (window.kind == record::kWithinTest) ran[window.test] = true;
  }
  of_test_.assign(record.tests.size(), kNoOwner);
  for (std::size_t test = 0; test < ran.size(); ++test) {
    if (!ran[test]) continue;
    of_test_[test] = owners_.size();
    owners_.push_back({Scope::kTest, record.tests[test].FullName()});
  }
  auto add_suite = [this](const std::string& name) {
    if (of_suite_.emplace(name, owners_.size()).second) owners_.push_back({Scope::kSuite, name});
  };
  for (std::size_t test = 0; test < ran.size(); ++test) {
    if (ran[test]) add_suite(record.tests[test].suite);
  }
  for (const RecordedWindow& window : windows) {
    if (window.kind == record::kWithinSuite) add_suite(window.suite);
  }
  owners_.push_back({Scope::kProgram, ""});
  owners_.push_back({Scope::kProgram, ""});

  for (const RecordedWindow& window : windows) {
    switch (window.kind) {
      case record::kWithinTest:
        of_window_.push_back(of_test_[window.test]);
        break;
      case record::kIgnoredWindow:
        of_window_.push_back(nobody());
        break;
      case record::kWithinSuite:
        of_window_.push_back(OfSuite(window.suite));
        break;
      default:
        of_window_.push_back(program());
    }
  }
}

std::size_t OwnerTable::OfSuite(const std::string& name) const {
  const auto found = of_suite_.find(name);
  return found != of_suite_.end() ? found->second : program();
}

IterationColumns::IterationColumns(const RecordFile& record) {
  for (const RecordedIteration& iteration : record.iterations) {
    if (iteration.finished) iterations_.push_back(iteration.iteration);
  }
}

std::size_t IterationColumns::Of(std::uint32_t iteration) const {
  return static_cast<std::size_t>(
      std::lower_bound(iterations_.begin(), iterations_.end(), iteration) - iterations_.begin());
}

}  // namespace memprof
