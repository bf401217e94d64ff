// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>
#include <set>
#include <string>

#include "runner/report/call_texts.h"
#include "runner/report/plain_text.h"
#include "runner/report/profile_sums.h"
#include "runner/report/renderers.h"

namespace memprof {
namespace {

/// What stands for the calls that a profile does not tell one by one.
constexpr const char* kOther = "[other calls]";

/// Makes `name` fit between two semicolons. flamegraph.pl takes a number at the end of a stack for
/// a second figure, so no name may end with a blank and a number.
std::string Part(std::string name) {
  std::replace(name.begin(), name.end(), ';', ':');
  auto number = name.end();
  while (number != name.begin() &&
         (std::isdigit(static_cast<unsigned char>(number[-1])) != 0 || number[-1] == '.')) {
    --number;
  }
  if (number != name.end() && number != name.begin() && number[-1] == ' ') number[-1] = '_';
  return name;
}

std::string PartOf(const Frame& frame) { return Part(CallName(frame)); }

/// Bytes by stack, innermost first; of a mean over runs there are fractions.
using Sums = std::map<TextStack, double>;

/// A line for each stack, in the order of the lines; stacks that read the same are one.
std::string Lines(const Sums& sums, const CallTexts& texts) {
  std::map<std::string, double> bytes_of;
  for (const auto& [stack, bytes] : sums) {
    std::string line;
    for (auto number = stack.rbegin(); number != stack.rend(); ++number) {
      if (!line.empty()) line += ';';
      line += texts[*number].text;
    }
    bytes_of[line] += bytes;
  }
  std::string text;
  for (const auto& [line, bytes] : bytes_of) {
    const long long whole = std::llround(bytes);
    if (whole > 0) text += line + " " + std::to_string(whole) + "\n";
  }
  return text;
}

using Figure = double (*)(const ProfileFigures& figures, int runs);

std::string OfSites(const Report& report, Figure figure) {
  CallTexts texts(&PartOf);
  Sums sums;
  for (const Profile* profile : DistinctProfiles(report)) {
    const int runs = std::max(profile->runs, 1);
    texts.Open(*profile);
    for (const ProfileSite& site : profile->sites) {
      sums[texts.Of(site.stack)] += figure(site.figures, runs);
    }
    sums[{texts.Add(kOther)}] += figure(profile->other, runs);
  }
  return Lines(sums, texts);
}

}  // namespace

std::string RenderCollapsedKept(const Report& report, const RenderOptions& /*options*/) {
  return OfSites(report, [](const ProfileFigures& figures, int /*runs*/) {
    return static_cast<double>(figures.kept_bytes);
  });
}

std::string RenderCollapsedPeak(const Report& report, const RenderOptions& /*options*/) {
  CallTexts texts(&PartOf);
  Sums sums;
  std::set<std::string> told;
  for (const Profile* profile : DistinctProfiles(report)) {
    texts.Open(*profile);
    for (const PeakProfile& peak : profile->peaks) {
      if (!told.insert(peak.test).second) continue;
      // Peaks of two tests are not of one moment: each stands on a root of its own.
      const std::uint32_t root = texts.Add(Part(OneLine(peak.test)));
      for (const PeakShare& share : peak.shares) {
        TextStack stack = texts.Of(share.stack);
        stack.push_back(root);
        sums[stack] += static_cast<double>(share.bytes);
      }
      sums[{texts.Add(kOther), root}] += static_cast<double>(peak.other_bytes);
    }
  }
  return Lines(sums, texts);
}

std::string RenderCollapsedAllocated(const Report& report, const RenderOptions& /*options*/) {
  return OfSites(report, [](const ProfileFigures& figures, int runs) {
    return static_cast<double>(figures.allocated_bytes) / runs;
  });
}

std::string RenderCollapsedTemporary(const Report& report, const RenderOptions& /*options*/) {
  return OfSites(report, [](const ProfileFigures& figures, int runs) {
    return static_cast<double>(figures.temporary_bytes) / runs;
  });
}

}  // namespace memprof
