// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
//
// More than any reader takes: each format keeps its cap, says what it left out, and takes seconds.
#include <gtest/gtest.h>

#include <cstddef>
#include <ctime>
#include <map>
#include <string>
#include <string_view>

#include "runner/report/renderers.h"
#include "tests/unit/report/sample_report.h"

namespace memprof {
namespace {

constexpr int kTests = 10'000;
constexpr int kFindings = 5'003;
// Processor time of a Debug build; what is quadratic in findings or tests takes minutes.
constexpr double kMostSeconds = 15;

struct Cap {
  std::size_t bytes;  ///< 0: its reader has no limit, and everything is there
  const char* words;  ///< that say what is left out
};

TEST(FormatCaps, OfFiveThousandFindingsEachFormatKeepsItsCapAndSaysWhatItLeftOut) {
  const std::map<std::string, Cap> kCaps = {
      {"text", {0, ""}},
      {"html", {30u << 20, ""}},
      {"junit", {30'000'000, "pairs of a test and a finding are left out"}},
      {"markdown", {60'000, "more"}},
      {"sarif", {100u << 20, "left out"}},
      {"github", {64u << 10, "more, see the summary"}},
      {"github-summary", {900u << 10, "more"}},
      {"gitlab", {0, "+3 more, left out here"}},
  };
  const Report report = ManyFindings(kTests, kFindings);
  for (const Renderer& renderer : Renderers()) {
    SCOPED_TRACE(renderer.name);
    // It has no cap, and says all: its time is linear, and a third of the whole.
    if (std::string_view(renderer.name) == "json") continue;
    const std::clock_t begin = std::clock();
    const std::string text = renderer.render(report, {});
    EXPECT_LT(static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC, kMostSeconds);
    const auto cap = kCaps.find(renderer.name);
    if (cap == kCaps.end()) continue;  // of profiles, which do not grow with the findings
    if (cap->second.bytes > 0) {
      EXPECT_LE(text.size(), cap->second.bytes);
    }
    EXPECT_NE(text.find(cap->second.words), std::string::npos);
  }
}

}  // namespace
}  // namespace memprof
