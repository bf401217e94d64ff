// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_REPORT_H_
#define MEMPROF_RUNNER_REPORT_REPORT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runner/base/frame.h"
#include "runner/report/fix.h"
#include "runner/report/process_use.h"
#include "runner/report/profile.h"
#include "runner/report/scan_use.h"

namespace memprof {

// The one model that every output is rendered from. Plain values: diagnose fills it, renderers
// read it, and nothing in it refers to a process or an open file. Paths are relative to the
// source root with `/` separators wherever the file lies below it, and absolute otherwise.

enum class Severity { kOptimization, kWarning, kCritical };

enum class FindingKind {
  kMemoryLeak,    ///< unreachable blocks
  kMemoryGrowth,  ///< reachable, and grows
  kFdLeak,
  kThreadLeak,
  kMappingLeak,
  kGaugeGrowth,
  kPeakSpike,
  kBudgetExceeded,
  kOneTimeRetention,
  kOptimization,
  kStaticRisk,
};

enum class Pattern {
  kUnknown,
  kUnboundedCollection,
  kCacheWithoutEviction,
  kReferenceCycle,
  kListenerNotRemoved,
  kClosureCapture,
  kThreadNotJoined,
  kHandleNotClosed,
  kBufferAccumulation,
  kStringConcatenation,
  kObjectNotReleased,
  kLostOwner,
  kStaticLifetime,
  kMissingReserve,
  kTemporaryAllocation,
  kDuplicateData,
  kOversize,
  kCopy,
  kSmallObjects,  ///< many equal ones, each allocated by itself
  kPeakSite,      ///< one call makes most of a peak
};

enum class TestStatus { kPassed, kFailed, kSkipped, kCrashed, kTimedOut };

/// Of several outcomes of one test the worst counts: the greater number.
int Badness(TestStatus status);

/// kNotMeasured: a required measurement of this test could not be made, and nothing was found.
enum class TestVerdict { kClean, kOptimization, kWarning, kCritical, kNotMeasured };

/// A gauge of the author's, or a count of objects acquired and not released.
struct GaugeReading {
  std::string name;
  std::int64_t change = 0;  ///< over the test's window

  bool operator==(const GaugeReading&) const = default;
};

/// What one iteration of a test kept and used. An empty optional was not measured; it is never
/// shown as zero.
struct IterationStats {
  std::optional<std::int64_t>
      kept_bytes;  ///< allocator's sizes, allocated less freed in the window
  std::optional<std::int64_t> kept_blocks;
  std::optional<std::int64_t> allocations;
  std::optional<std::int64_t> allocated_bytes;
  std::optional<std::int64_t> peak_bytes;  ///< above what was live when the test began
  std::optional<std::int64_t> fds;         ///< open at the end less open at the start
  std::optional<std::int64_t> threads;
  std::optional<std::int64_t> mapped_bytes;
  std::int64_t wall_ns = 0;
  std::vector<GaugeReading> gauges = {};  ///< those that changed
};

/// What a test's author says that it keeps on purpose.
struct DeclaredKeeps {
  std::string file;
  int line = 0;
  std::int64_t bytes = 0;  ///< a run, at most
  std::string why;

  bool operator==(const DeclaredKeeps&) const = default;
};

struct TestReport {
  std::string suite;
  std::string name;
  std::string file;
  int line = 0;
  TestStatus status = TestStatus::kPassed;
  TestVerdict verdict = TestVerdict::kClean;
  std::vector<IterationStats> iterations;
  std::string binary = {};  ///< set only in a report of several binaries: the one that it is in
  std::vector<DeclaredKeeps> keeps = {};

