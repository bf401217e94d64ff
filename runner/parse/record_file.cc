// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/parse/record_file.h"

#include <cstddef>
#include <utility>

#include "runner/parse/figure_bounds.h"
#include "runner/parse/record_authored.h"
#include "runner/parse/record_cursor.h"
#include "runner/parse/record_sequence.h"
#include "runner/parse/record_trace.h"

namespace memprof {
namespace {

/// Assembles the file from its records, one at a time. Each function returns false when the
/// payload does not fit what came before it.
class Assembler {
 public:
  bool Add(std::uint16_t type, RecordCursor payload) {
    switch (type) {
      case record::kHello:
        return AddHello(payload);
      case record::kTestInfo:
        return AddTest(payload);
      case record::kIterationStart:
        return StartIteration(payload);
      case record::kSuiteEnd:
        return EndSuite(payload);
      case record::kTestStart:
        return StartTest(payload);
      case record::kTestEnd:
        return EndTest(payload);
      case record::kIterationEnd:
        return EndIteration(payload);
      case record::kDescriptorChange:
        return AddDescriptorChange(payload);
      case record::kProgramEnd:
        file_.program_ended = true;
        return true;
      case record::kLeakCheck:
        return AddLeakCheck(payload);
      case record::kProcessEnd:
        return EndProcess(payload);
      case record::kEnding:
        return AddEnding(payload);
      case record::kLost:
        return AddLost(payload);
      default:
        if (IsAuthoredType(type)) return AddAuthored(type, payload, &file_);
        if (!TraceAssembler::Takes(type)) return true;  // of a newer minor version
        if (!trace_) trace_.emplace();
        return trace_->Add(type, payload, file_.tests.size());
    }
  }

  RecordFile Finish(std::string damage) && {
    file_.damage = std::move(damage);
    if (trace_) file_.trace = std::move(*trace_).Finish();
    return std::move(file_);
  }

 private:
  bool AddHello(RecordCursor& payload) {
    RecordedProcess process;
    if (!payload.Take(&process.hello) || !payload.Take(&process.executable) ||
        !payload.Take(&process.directory) || !payload.Take(&process.heap_owner_name)) {
      return false;
    }
    record::HelloMore more = {};
    payload.Take(&more);  // a writer of format 1.0 has none, and counted only
    process.trace_mode = static_cast<record::TraceMode>(more.trace_mode);
    process.boundary_source = static_cast<record::BoundarySource>(more.boundary_source);
    if (process.trace_mode == record::kFullTrace && !trace_) trace_.emplace();
    file_.process = std::move(process);
    return true;
  }

  bool AddTest(RecordCursor& payload) {
    record::TestInfo info;
    RecordedTest test;
    if (!payload.Take(&info) || !payload.Take(&test.suite) || !payload.Take(&test.name) ||
        !payload.Take(&test.file) || !payload.Take(&test.type_parameter) ||
        !payload.Take(&test.value_parameter) || info.id != file_.tests.size()) {
      return false;
    }
    // A test that is registered at run time may name any line, as -1.
    test.line = std::in_range<int>(info.line) ? static_cast<int>(info.line) : 0;
    file_.tests.push_back(std::move(test));
    return true;
  }

  bool StartIteration(RecordCursor& payload) {
    record::IterationStart start;
    if (!payload.Take(&start)) return false;
    RecordedIteration iteration;
    iteration.iteration = start.iteration;
    iteration.tests_planned = start.tests_planned;
    file_.iterations.push_back(std::move(iteration));
    return true;
  }

  bool EndSuite(RecordCursor& payload) {
    record::SuiteEnd end;
    RecordedSuite suite;
    if (!payload.Take(&end) || !payload.Take(&suite.name) || !ArePossible(end.window)) return false;
    suite.iteration = end.iteration;
    suite.window = end.window;
    file_.suites.push_back(std::move(suite));
    return true;
  }

  bool StartTest(RecordCursor& payload) {
    record::TestStart start;
    if (!payload.Take(&start) || start.id >= file_.tests.size()) return false;
    RecordedRun run;
    run.test = start.id;
    run.iteration = start.iteration;
    file_.runs.push_back(std::move(run));
    return true;
  }

  bool EndTest(RecordCursor& payload) {
    record::TestEnd end;
    if (!payload.Take(&end) || file_.runs.empty()) return false;
    RecordedRun& run = file_.runs.back();
    if (run.finished || run.test != end.id || end.outcome > record::kOutcomeSkipped ||
        !ArePossible(end.window)) {
      return false;
    }
    run.finished = true;
    run.outcome = static_cast<record::TestOutcome>(end.outcome);
    run.results = end.results;
    run.window = end.window;
    run.descriptors = std::exchange(test_descriptors_, {});
    return true;
  }

  bool EndIteration(RecordCursor& payload) {
    record::IterationEnd end;
    if (!payload.Take(&end) || file_.iterations.empty()) return false;
    RecordedIteration& iteration = file_.iterations.back();
    if (iteration.finished || iteration.iteration != end.iteration || !ArePossible(end.window) ||
        !ArePossible(end.totals)) {
      return false;
    }
    iteration.finished = true;
    iteration.window = end.window;
    iteration.totals = end.totals;
    iteration.descriptors = std::exchange(iteration_descriptors_, {});
    return true;
  }

  bool AddDescriptorChange(RecordCursor& payload) {
    record::DescriptorChange change;
    RecordedDescriptorChange recorded;
    // As many descriptors as no process has, so that their difference is a number too.
    constexpr std::int32_t kMost = 1 << 30;
    if (!payload.Take(&change) || !payload.Take(&recorded.target) || change.delta < -kMost ||
        change.delta > kMost || change.count < 0 || change.count > kMost) {
      return false;
    }
    recorded.delta = change.delta;
    recorded.count = change.count;
    recorded.device = change.device;
    recorded.inode = change.inode;
    (change.test == record::kNoTest ? iteration_descriptors_ : test_descriptors_)
        .push_back(std::move(recorded));
    return true;
  }

  bool AddLeakCheck(RecordCursor& payload) {
    record::LeakCheck check;
    if (!payload.Take(&check)) return false;
    file_.leaks_found = check.found != 0;
    return true;
  }

  bool EndProcess(RecordCursor& payload) {
    record::ProcessEnd end;
    if (!payload.Take(&end)) return false;
    file_.process_end = end;
    return true;
  }

  bool AddEnding(RecordCursor& payload) {
    record::Ending ending;
    if (!payload.Take(&ending)) return false;
    file_.ending = ending;
    return true;
  }

  bool AddLost(RecordCursor& payload) {
    record::Lost lost;
    if (!payload.Take(&lost)) return false;
    file_.lost_records += lost.records;
    file_.lost_descriptors += lost.descriptors;
    return true;
  }

  RecordFile file_;
  std::optional<TraceAssembler> trace_;
  std::vector<RecordedDescriptorChange> test_descriptors_;
  std::vector<RecordedDescriptorChange> iteration_descriptors_;
};

}  // namespace

Result<RecordFile> ParseRecord(std::string_view bytes) {
  Result<RecordSequence> opened = RecordSequence::Open(bytes);
  if (!opened) return opened.error();
  RecordSequence& sequence = opened.value();
  Assembler assembler;
  while (const std::optional<RawRecord> raw = sequence.Next()) {
    if (!assembler.Add(raw->type, RecordCursor(raw->payload))) {
      sequence.Reject("a record contradicts those before it");
    }
  }
  return std::move(assembler).Finish(sequence.damage());
}

}  // namespace memprof
