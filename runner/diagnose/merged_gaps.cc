// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/merged_gaps.h"

#include <algorithm>
#include <cstddef>
#include <set>
#include <tuple>

namespace memprof {
namespace {

class Gaps {
 public:
  void Add(const NotMeasured& gap) {
    if (known_.emplace(gap.tool, gap.test, gap.why).second) gaps_.push_back(gap);
  }
  std::vector<NotMeasured> Take() && { return std::move(gaps_); }

 private:
  std::set<std::tuple<std::string, std::string, std::string>> known_;
  std::vector<NotMeasured> gaps_;
};

bool HaveAll(std::span<const Report> parts, const NotMeasured& gap) {
  return std::all_of(parts.begin(), parts.end(), [&](const Report& part) {
    const auto& gaps = part.not_measured;
    return part.tests.empty() || std::find(gaps.begin(), gaps.end(), gap) != gaps.end();
  });
}

}  // namespace

std::vector<NotMeasured> GapsOf(std::span<const Report> parts,
                                const std::vector<std::string>& names) {
  Gaps gaps;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    for (const NotMeasured& gap : parts[i].not_measured) {
      // A part without tests belongs to one that has them.
      const bool of_part = gap.test.empty() && !parts[i].tests.empty() && i < names.size();
      if (!of_part || HaveAll(parts, gap)) {
        gaps.Add(gap);
      } else if (gap.tool == "heap") {
        for (const TestReport& test : parts[i].tests) {
          gaps.Add({gap.tool, test.FullName(), gap.why});
        }
      } else {
        gaps.Add({gap.tool, "", gap.why + " (in " + names[i] + ")"});
      }
    }
  }
  return std::move(gaps).Take();
}

}  // namespace memprof
