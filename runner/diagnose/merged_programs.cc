// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/merged_programs.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include "runner/analyze/noticed_tests.h"
#include "runner/diagnose/never_evicts.h"
#include "runner/diagnose/peak_spike.h"

namespace memprof {
namespace {

bool Has(const Report& report, const Finding& finding) {
  return std::any_of(report.findings.begin(), report.findings.end(),
                     [&](const Finding& each) { return each.fingerprint == finding.fingerprint; });
}

/// As much as there can be where a damaged report says more.
std::int64_t Sum(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  return a < 0 ? std::numeric_limits<std::int64_t>::min()
               : std::numeric_limits<std::int64_t>::max();
}

/// Of one holder in two parts. A test that is in both was measured twice and counts once.
void AddHolder(const FedHolder& added, std::vector<FedHolder>* holders) {
  const auto known = std::find_if(holders->begin(), holders->end(), [&](const FedHolder& each) {
    return each.finding.fingerprint == added.finding.fingerprint;
  });
  if (known == holders->end()) {
    holders->push_back(added);
    return;
  }
  if (added.path_bytes > known->path_bytes) {
    known->finding = added.finding;
    known->path_bytes = added.path_bytes;
  }
  known->is_told = known->is_told || added.is_told;
  for (const FedShare& share : added.shares) {
    const auto same = std::find_if(known->shares.begin(), known->shares.end(),
                                   [&](const FedShare& each) { return each.test == share.test; });
    if (same == known->shares.end()) {
      known->shares.push_back(share);
    } else if (share.bytes > same->bytes) {
      *same = share;
    }
  }
}

void AddPeak(const HighPeak& added, std::vector<HighPeak>* peaks) {
  const auto known = std::find_if(peaks->begin(), peaks->end(), [&](const HighPeak& each) {
    return each.finding.fingerprint == added.finding.fingerprint;
  });
  if (known == peaks->end()) {
    peaks->push_back(added);
  } else if (added.finding.impact.peak_bytes > known->finding.impact.peak_bytes) {
    *known = added;
  }
}

void AddEvidence(const ProgramEvidence& added, const Report& part, ProgramEvidence* program) {
  program->one_time_bytes = added.one_time_bytes;
  program->peak_spike_bytes = added.peak_spike_bytes;
  program->peak_spike_factor = added.peak_spike_factor;
  program->waste_tests = std::max(program->waste_tests, added.waste_tests);
  program->allocated_bytes = Sum(program->allocated_bytes, added.allocated_bytes);
  program->allocations = Sum(program->allocations, added.allocations);
  program->allocating.insert(program->allocating.end(), added.allocating.begin(),
                             added.allocating.end());
  for (const HighPeak& peak : added.high_peaks) {
    if (!peak.is_told || Has(part, peak.finding)) AddPeak(peak, &program->high_peaks);
  }
  for (const FedHolder& holder : added.fed_holders) {
    if (!holder.is_told || Has(part, holder.finding)) AddHolder(holder, &program->fed_holders);
  }
}

/// Holders that one part has told and suppressed: whatever the others add, the user knows it.
std::set<std::string> SuppressedHolders(const ReportedProgram& program,
                                        std::span<const Report> parts) {
  std::set<std::string> suppressed;
  for (const std::size_t part : program.parts) {
    for (const ProgramEvidence& evidence : parts[part].programs) {
      for (const FedHolder& holder : evidence.fed_holders) {
        if (!holder.is_told || Has(parts[part], holder.finding)) continue;
        suppressed.insert(holder.finding.fingerprint);
      }
    }
  }
  return suppressed;
}

/// A shard looks for waste in its own tests that allocate most, of which some are not among those
/// of the whole program.
void LeaveOutUnnoticedWaste(const ProgramEvidence& program, std::vector<Finding>* findings) {
  std::vector<Allocating> all;
  for (std::size_t i = 0; i < program.allocating.size(); ++i) {
    const AllocatingTest& test = program.allocating[i];
    all.push_back({static_cast<std::uint32_t>(i), test.bytes, test.calls});
  }
  std::vector<Allocating> noticed =
      NoticedTests(std::move(all), {0, program.allocated_bytes, program.allocations});
  noticed.resize(
      std::min(noticed.size(), static_cast<std::size_t>(std::max(program.waste_tests, 0))));
  std::set<std::string> unnoticed;
  for (const AllocatingTest& test : program.allocating) unnoticed.insert(test.test);
  for (const Allocating& each : noticed) unnoticed.erase(program.allocating[each.test].test);
  std::erase_if(*findings, [&](Finding& finding) {
    if (finding.kind != FindingKind::kOptimization || finding.tests.empty()) return false;
    std::erase_if(finding.tests, [&](const std::string& test) { return unnoticed.contains(test); });
    return finding.tests.empty();
  });
}

/// The states that findings have by a baseline, where they are made anew.
std::map<std::string, BaselineState> StatesOf(const std::vector<Finding>& findings) {
  std::map<std::string, BaselineState> states;
  for (const Finding& finding : findings) states[finding.fingerprint] = finding.baseline;
  return states;
}

}  // namespace

ProgramEvidence EvidenceOf(const ReportedProgram& program, std::span<const Report> parts) {
  ProgramEvidence together;
  together.binary = program.binary;
  for (const std::size_t part : program.parts) {
    for (const ProgramEvidence& evidence : parts[part].programs) {
      AddEvidence(evidence, parts[part], &together);
    }
  }
  const std::set<std::string> suppressed = SuppressedHolders(program, parts);
  std::erase_if(together.fed_holders, [&](const FedHolder& holder) {
    return suppressed.contains(holder.finding.fingerprint);
  });
  return together;
}

void JudgeTogether(const std::vector<TestReport>& tests, ProgramEvidence* program,
                   std::vector<Finding>* findings) {
  const std::map<std::string, BaselineState> states = StatesOf(*findings);
  JudgeHighPeaks(tests, program, findings);
  AddWhatNeverEvicts(program->one_time_bytes, &program->fed_holders, findings);
  LeaveOutUnnoticedWaste(*program, findings);
  for (Finding& finding : *findings) {
    const auto known = states.find(finding.fingerprint);
    if (known != states.end()) finding.baseline = known->second;
  }
}

}  // namespace memprof
