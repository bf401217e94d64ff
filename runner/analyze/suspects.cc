// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/suspects.h"

#include <fmt/format.h>

#include <map>
#include <unordered_map>

#include "runner/analyze/gauge_series.h"

namespace memprof {
namespace {

/// What windows kept, summed up. Fields that were not measured add nothing.
struct Kept {
  std::int64_t bytes = 0;
  std::int64_t blocks = 0;
  std::int64_t descriptors = 0;
  std::int64_t threads = 0;
  std::int64_t mapped_bytes = 0;
  std::int64_t risen_gauges = 0;

  /// Gauges of a test's run: each counts by itself, for they have no unit in common.
  void Add(const std::vector<RecordedGaugeValue>& gauges) {
    for (const RecordedGaugeValue& gauge : gauges) {
      if (gauge.is_measured != 0 && gauge.value > gauge.before) ++risen_gauges;
    }
  }

  void Add(const record::Window& window, int sign = 1) {
    if ((window.measured & record::kHeapMeasured) != 0) {
      bytes += sign * window.kept_bytes;
      blocks += sign * window.kept_blocks;
    }
    if ((window.measured & record::kDescriptorsMeasured) != 0) {
      descriptors += sign * window.descriptors;
    }
    if ((window.measured & record::kThreadsMeasured) != 0) threads += sign * window.threads;
    if ((window.measured & record::kMappingsMeasured) != 0) {
      mapped_bytes += sign * window.mapped_bytes;
    }
  }

  std::string Reason() const {
    if (bytes > 0 || blocks > 0) return fmt::format("kept {} bytes in {} blocks", bytes, blocks);
    if (descriptors > 0) return fmt::format("left {} descriptors open", descriptors);
    if (threads > 0) return fmt::format("left {} threads running", threads);
    if (mapped_bytes > 0) return fmt::format("left {} bytes mapped", mapped_bytes);
    if (risen_gauges > 0) return fmt::format("raised {} gauges", risen_gauges);
    return "";
  }

  /// The same for a test, whose window may give back what another's kept, and keep something of
  /// its own beside that: the sum does not tell.
  std::string TestReason() const {
    if (bytes < 0 || blocks < 0) {
      return fmt::format("gave back {} bytes in {} blocks", -bytes, -blocks);
    }
    return Reason();
  }
};

/// The first iteration pays for what is initialised once, so with several it counts apart.
struct History {
  int runs = 0;
  Kept first;
  Kept later;

  void Add(const RecordedRun& run) {
    Kept& kept = runs == 0 ? first : later;
    kept.Add(run.window);
    kept.Add(run.gauges);
    ++runs;
  }
  std::string Reason(std::int64_t one_time_bytes) const {
    if (runs <= 1) return first.TestReason();
    const std::string reason = later.TestReason();
    if (!reason.empty() || first.bytes < one_time_bytes) return reason;
    return first.TestReason();
  }
};

/// What one iteration of a suite, or of the program, kept beside what is inside it.
using OwnByIteration = std::map<std::uint32_t, Kept>;

/// Takes the part off its whole. A whole that the process did not live to finish has no window, and
/// what is left of it would be the negative of its parts.
void TakeOff(const record::Window& part, std::uint32_t iteration, OwnByIteration* wholes) {
  const auto whole = wholes->find(iteration);
  if (whole != wholes->end()) whole->second.Add(part, -1);
}

/// GoogleTest makes an object of one pointer when its first suite starts, and keeps it. memprof's
/// listener has it made before that; from the stream it is known by its size alone, and every clean
/// binary would have a suspect for it. As glibc has it: 24 bytes.
constexpr std::int64_t kTraceGetterBytes = 24;

void LeaveOutTraceGetter(Kept* first_suite) {
  if (first_suite->blocks != 1 || first_suite->bytes != kTraceGetterBytes) return;
  first_suite->blocks = first_suite->bytes = 0;
}

/// Objects that neither a test acquired nor a test released: suites and environments did.
void AddPairsOutsideTests(const RecordFile& record, OwnByIteration* program) {
  const std::vector<GaugeSeries> gauges = BuildGaugeSeries(record);
  for (const GaugeSeries& gauge : gauges) {
    const auto& kept = gauge.kept_by_scope[static_cast<std::size_t>(Scope::kProgram)];
    if (gauge.kind != record::kPairGauge || !gauge.measured || kept.empty()) continue;
    if (kept.back() > 0 && !program->empty()) ++program->rbegin()->second.risen_gauges;
  }
}

std::string ReasonOf(const OwnByIteration& own) {
  Kept first;
  Kept later;
  for (const auto& [iteration, kept] : own) {
    Kept& sum = iteration == own.begin()->first ? first : later;
    sum.bytes += kept.bytes;
    sum.blocks += kept.blocks;
    sum.descriptors += kept.descriptors;
    sum.threads += kept.threads;
    sum.mapped_bytes += kept.mapped_bytes;
    sum.risen_gauges += kept.risen_gauges;
  }
  return own.size() <= 1 ? first.Reason() : later.Reason();
}

/// libstdc++'s pool for exceptions and stdout's buffer are there when a program ends that frees all
/// of its own: GoogleTest does, and what its tests kept has made suspects of them. More than that
/// was made before the tests or after them.
constexpr std::int64_t kBlocksOfTheRuntime = 2;
/// What GoogleTest 1.12 leaves where it wrote a result file, as an unlinked binary is made to.
constexpr std::int64_t kBlocksOfAResultFile = 3;

std::string LeftAtTheEnd(const RecordFile& record) {
  if (!record.process_end) return "";
  std::int64_t left = record.process_end->live_blocks - kBlocksOfTheRuntime;
  const bool wrote_results =
      record.process && record.process->boundary_source == record::kFromStream;
  if (wrote_results) left -= kBlocksOfAResultFile;
  return left > 0 ? fmt::format("the program left {} blocks when it ended", left) : "";
}

class Selection {
 public:
  explicit Selection(const RecordFile& record) : record_(record), reasons_(record.tests.size()) {}

