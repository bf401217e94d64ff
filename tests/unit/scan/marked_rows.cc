// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/scan/marked_rows.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "tests/unit/scan/scanned.h"

namespace memprof::scan {
namespace {

constexpr std::string_view kMark = "// RISK";

}  // namespace

void ExpectRisksAtMarks(Pattern pattern, const std::vector<MarkedRow>& rows) {
  std::string text =
      "#include <array>\n#include <deque>\n#include <functional>\n#include <list>\n#include <map>\n"
      "#include <memory>\n#include <numeric>\n#include <optional>\n#include <string>\n"
      "#include <utility>\n#include <variant>\n#include <vector>\n";
  std::vector<std::pair<int, const MarkedRow*>> begins;
  for (const MarkedRow& row : rows) {
    begins.emplace_back(static_cast<int>(std::count(text.begin(), text.end(), '\n')) + 1, &row);
    text += fmt::format("namespace row_{} {{{}\n}}\n", begins.size(), row.code);
  }
  const std::vector<StaticRisk> risks = RisksIn(text);
  std::size_t begin = 0;
  int number = 1;
  const MarkedRow* row = nullptr;
  while (begin < text.size()) {
    for (const auto& [line, which] : begins) row = line == number ? which : row;
    const std::size_t end = text.find('\n', begin);
    const std::string_view line = std::string_view(text).substr(begin, end - begin);
    const auto of = std::find_if(risks.begin(), risks.end(), [&](const StaticRisk& risk) {
      return risk.pattern == pattern && risk.place.line == number;
    });
    EXPECT_EQ(of != risks.end(), line.ends_with(kMark)) << (row == nullptr ? "" : row->name) << "\n"
                                                        << line << "\n"
                                                        << (of == risks.end() ? "" : of->title);
    begin = end + 1;
    ++number;
  }
}

}  // namespace memprof::scan
