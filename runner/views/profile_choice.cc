// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/views/profile_choice.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <tuple>
#include <utility>

#include "runner/report/profile_sums.h"
#include "runner/report/quantity.h"
#include "runner/report/shell_word.h"
#include "runner/views/view_page.h"

namespace memprof {
namespace {

bool Holds(const Profile& profile, const std::string& test) {
  return std::find(profile.tests.begin(), profile.tests.end(), test) != profile.tests.end();
}

/// Null where the test was not traced.
const Profile* MostAlone(const Report& report, const std::string& test) {
  const Profile* best = nullptr;
  for (const Profile& profile : report.profiles) {
    if (!Holds(profile, test)) continue;
    const auto rank = [](const Profile& of) { return std::pair(of.tests.size(), of.runs); };
    if (best == nullptr || rank(profile) < rank(*best)) best = &profile;
  }
  return best;
}

std::string WhyNoneTraced(const Report& report) {
  if (report.process) return "nothing of the process was traced";
  if (report.tests.empty()) return "no test ran, so nothing is known";
  const bool was_left_out = std::any_of(
      report.not_measured.begin(), report.not_measured.end(), [](const NotMeasured& gap) {
        return gap.tool == "trace" || gap.tool == "triage" || gap.tool == "screen";
      });
  return fmt::format("no test was traced{}; {} traces every test",
                     was_left_out ? "" : ", for none was suspect and none allocated much",
                     TraceAloneCommand(report, ""));
}

void ChooseAll(const Report& report, ProfileChoice* choice) {
  choice->profiles = DistinctProfiles(report);
  std::set<std::string> tests;
  for (const Profile* profile : choice->profiles) {
    tests.insert(profile->tests.begin(), profile->tests.end());
  }
  choice->tests.assign(tests.begin(), tests.end());
  if (choice->profiles.empty()) choice->why_none = WhyNoneTraced(report);
}

/// What is in two processes would be counted twice, so that of more tests stays.
void DropOverlapping(ProfileChoice* choice) {
  std::vector<const Profile*>& chosen = choice->profiles;
  std::stable_sort(chosen.begin(), chosen.end(), [](const Profile* a, const Profile* b) {
    return a->tests.size() > b->tests.size();
  });
  std::set<std::string> seen;
  bool is_partial = false;
  std::erase_if(chosen, [&](const Profile* profile) {
    const auto known = std::count_if(profile->tests.begin(), profile->tests.end(),
                                     [&](const std::string& test) { return seen.contains(test); });
    if (known == 0) seen.insert(profile->tests.begin(), profile->tests.end());
    is_partial = is_partial || (known > 0 && known < std::ssize(profile->tests));
    return known > 0;
  });
  if (is_partial) {
    choice->notes.push_back(
        "Some of the tests ran beside others of them in several processes, of which one is shown.");
  }
}

void ChooseOf(const Report& report, const std::vector<std::string>& tests, ProfileChoice* choice) {
  std::vector<std::string> untraced;
  for (const std::string& test : tests) {
    const Profile* profile = MostAlone(report, test);
    if (profile == nullptr) {
      untraced.push_back(test);
      continue;
    }
    choice->tests.push_back(test);
    auto& chosen = choice->profiles;
    if (std::find(chosen.begin(), chosen.end(), profile) == chosen.end()) chosen.push_back(profile);
  }
  if (choice->profiles.empty()) {
    choice->why_none = fmt::format(
        "{} not traced; {}", tests.size() == 1 ? tests[0] + " was" : "none of these tests was",
        TraceAloneCommand(report, tests[0]));
    return;
  }
  if (!untraced.empty()) {
    choice->notes.push_back(fmt::format(
        "{} not traced: {}", untraced.size() == 1 ? untraced[0] + " was" : "Some tests were",
        TraceAloneCommand(report, untraced[0])));
  }
  DropOverlapping(choice);
  for (const Profile* profile : choice->profiles) {
    const auto others =
        std::count_if(profile->tests.begin(), profile->tests.end(), [&](const std::string& test) {
          return std::find(tests.begin(), tests.end(), test) == tests.end();
        });
    if (others == 0) continue;
    const auto own = std::find_if(choice->tests.begin(), choice->tests.end(),
                                  [&](const std::string& test) { return Holds(*profile, test); });
    choice->notes.push_back(fmt::format(
        "In its process {} ran too, and figures but those of the peak are of all of them. "
        "Alone: {}",
        Counted(others, "other test"), TraceAloneCommand(report, *own)));
  }
}

std::uint64_t BytesOf(const PeakProfile& peak) {
  std::uint64_t bytes = peak.other_bytes;
  for (const PeakShare& share : peak.shares) bytes += share.bytes;
  return bytes;
}

}  // namespace

std::string TraceAloneCommand(const Report& report, const std::string& test) {
  std::string binary = report.binary;
  for (const TestReport& of : report.tests) {
    if (!of.binary.empty() && of.FullName() == test) binary = of.binary;
  }
  return fmt::format("memprof run --only trace{} -- {}",
                     test.empty() ? "" : " --filter " + ShellWord(test),
                     binary.empty() ? "TEST_BINARY" : ShellWord(binary));
}

Result<ProfileChoice> ChooseProfiles(const Report& report, const ViewRequest& request) {
  ProfileChoice choice;
  if (request.test_filter.empty()) {
    ChooseAll(report, &choice);
    return choice;
  }
  const Result<std::vector<const TestReport*>> tests = TestsOf(report, request);
  if (!tests) return tests.error();
  std::vector<std::string> names;
  for (const TestReport* test : *tests) {
    const std::string name = test->FullName();
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  ChooseOf(report, names, &choice);
  return choice;
}

std::string NamesOf(const ProfileChoice& choice) {
  const auto& profiles = choice.profiles;
  if (profiles.empty()) return "";
  if (profiles.size() == 1) return profiles[0]->name;
  if (profiles.size() == 2) return profiles[0]->name + " and " + profiles[1]->name;
  return fmt::format("{} and {} more processes", profiles[0]->name, profiles.size() - 1);
}

const PeakProfile* HighestPeak(const Report& report, const ProfileChoice& choice,
                               const Profile** owner) {
  const PeakProfile* highest = nullptr;
  for (const Profile& profile : report.profiles) {
    for (const PeakProfile& peak : profile.peaks) {
      const auto& tests = choice.tests;
      const bool is_chosen = std::find(tests.begin(), tests.end(), peak.test) != tests.end();
      if (!is_chosen || (highest != nullptr && BytesOf(peak) <= BytesOf(*highest))) continue;
      highest = &peak;
      *owner = &profile;
    }
  }
  return highest;
}

bool HasUserLine(const Frame& frame) {
  return !frame.file.empty() && frame.file.front() != '/' && frame.line > 0;
}

const Frame* OwnFrame(const Profile& profile, const std::vector<std::uint32_t>& stack) {
  const Frame* any = nullptr;
  for (const std::uint32_t index : stack) {
    const Frame& frame = profile.frames[index];
    if (HasUserLine(frame)) return &frame;
    if (any == nullptr && !frame.file.empty() && frame.line > 0) any = &frame;
  }
  return any;
}

const Frame* ShownFrame(const Profile& profile, const std::vector<std::uint32_t>& stack) {
  if (const Frame* own = OwnFrame(profile, stack)) return own;
  for (const std::uint32_t index : stack) {
    if (!profile.frames[index].function.empty()) return &profile.frames[index];
  }
  return stack.empty() ? nullptr : &profile.frames[stack[0]];
}

}  // namespace memprof