  void Mark(std::uint32_t test, const std::string& reason) {
    if (!reason.empty() && reasons_[test].empty()) reasons_[test] = reason;
  }

  /// The first test of `suite` (of any, where it is null) that passed, or one marked already.
  void MarkStandIn(const std::string* suite, const std::string& reason) {
    if (reason.empty()) return;
    const std::uint32_t none = record::kNoTest;
    std::uint32_t stand_in = none;
    for (const RecordedRun& run : record_.runs) {
      if (suite != nullptr && record_.tests[run.test].suite != *suite) continue;
      if (!reasons_[run.test].empty()) return;  // its rerun shows the suite's growth too
      if (stand_in == none && run.finished && run.outcome == record::kOutcomePassed) {
        stand_in = run.test;
      }
    }
    if (stand_in != none) Mark(stand_in, reason);
  }

  std::vector<Suspect> Finish() const {
    std::vector<Suspect> suspects;
    for (std::uint32_t i = 0; i < reasons_.size(); ++i) {
      if (!reasons_[i].empty()) suspects.push_back({i, reasons_[i]});
    }
    return suspects;
  }

 private:
  const RecordFile& record_;
  std::vector<std::string> reasons_;
};

}  // namespace

std::vector<Suspect> FindSuspects(const RecordFile& record, std::int64_t one_time_bytes) {
  std::vector<History> tests(record.tests.size());
  std::unordered_map<std::string, OwnByIteration> suites;
  OwnByIteration program;
  for (const RecordedIteration& iteration : record.iterations) {
    if (iteration.finished) program[iteration.iteration].Add(iteration.window);
  }
  for (const RecordedSuite& suite : record.suites) {
    suites[suite.name][suite.iteration].Add(suite.window);
    TakeOff(suite.window, suite.iteration, &program);
  }
  for (const RecordedRun& run : record.runs) {
    if (!run.finished) continue;
    tests[run.test].Add(run);
    const auto suite = suites.find(record.tests[run.test].suite);
    if (suite != suites.end()) TakeOff(run.window, run.iteration, &suite->second);
  }

  AddPairsOutsideTests(record, &program);

  if (record.process && record.process->boundary_source == record::kFromStream &&
      !record.suites.empty()) {
    const RecordedSuite& first = record.suites.front();
    LeaveOutTraceGetter(&suites[first.name][first.iteration]);
  }

  Selection selection(record);
  for (std::uint32_t i = 0; i < tests.size(); ++i) {
    selection.Mark(i, tests[i].Reason(one_time_bytes));
  }
  for (const RecordedSuite& suite : record.suites) {
    const auto own = suites.find(suite.name);
    if (own == suites.end()) continue;
    const std::string reason = ReasonOf(own->second);
    suites.erase(own);
    if (!reason.empty()) selection.MarkStandIn(&suite.name, "its suite " + reason);
  }
  const std::string reason = ReasonOf(program);
  if (!reason.empty()) selection.MarkStandIn(nullptr, "the program " + reason);
  std::vector<Suspect> suspects = selection.Finish();
  if (!suspects.empty()) return suspects;  // their reruns show what was made before the tests, too
  selection.MarkStandIn(nullptr, LeftAtTheEnd(record));
  return selection.Finish();
}

}  // namespace memprof
