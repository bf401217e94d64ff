// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_PARSE_RECORD_FILE_H_
#define MEMPROF_RUNNER_PARSE_RECORD_FILE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gtest_plugin/record/format.h"
#include "runner/base/result.h"

namespace memprof {

/// The process that wrote the record.
struct RecordedProcess {
  record::Hello hello = {};
  std::string executable;
  std::string directory;
  std::string heap_owner_name;
  record::TraceMode trace_mode = record::kCountersOnly;
  record::BoundarySource boundary_source = record::kFromListener;

  /// Whether bytes and blocks were counted at all.
  bool heap_counted() const {
    return hello.heap_owner == record::kOwnerGlibc || hello.heap_owner == record::kOwnerForwarded ||
           hello.heap_owner == record::kOwnerToldSanitizer;
  }
  /// Whether it was measured as a whole, without tests.
  bool is_whole_program() const { return boundary_source == record::kFromProcess; }
  /// Whether a sanitizer's runtime answers malloc; `heap_owner_name` says which.
  bool is_sanitizer() const {
    return hello.heap_owner == record::kOwnerSanitizer ||
           hello.heap_owner == record::kOwnerToldSanitizer;
  }
};

struct RecordedTest {
  std::string suite;
  std::string name;
  std::string file;
  int line = 0;
  std::string type_parameter;
  std::string value_parameter;

  std::string FullName() const { return suite + "." + name; }
};

/// A descriptor identity whose count changed over the window it belongs to.
struct RecordedDescriptorChange {
  std::string target;
  int delta = 0;
  int count = 0;  ///< open at the window's end
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
};

/// A gauge of the author's, or the count of one kind of paired objects.
struct RecordedGauge {
  std::string name;
  record::GaugeKind kind = record::kReadGauge;
};

/// One value of a gauge: `what.gauge` is an index into RecordFile::gauges.
using RecordedGaugeValue = record::GaugeValue;

/// A function of the pair table, as last told.
struct RecordedPairFunction {
  record::PairFunction what = {};  ///< `gauge` is an index into RecordFile::gauges
  std::string name;
};

/// Limits that a test sets itself.
struct RecordedLimits {
  record::Limits what = {};
  std::string file;
};

/// What a test keeps on purpose.
struct RecordedKeeps {
  record::Keeps what = {};
  std::string file;
  std::string why;
};

/// One run of one test.
struct RecordedRun {
  std::uint32_t test = 0;  ///< index into RecordFile::tests
  std::uint32_t iteration = 0;
  bool finished = false;  ///< false for the test that was running when the process ended
  record::TestOutcome outcome = record::kOutcomePassed;
  std::uint32_t results = 0;
  record::Window window = {};
  std::vector<RecordedDescriptorChange> descriptors;
  std::vector<RecordedGaugeValue> gauges;  ///< those that changed in it
  std::optional<RecordedLimits> limits;
  std::optional<record::Ignored> ignored;
  std::vector<RecordedKeeps> keeps;
};

struct RecordedSuite {
  std::string name;
  std::uint32_t iteration = 0;
  record::Window window = {};
};

struct RecordedIteration {
  std::uint32_t iteration = 0;
  std::uint32_t tests_planned = 0;
  bool finished = false;
  record::Window window = {};
  record::Totals totals = {};
  std::vector<RecordedDescriptorChange> descriptors;  ///< since the end of the last iteration
  std::vector<RecordedGaugeValue> gauges;             ///< of all, at its end
};

/// An executable or library as it was loaded, in the epochs [first, last].
struct RecordedModule {
  std::string path;
  std::string build_id;  ///< its bytes; empty when it has none
  std::uint64_t bias = 0;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  std::uint32_t first_epoch = 0;
  std::uint32_t last_epoch = UINT32_MAX;
};

struct RecordedStack {
  std::uint32_t epoch = 0;
  std::uint32_t flags = 0;               ///< record::StackFlags
  std::vector<std::uint64_t> addresses;  ///< return addresses, innermost first
};

struct RecordedWindow {
  record::WindowKind kind = record::kBeforeTests;
  std::uint32_t test = record::kNoTest;  ///< index into RecordFile::tests
  std::uint32_t iteration = 0;
  std::string suite;
};

/// Live blocks of one origin.
struct RecordedAmount {
  std::uint32_t origin = 0;  ///< index into RecordedTrace::origins
  std::uint64_t blocks = 0;
  std::uint64_t bytes = 0;
};

struct RecordedPeak {
  std::uint32_t test = 0;  ///< record::kNoTest of a whole program
  std::uint32_t iteration = 0;
  std::vector<RecordedAmount> amounts;
  std::uint64_t other_blocks = 0;
  std::uint64_t other_bytes = 0;
};

/// A resource that appeared or went between two ends of iterations.
struct RecordedResource {
  record::Resource what = {};
  std::string target;
};

/// A heap snapshot that the process took, or could not take. It has a file of its own.
struct RecordedSnapshot {
  record::Snapshot what = {};
  std::string why;  ///< it is partial or missing; a clause
};

/// Contents of blocks that the process compared at a test's peak, or could not. They have a file of
/// their own.
struct RecordedPeakContents {
  record::PeakContents what = {};
  std::string why;  ///< they were not; a clause
};

/// The full trace of a run. Numbers in it are indices: stacks[0] is the stack that is not known,
/// and every number that is used has its entry.
struct RecordedTrace {
  std::vector<RecordedModule> modules;
  std::vector<RecordedStack> stacks;
  std::vector<RecordedWindow> windows;
  std::vector<record::Origin> origins;
  /// For each iteration that has any, what changed at its end: by iteration, then as written.
  std::vector<std::vector<RecordedAmount>> survivor_changes;
  std::vector<RecordedPeak> peaks;
  std::vector<record::Site> sites;  ///< the last of each stack
  std::vector<RecordedResource> resources;
  std::vector<record::TraceState> states;           ///< one for each finished iteration
  std::vector<RecordedSnapshot> snapshots;          ///< by number, and by iteration
  std::vector<RecordedPeakContents> peak_contents;  ///< by number
  /// The number that the record gave each of `origins`, for what else speaks of them by it.
  std::vector<std::uint32_t> origin_numbers;
};

/// A whole record, as far as it was written.
struct RecordFile {
  std::optional<RecordedProcess> process;  ///< empty when the plugin never said hello
  std::vector<RecordedTest> tests;         ///< those that were to run, by id
  std::vector<RecordedRun> runs;           ///< in the order they ran
  std::vector<RecordedSuite> suites;
  std::vector<RecordedIteration> iterations;
  std::optional<RecordedTrace> trace;  ///< of a full trace alone
  std::vector<RecordedGauge> gauges;
  std::vector<RecordedPairFunction> pair_functions;
  bool program_ended = false;
  /// After the program's static objects were destroyed; empty when it did not end by itself.
  std::optional<record::ProcessEnd> process_end;
  /// How a whole program came to its end; empty of tests, and where it was killed.
  std::optional<record::Ending> ending;
  std::optional<bool> leaks_found;  ///< what a leak check said; empty when none came back
  std::uint64_t lost_records = 0;
  std::uint64_t lost_descriptors = 0;
  /// Why reading stopped before the end that the writer marked; empty for a whole record.
  std::string damage;
};

/// Reads a record. What follows a damaged or cut record is left out, and said in `damage`; records
/// of unknown types are skipped. Errors: kDamaged when the bytes are no record at all,
/// kUnsupported for a newer major version, with the versions in the message.
Result<RecordFile> ParseRecord(std::string_view bytes);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_PARSE_RECORD_FILE_H_
