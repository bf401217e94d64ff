// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/views/test_profile.h"

#include <algorithm>
#include <map>
#include <span>
#include <string_view>
#include <tuple>
#include <utility>

#include "runner/analyze/function_name.h"
#include "runner/report/finding_place.h"

namespace memprof {
namespace {

using Key = std::tuple<std::string, std::string, int>;

bool IsNumber(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == text.npos;
}

/// "Cache_Lookup_Test" of "Fast/Cache.Lookup/3" and of "Cache/0.Lookup": the class that
/// GoogleTest's macros make. Of a typed suite the number is behind the name, of an instance its
/// name in front.
std::string ClassOf(const TestReport& test) {
  std::string_view suite = test.suite;
  const std::size_t last = suite.rfind('/');
  if (last != suite.npos && IsNumber(suite.substr(last + 1))) suite = suite.substr(0, last);
  suite = suite.substr(suite.rfind('/') + 1);
  return std::string(suite) + "_" + test.name.substr(0, test.name.find('/')) + "_Test";
}

/// Whether the body of that class is on the stack: "(anonymous namespace)::A_b_Test::TestBody()",
/// "Cart_Adds_Test<int>::TestBody()".
bool IsBodyOf(std::string_view function, std::string_view test_class) {
  if (function.find("::TestBody") == function.npos) return false;
  const std::size_t at = function.rfind(test_class, function.find("::TestBody"));
  if (at == function.npos) return false;
  const bool begins = at == 0 || function[at - 1] == ':' || function[at - 1] == ' ';
  const std::string_view rest = function.substr(at + test_class.size());
  return begins && (rest.starts_with("::TestBody") || rest.starts_with("<"));
}

/// The innermost frame of the user's, else the innermost that has a name.
Key PlaceOf(const Profile& profile, std::span<const std::uint32_t> stack) {
  const Frame* named = nullptr;
  for (const std::uint32_t index : stack) {
    if (index >= profile.frames.size()) continue;
    const Frame& frame = profile.frames[index];
    if (!frame.file.empty() && IsBelowRoot(frame.file)) {
      return {frame.function, frame.file, frame.line};
    }
    if (named == nullptr && !frame.function.empty()) named = &frame;
  }
  if (named == nullptr) return {"code without symbols", "", 0};
  return {named->function, named->file, named->line};
}

bool Has(const Profile& profile, const std::string& test) {
  return std::find(profile.tests.begin(), profile.tests.end(), test) != profile.tests.end();
}

bool IsAlone(const Profile& profile, const std::string& test) {
  return profile.tests.size() == 1 && profile.tests.front() == test;
}

std::vector<const ProfileSite*> SitesOf(const Profile& profile, const TestReport& test) {
  std::vector<const ProfileSite*> sites;
  const bool is_alone = IsAlone(profile, test.FullName());
  const std::string test_class = ClassOf(test);
  std::vector<bool> is_body(profile.frames.size());
  for (std::size_t i = 0; i < profile.frames.size(); ++i) {
    is_body[i] = IsBodyOf(profile.frames[i].function, test_class);
  }
  for (const ProfileSite& site : profile.sites) {
    const bool is_its_own =
        is_alone || std::any_of(site.stack.begin(), site.stack.end(), [&](std::uint32_t index) {
          return index < is_body.size() && is_body[index];
        });
    if (is_its_own) sites.push_back(&site);
  }
  return sites;
}

/// Of more runs before those of fewer; one that the test has alone before all.
const Profile* BestProfile(const Report& report, const std::string& test) {
  const Profile* best = nullptr;
  const auto rank = [&](const Profile& profile) {
    return std::pair(IsAlone(profile, test), profile.runs);
  };
  for (const Profile& profile : report.profiles) {
    if (!Has(profile, test)) continue;
    if (best == nullptr || rank(profile) > rank(*best)) best = &profile;
  }
  return best;
}

}  // namespace

std::optional<TestProfile> ProfileOfTest(const Report& report, const TestReport& test) {
  const Profile* profile = BestProfile(report, test.FullName());
  if (profile == nullptr) return std::nullopt;
  std::map<Key, PlaceFigures> places;
  const double runs = std::max(profile->runs, 1);
  for (const ProfileSite* site : SitesOf(*profile, test)) {
    PlaceFigures& place = places[PlaceOf(*profile, site->stack)];
    place.allocated_bytes += static_cast<double>(site->figures.allocated_bytes) / runs;
    place.allocations += static_cast<double>(site->figures.allocations) / runs;
    place.temporary_bytes += static_cast<double>(site->figures.temporary_bytes) / runs;
    place.kept_bytes += static_cast<double>(site->figures.kept_bytes);
  }
  if (places.empty()) return std::nullopt;
  TestProfile result;
  result.of = profile->name;
  result.is_alone = IsAlone(*profile, test.FullName());
  for (auto& [key, place] : places) {
    std::tie(place.function, place.file, place.line) = key;
    result.places.push_back(std::move(place));
  }
  std::stable_sort(result.places.begin(), result.places.end(),
                   [](const PlaceFigures& a, const PlaceFigures& b) {
                     return a.allocated_bytes > b.allocated_bytes;
                   });
  return result;
}

std::vector<PeakPlace> PeakOfTest(const Report& report, const std::string& test) {
  std::vector<PeakPlace> result;
  const PeakProfile* highest = nullptr;
  const Profile* of = nullptr;
  const auto bytes_of = [](const PeakProfile& peak) {
    std::uint64_t sum = peak.other_bytes;
    for (const PeakShare& share : peak.shares) sum += share.bytes;
    return sum;
  };
  for (const Profile& profile : report.profiles) {
    for (const PeakProfile& peak : profile.peaks) {
      if (peak.test != test) continue;
      if (highest != nullptr && bytes_of(peak) <= bytes_of(*highest)) continue;
      highest = &peak;
      of = &profile;
    }
  }
  if (highest == nullptr) return result;
  std::map<Key, PeakPlace> places;
  for (const PeakShare& share : highest->shares) {
    PeakPlace& place = places[PlaceOf(*of, share.stack)];
    place.bytes += share.bytes;
    place.blocks += share.blocks;
  }
  for (auto& [key, place] : places) {
    std::tie(place.function, place.file, place.line) = key;
    result.push_back(std::move(place));
  }
  std::stable_sort(result.begin(), result.end(),
                   [](const PeakPlace& a, const PeakPlace& b) { return a.bytes > b.bytes; });
  if (highest->other_blocks > 0) {
    result.push_back({"", "", 0, highest->other_bytes, highest->other_blocks});
  }
  return result;
}

CodeOfTest CodeThatRuns(const Report& report, const TestReport& test) {
  CodeOfTest code;
  const auto add = [&](const Frame& frame) {
    if (!frame.file.empty() && IsBelowRoot(frame.file)) code.files.insert(frame.file);
    if (!frame.function.empty()) code.functions.insert(ShortFunctionName(frame.function));
  };
  const std::string name = test.FullName();
  for (const Finding& finding : report.findings) {
    if (std::find(finding.tests.begin(), finding.tests.end(), name) == finding.tests.end())
      continue;
    for (const Frame& frame : finding.stack) add(frame);
  }
  for (const Profile& profile : report.profiles) {
    if (!Has(profile, name)) continue;
    std::set<std::uint32_t> frames;
    for (const ProfileSite* site : SitesOf(profile, test)) {
      frames.insert(site->stack.begin(), site->stack.end());
    }
    for (const std::uint32_t index : frames) {
      if (index < profile.frames.size()) add(profile.frames[index]);
    }
  }
  return code;
}

}  // namespace memprof