  std::string FullName() const { return suite + "." + name; }
};

struct Location {
  std::string file;  ///< empty when unknown
  int line = 0;
  std::string function;
  std::string text = {};  ///< the line itself, without blanks around it; empty when it was not read
};

/// How much. Each is empty where it has no meaning for the kind, or was not measured.
struct Impact {
  std::optional<std::int64_t> bytes_per_iteration;
  std::optional<std::int64_t> blocks_per_iteration;
  std::optional<std::int64_t> total_bytes;  ///< over the runs measured
  std::optional<std::int64_t> peak_bytes;
  std::optional<std::int64_t> count;  ///< descriptors, threads or mappings per iteration
};

struct GrowthSeries {
  std::string growth_class;          ///< "linear", "stepwise" …
  std::vector<std::int64_t> series;  ///< value at the end of each iteration
  double confidence = 0;
};

/// What kind of storage keeps memory from outside the heap.
enum class HolderKind {
  kGlobal,
  kStatic,          ///< of a class
  kFunctionStatic,  ///< within a function
  kThreadLocal,
  kLocalVariable,  ///< on a stack
  kRegister,
  kMapping,  ///< an anonymous mapping
  kData,     ///< of a module, and no symbol names it
};

/// What keeps memory alive from outside the heap.
struct HeldBy {
  std::string symbol;  ///< "app::state.sessions"; empty when it has no name
  std::string type;    ///< empty when unknown
  std::string file;
  int line = 0;
  HolderKind kind = HolderKind::kGlobal;
  std::string function = {};  ///< where it is declared, or whose frame; else empty
  std::string thread = {};    ///< "thread worker"; empty where all threads see it
  std::string module = {};    ///< path, of kData
  bool is_foreign = false;    ///< GoogleTest's, the C or C++ library's or another of the system
  /// What would be free without it, in bytes, at the end of each of `runs` (from 1).
  std::vector<std::int64_t> retained_bytes = {};
  std::vector<int> runs = {};
};

/// One step from the holder to the memory: blocks of one kind.
struct RetentionStep {
  std::string what;  ///< the member of the step before that points here; empty when unknown
  std::string type;
  std::int64_t bytes = 0;          ///< of all of them
  std::int64_t count = 0;          ///< blocks
  std::int64_t count_per_run = 0;  ///< 0 when their number does not grow evenly
  std::string made_at = {};        ///< "file:line"; empty where the type tells
};

/// The member of a reference cycle that should not own what it refers to.
struct Weaken {
  std::string member;  ///< "chat::Connection::session"
  std::string type;    ///< "std::shared_ptr<chat::Session>"; empty when unknown
  std::string file;
  int line = 0;
};

/// One piece of evidence and who gave it: "listener", "trace", "lsan", "massif", "valgrind-fds",
/// "scan", "suppressions", "source".
struct Evidence {
  std::string source;
  std::string text;
};

/// How sure the pattern is. kHigh: evidence of the run itself says so; kMedium: what is known fits
/// it and no other; kLow: names or code look like it.
enum class Confidence { kLow, kMedium, kHigh };

/// What a test spends for nothing in one run, by one call.
struct Waste {
  std::int64_t bytes = 0;     ///< allocated
  std::int64_t calls = 0;     ///< allocations
  double share_of_bytes = 0;  ///< of all that the test allocates, 0 to 1
  double share_of_calls = 0;
};

/// How a finding stands to the baseline that the run was given.
enum class BaselineState { kNoBaseline, kNew, kWorse, kKnown };

struct Finding {
  std::string fingerprint;  ///< 16 hexadecimal digits; text shows the first 8
  Severity severity = Severity::kWarning;
  FindingKind kind = FindingKind::kMemoryLeak;
  Pattern pattern = Pattern::kUnknown;
  Confidence pattern_confidence = Confidence::kLow;
  /// What decided the pattern, as clauses: "keys are looked up before they are inserted".
  std::vector<std::string> decided_by;
  /// How it came about, within the pattern: "early return", "missing virtual destructor" … or
  /// empty.
  std::string sub_cause;
  std::string title;  ///< one line, with the figure: "lost memory: +33 B in 1 block per run"
  /// Full names ("Suite.Name") of the tests that reach it, worst first. Empty when it belongs to
  /// a whole suite or to the program: then `scope_label` says which.
  std::vector<std::string> tests;
  std::string scope_label;  ///< "", "suite Foo (SetUpTestSuite)", "program (before the first test)"
  Location location;
  Stack stack;  ///< innermost first
  Impact impact;
  std::optional<GrowthSeries> growth;
  std::optional<HeldBy> held_by;
  std::vector<RetentionStep> retention_path;
  /// Types around it, each with the member that refers to the next where it is known:
  /// "chat::Session.connection". Empty when there is none.
  std::vector<std::string> cycle;
  std::int64_t cycle_count = 0;  ///< such cycles after the last run; 0 when unknown
  std::optional<Weaken> weaken;
  std::string cause;
  std::vector<Evidence> evidence;
  std::optional<Waste> waste;  ///< of kOptimization
  std::optional<Fix> fix;
  BaselineState baseline = BaselineState::kNoBaseline;
  std::string rerun;  ///< a command that shows this finding again
};

struct NotMeasured {
  std::string tool;  ///< "lsan", "massif", "triage", "heap" …
  std::string test;  ///< full name, or empty for the whole run
  std::string why;   ///< a clause: "ptrace is not permitted here"

