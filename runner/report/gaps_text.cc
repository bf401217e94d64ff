// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/gaps_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>

#include "runner/report/quantity.h"

namespace memprof {
namespace {

constexpr std::size_t kUnmeasuredListed = 3;  // for each tool and reason

}  // namespace

std::string SomeNames(const std::vector<std::string>& names, std::size_t limit) {
  const std::size_t shown = std::min(names.size(), limit);
  std::string text = fmt::format(
      "{}", fmt::join(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(shown), ", "));
  if (shown < names.size()) text += fmt::format(", +{} more", names.size() - shown);
  return text;
}

void WriteNotMeasured(std::span<const NotMeasured> gaps, TextPage* page) {
  if (gaps.empty()) return;
  struct Group {
    std::vector<std::string> tests;
    bool whole_run = false;
  };
  std::map<std::pair<std::string, std::string>, Group> groups;
  for (const NotMeasured& missing : gaps) {
    Group& group = groups[{missing.tool, missing.why}];
    if (missing.test.empty()) {
      group.whole_run = true;
    } else {
      group.tests.push_back(missing.test);
    }
  }
  page->Blank();
  page->Line("NOT MEASURED", Paint::kYellow);
  page->Blank();
  for (const auto& [key, group] : groups) {
    const auto& [tool, why] = key;
    const std::string extent = group.whole_run
                                   ? "the whole run"
                                   : Counted(static_cast<std::int64_t>(group.tests.size()), "test");
    page->Item(tool, fmt::format("{}: {}", extent, why));
    if (!group.tests.empty()) page->Item({}, SomeNames(group.tests, kUnmeasuredListed));
  }
}

}  // namespace memprof
