// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/junit_cases.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "runner/report/headline.h"
#include "runner/report/java_frame.h"
#include "runner/report/plain_text.h"
#include "runner/report/text_finding.h"
#include "runner/report/text_page.h"

namespace memprof {
namespace {

using Outcome = JunitCase::Outcome;
using FindingsByTest = std::unordered_map<std::string, std::vector<const Finding*>>;

constexpr char kProgram[] = "program";

/// What fails a test: the baseline's own findings fail none.
bool Fails(const Finding& finding) {
  return finding.severity == Severity::kCritical && finding.baseline != BaselineState::kKnown;
}

/// How a finding that fails nothing is introduced: "WARNING", "CRITICAL, known to the baseline".
std::string NoteHeading(const Finding& finding) {
  const bool known = finding.baseline == BaselineState::kKnown;
  return fmt::format("{}{}", Heading(finding.severity), known ? ", known to the baseline" : "");
}

/// Suites in the order in which they are first asked for.
class SuiteList {
 public:
  void Add(const std::string& suite, JunitCase added) {
    const auto [found, is_new] = index_.emplace(suite, suites_.size());
    if (is_new) suites_.push_back({suite, {}});
    suites_[found->second].cases.push_back(std::move(added));
  }

  /// True the first time that a suite has a case of this name.
  bool IsNewName(const std::string& suite, const std::string& name) {
    return names_.insert(suite + '\n' + name).second;
  }

  std::vector<JunitSuite> Finish() && { return std::move(suites_); }