  bool operator==(const NotMeasured&) const = default;
};

struct PatternCount {
  std::string pattern;
  int count = 0;
  std::vector<std::string> where;  ///< "file:line", at most 10
};

/// Findings that have something in common beyond one call: a registry, a function, a pattern.
struct SystemicPattern {
  enum class By { kHolder, kFunction, kPattern };
  By by = By::kFunction;
  std::string what;  ///< "EventBus::Subscribe", "app::state.sessions", "reference-cycle"
  std::string text;  ///< "5 tests leak through `EventBus::Subscribe`"
  std::vector<std::string> findings;  ///< fingerprints, worst first; one at least
  int tests = 0;                      ///< distinct
};

struct Summary {
  int tests = 0;
  int critical = 0;
  int warning = 0;
  int optimization = 0;
  /// What one run of all tests would keep less, nothing counted twice.
  std::optional<std::int64_t> reduction_possible_bytes;
  /// What it would allocate less without its waste.
  std::optional<std::int64_t> waste_possible_bytes;
  std::vector<std::string> priorities;  ///< fingerprints, worst first
  std::vector<PatternCount> patterns;
  std::vector<SystemicPattern> systemic;  ///< most tests first
  int suppressed = 0;                     ///< findings that suppressions took out
  int known = 0;                          ///< findings that the baseline has, and that are no worse
};

/// A line of a suppressions file, and what became of it.
struct SuppressionUse {
  std::string file;
  int line = 0;
  std::string text;      ///< as written
  std::string reason;    ///< as its author gave it; or empty
  int findings = 0;      ///< that it took out
  bool stale = false;    ///< nothing matched it, in a run of all tests
  bool expired = false;  ///< its date is past, so it takes nothing out
  /// Findings that match it and are more than it allows: "+4 KiB per run, allowed 1 KiB".
  std::vector<std::string> exceeded;
};

/// The baseline that findings were held against.
struct BaselineUse {
  std::string file;
  int findings = 0;  ///< in it
  int gone = 0;      ///< of them, not seen, though a test that showed them ran
};

/// What a test put into a variable's reach and did not free in any of its runs.
struct FedShare {
  std::string test;  ///< full name
  std::int64_t bytes = 0;
  std::int64_t blocks = 0;
  int runs = 0;
};

/// A variable that tests of one program feed. Whether it never evicts hangs on all of them.
struct FedHolder {
  Finding finding;              ///< without its figures and tests, which follow from `shares`
  std::int64_t path_bytes = 0;  ///< of the finding's retention path
  std::vector<FedShare> shares;
  bool is_told = false;  ///< it was a finding of this report, unless a suppression took it out
};

/// A peak that is a spike where the other tests need far less.
struct HighPeak {
  Finding finding;  ///< without its title
  bool is_told = false;
};

/// A test that allocates so much that waste in it would matter, were it noticed among all.
struct AllocatingTest {
  std::string test;        ///< full name
  std::int64_t bytes = 0;  ///< allocated in one run
  std::int64_t calls = 0;
};

/// What is to be known of a program to judge its shards as the whole would be judged: what depends
/// on all tests together.
struct ProgramEvidence {
  std::string binary;
  std::int64_t one_time_bytes = 0;  ///< the thresholds of the run
  std::int64_t peak_spike_bytes = 0;
  double peak_spike_factor = 0;
  int waste_tests = 0;
  std::int64_t allocated_bytes = 0;  ///< by one run of all tests
  std::int64_t allocations = 0;
  std::vector<AllocatingTest> allocating;
  std::vector<HighPeak> high_peaks;
  std::vector<FedHolder> fed_holders;
};

/// A thread beside the one that a hung test ran on.
struct HungThread {
  std::string name;  ///< as the kernel has it
  Stack stack;       ///< innermost first, its first frames

  bool operator==(const HungThread&) const = default;
};

struct Report {
  std::string tool_version;
  std::string binary;               ///< as the user named it; of several, with ", " between them
  std::vector<std::string> stages;  ///< one line a stage that ran: "screen: 120 tests in 1.2 s"
  bool interrupted = false;         ///< ended early by the user; what follows is partial
  std::string interrupted_in = {};  ///< the stage that ran then: "triage"; empty where unknown
  /// How the test binary itself ended when that was not normal: "killed by SIGSEGV in A.B". Empty
  /// otherwise.
  std::string crash;
  /// Where the test was when it was ended for its time limit: its own thread's stack, innermost
  /// first. Empty where it was not, or could not be read (then `not_measured` says why).
  Stack hang_stack;
  std::vector<HungThread> hang_threads;  ///< the others, as many as are worth reading
  /// Of a program that was run as it is, or asked while it ran: there are no tests then.
  std::optional<ProcessUse> process;
  /// Of source that was read: there are no tests then either.
  std::optional<ScanUse> scan;
  /// Within how many bytes peaks are exact: 32 KiB for each thread. Unset when not measured.
  std::optional<std::int64_t> peak_error_bytes;
  std::vector<TestReport> tests;
  std::vector<Finding> findings;  ///< worst first
  Summary summary;
  std::vector<NotMeasured> not_measured;
  std::vector<SuppressionUse> suppressions;
  std::optional<BaselineUse> baseline;
  std::vector<Profile> profiles;          ///< of traced processes, those of most tests first
  std::vector<SourceExcerpt> sources;     ///< around the lines that findings and profiles name
  std::vector<ProgramEvidence> programs;  ///< for merging; nothing of it is shown
  /// Of a report that was merged from several: where these contradict each other. Sentences.
  std::vector<std::string> conflicts;
};

/// Names as report.json has them: "critical", "memory-leak", "lost-owner", "passed", "clean".
const char* Name(Severity severity);
const char* Name(FindingKind kind);
const char* Name(Pattern pattern);
const char* Name(HolderKind kind);
const char* Name(TestStatus status);
const char* Name(TestVerdict verdict);
const char* Name(Confidence confidence);   ///< "low", "medium", "high"
const char* Name(BaselineState state);     ///< "none", "new", "worse", "known"
const char* Name(SystemicPattern::By by);  ///< "holder", "function", "pattern"

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_REPORT_H_
