// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/tests_told_apart.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace memprof {
namespace {

std::string FileName(const std::string& path) { return path.substr(path.rfind('/') + 1); }

/// What stands before the tests' names, by binary. Without dots: the first one in a test's full
/// name ends its suite.
class Prefixes {
 public:
  explicit Prefixes(std::span<const Report> parts) {
    std::set<std::string> binaries;
    for (const Report& part : parts) {
      binaries.insert(part.binary);
      for (const TestReport& test : part.tests) binaries.insert(test.binary);
    }
    for (const std::string& binary : binaries) ++binaries_named_[FileName(binary)];
  }

  std::string Of(const std::string& binary) const {
    const std::string name = FileName(binary);
    std::string prefix = binaries_named_.at(name) > 1 ? binary : name;
    std::replace(prefix.begin(), prefix.end(), '.', '_');
    return prefix + ":";
  }

 private:
  std::map<std::string, int> binaries_named_;
};

std::unordered_set<std::string> NamesInSeveral(const std::vector<ReportedProgram>& programs,
                                               std::span<const Report> parts) {
  std::unordered_map<std::string, std::size_t> program_of;
  std::unordered_set<std::string> several;
  for (std::size_t i = 0; i < programs.size(); ++i) {
    for (const std::size_t part : programs[i].parts) {
      for (const TestReport& test : parts[part].tests) {
        const auto [known, is_new] = program_of.emplace(test.FullName(), i);
        if (!is_new && known->second != i) several.insert(test.FullName());
      }
    }
  }
  return several;
}

/// Gives the tests of one part other names wherever it speaks of them.
class Renaming {
 public:
  Renaming(const std::unordered_set<std::string>& names, const Prefixes& prefixes, Report* part)
      : part_(*part) {
    for (TestReport& test : part_.tests) {
      const std::string name = test.FullName();
      if (!names.contains(name)) continue;
      test.suite.insert(0, prefixes.Of(test.binary.empty() ? part_.binary : test.binary));
      renamed_[name] = test.FullName();
    }
  }

  void Apply() {
    Rename(&part_.findings);
    for (NotMeasured& gap : part_.not_measured) Rename(&gap.test);
    for (Profile& profile : part_.profiles) {
      Rename(&profile.tests);
      for (PeakProfile& peak : profile.peaks) Rename(&peak.test);
    }
    for (ProgramEvidence& program : part_.programs) {
      for (AllocatingTest& test : program.allocating) Rename(&test.test);
      for (HighPeak& peak : program.high_peaks) Rename(&peak.finding.tests);
      for (FedHolder& holder : program.fed_holders) {
        Rename(&holder.finding.tests);
        for (FedShare& share : holder.shares) Rename(&share.test);
      }
    }
  }

 private:
  void Rename(std::string* test) const {
    const auto renamed = renamed_.find(*test);
    if (renamed != renamed_.end()) *test = renamed->second;
  }
  void Rename(std::vector<std::string>* tests) const {
    for (std::string& test : *tests) Rename(&test);
  }
  void Rename(std::vector<Finding>* findings) const {
    for (Finding& finding : *findings) Rename(&finding.tests);
  }

  Report& part_;
  std::unordered_map<std::string, std::string> renamed_;
};

}  // namespace

std::vector<Report> TestsToldApart(const std::vector<ReportedProgram>& programs,
                                   std::span<const Report> parts) {
  const std::unordered_set<std::string> names = NamesInSeveral(programs, parts);
  if (names.empty()) return {};
  const Prefixes prefixes(parts);
  std::vector<Report> renamed(parts.begin(), parts.end());
  for (Report& part : renamed) Renaming(names, prefixes, &part).Apply();
  return renamed;
}

}  // namespace memprof