 private:
  std::vector<JunitSuite> suites_;
  std::unordered_map<std::string, std::size_t> index_;
  std::unordered_set<std::string> names_;
};

// Readers take the first line that names a file of the repository, so the finding's own place
// leads, and what it called (allocators, containers) stays out.
std::string StackLines(const Finding& finding) {
  const Location& location = finding.location;
  std::string lines = JavaFrame(location.function, location.file, location.line);
  auto frame = std::find_if(finding.stack.begin(), finding.stack.end(), [&](const Frame& each) {
    return each.file == location.file && each.line == location.line;
  });
  frame = frame == finding.stack.end() ? finding.stack.begin() : frame + 1;
  for (; frame != finding.stack.end(); ++frame) {
    lines += JavaFrame(frame->function, frame->file, frame->line);
  }
  return lines;
}

std::string Body(const Finding& finding, const std::string& message, const std::string& test,
                 const Report& report) {
  TextPage page(/*color=*/false);
  WriteFindingItems(finding, test, report.tests, &page);
  return fmt::format("{}\n{}{}", message, StackLines(finding), std::move(page).Finish());
}

JunitCase CaseOf(const Finding& finding, const std::string& suite, const std::string& test,
                 const Report& report, SuiteList* suites) {
  const std::string place = Place(finding.location.file, finding.location.line);
  const std::string what =
      place.empty() ? Name(finding.kind) : fmt::format("{} {}", Name(finding.kind), place);
  JunitCase made;
  made.name = fmt::format("{}{}[{}]", test, test.empty() ? "" : " ", what);
  // Two findings on one line: the fingerprint tells them apart and stays the same over time.
  if (!suites->IsNewName(suite, made.name)) {
    made.name += fmt::format(" {}", finding.fingerprint.substr(0, 8));
  }
  made.file = finding.location.file;
  made.line = finding.location.line;
  made.type = Name(finding.kind);
  made.message = Headline(finding);
  const std::string full_name = test.empty() ? "" : suite + "." + test;
  if (made.message.empty()) made.message = made.type;
  if (Fails(finding)) {
    made.outcome = Outcome::kFailed;
    made.body = Body(finding, made.message, full_name, report);
  } else {
    made.system_out =
        fmt::format("{}: {}", NoteHeading(finding), Body(finding, made.message, full_name, report));
  }
  return made;
}

/// Full name of a test, or "" for the whole run, to why it was not measured.
using Reasons = std::unordered_map<std::string, std::string>;

Reasons ReasonsOf(const Report& report) {
  Reasons reasons;
  for (const NotMeasured& missing : report.not_measured) {
    std::string& text = reasons[missing.test];
    text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", missing.tool, missing.why);
  }
  return reasons;
}

/// Why a test whose verdict is kNotMeasured has it: its own reasons, else the run's.
std::string WhyNotMeasured(const std::string& full_name, const Reasons& reasons) {
  auto found = reasons.find(full_name);
  if (found == reasons.end()) found = reasons.find("");
  return "not measured: " + (found == reasons.end() ? "no reason was given" : found->second);
}

void SetBroken(const TestReport& test, const Report& report, JunitCase* made) {
  made->outcome = Outcome::kError;
  made->type = Name(test.status);
  if (test.status == TestStatus::kTimedOut) {
    made->message = "the test did not end within its time limit";
  } else {
    made->message = report.crash.empty() ? "the test crashed" : "the test crashed: " + report.crash;
  }
  made->message = OneLine(made->message);
  made->body = fmt::format("{}\nIts memory is judged up to there only.\n", made->message);
}

void AddTest(const TestReport& test, const FindingsByTest& findings, const Reasons& reasons,
             const Report& report, SuiteList* suites) {
  std::vector<JunitCase> cases;
  std::string notes;
  const auto own = findings.find(test.FullName());
  if (own != findings.end()) {
    for (const Finding* finding : own->second) {
      if (Fails(*finding)) {
        cases.push_back(CaseOf(*finding, test.suite, test.name, report, suites));
      } else if (finding->severity != Severity::kOptimization) {
        notes += fmt::format("{}: {}\n", NoteHeading(*finding),
                             Body(*finding, Headline(*finding), own->first, report));
      }
    }
  }
  const bool broken = test.status == TestStatus::kCrashed || test.status == TestStatus::kTimedOut;
  if (cases.empty() || broken) {
    JunitCase plain;
    plain.name = test.name;
    if (broken) {
      SetBroken(test, report, &plain);
    } else if (test.status == TestStatus::kSkipped) {
      plain.outcome = Outcome::kSkipped;
    } else if (test.verdict == TestVerdict::kNotMeasured) {
      plain.outcome = Outcome::kSkipped;
      plain.message = WhyNotMeasured(test.FullName(), reasons);
    }
    cases.push_back(std::move(plain));
  }
  if (test.status == TestStatus::kFailed) {
    notes += "The test's own assertions failed; the ordinary test run reports them.\n";
  }
  for (const IterationStats& iteration : test.iterations) {
    cases.front().wall_ns += iteration.wall_ns;
  }
  cases.front().system_out += notes;
  for (JunitCase& made : cases) {
    if (made.file.empty()) made.file = test.file, made.line = test.line;
    suites->Add(test.suite, std::move(made));
  }
}

/// Findings that no test of the report stands for: of a suite, of the program, or of a test that
/// only the findings name.
void AddOrphans(const Report& report, SuiteList* suites) {
  std::unordered_set<std::string> known;
  for (const TestReport& test : report.tests) known.insert(test.FullName());
  for (const Finding& finding : report.findings) {
    if (finding.severity == Severity::kOptimization) continue;
    if (finding.tests.empty()) {
      const std::string& scope = finding.scope_label.empty() ? kProgram : finding.scope_label;
      suites->Add(scope, CaseOf(finding, scope, "", report, suites));
    }
    for (const std::string& full_name : finding.tests) {
      if (known.contains(full_name)) continue;
      const std::size_t dot = full_name.find('.');
      const std::string suite = full_name.substr(0, dot);
      const std::string test = dot == std::string::npos ? "" : full_name.substr(dot + 1);
      suites->Add(suite, CaseOf(finding, suite, test, report, suites));
    }
  }
}

/// What would otherwise look like a complete run.
void AddProgram(const Report& report, SuiteList* suites) {
  const bool told =
      std::any_of(report.tests.begin(), report.tests.end(),
                  [](const TestReport& test) { return test.status == TestStatus::kCrashed; });
  if (!report.crash.empty() && !told) {
    JunitCase crash;
    crash.name = "[crashed]";
    crash.outcome = Outcome::kError;
    crash.type = "crashed";
    crash.message = OneLine("the test binary crashed: " + report.crash);
    crash.body = fmt::format("{}\nOnly what it did before is judged.\n", crash.message);
    suites->Add(kProgram, std::move(crash));
  }
  if (report.interrupted) {
    JunitCase interrupted;
    interrupted.name = "[interrupted]";
    interrupted.outcome = Outcome::kSkipped;
    interrupted.message = "not measured: the run was interrupted, what is not listed is unknown";
    suites->Add(kProgram, std::move(interrupted));
  }
}

}  // namespace

std::vector<JunitSuite> JunitSuites(const Report& report) {
  FindingsByTest findings;
  for (const Finding& finding : report.findings) {
    for (const std::string& test : finding.tests) findings[test].push_back(&finding);
  }
  const Reasons reasons = ReasonsOf(report);
  SuiteList suites;
  for (const TestReport& test : report.tests) AddTest(test, findings, reasons, report, &suites);
  AddOrphans(report, &suites);
  AddProgram(report, &suites);
  return std::move(suites).Finish();
}

}  // namespace memprof
