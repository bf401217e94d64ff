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

#include "runner/report/hang_text.h"
#include "runner/report/junit_finding.h"
#include "runner/report/junit_own_case.h"
#include "runner/report/junit_plan.h"
#include "runner/report/plain_text.h"
#include "runner/report/quantity.h"

namespace memprof {
namespace {

using Outcome = JunitCase::Outcome;

constexpr char kProgram[] = "program";

/// Suites in the order in which they are first asked for.
class SuiteList {
 public:
  /// Of two cases of one name GitLab shows one: the second gets `otherwise` at its end, and a
  /// number where that is not enough.
  void Add(const std::string& suite, JunitCase added, const std::string& otherwise) {
    const std::string name = added.name;
    for (int number = 1; !names_.insert(suite + '\n' + added.name).second; ++number) {
      added.name = fmt::format("{} {}", name, otherwise);
      if (number > 1) added.name += fmt::format(" #{}", number);
    }
    const auto [found, is_new] = index_.emplace(suite, suites_.size());
    if (is_new) suites_.push_back({suite, {}});
    suites_[found->second].cases.push_back(std::move(added));
  }

  std::vector<JunitSuite> Finish() && { return std::move(suites_); }

 private:
  std::vector<JunitSuite> suites_;
  std::unordered_map<std::string, std::size_t> index_;
  std::unordered_set<std::string> names_;
};

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

/// Makes the cases of one report.
class CaseMaker {
 public:
  CaseMaker(const Report& report, const RenderOptions& options)
      : report_(report), options_(options), plan_(PlanJunit(report)), reasons_(ReasonsOf(report)) {
    for (const GtestResult& result : options.gtest_results) {
      gtest_.emplace(result.FullName(), &result);
    }
    source_root_ = options.source_root.empty() ? RootByNames() : options.source_root;
  }

  std::vector<JunitSuite> Make() && {
    std::unordered_set<std::string> known;
    for (const TestReport& test : report_.tests) {
      const std::string full_name = test.FullName();
      const auto gtest = gtest_.find(full_name);
      known.insert(full_name);
      AddTest({test.suite, test.name, &test}, gtest == gtest_.end() ? nullptr : gtest->second);
    }
    for (const GtestResult& result : options_.gtest_results) {
      if (!known.insert(result.FullName()).second) continue;
      AddTest({result.suite, result.name, nullptr}, &result);
    }
    for (const Finding& finding : report_.findings) {
      for (const std::string& full_name : finding.tests) {
        if (!known.insert(full_name).second) continue;
        const std::size_t dot = full_name.find('.');
        AddTest({full_name.substr(0, dot),
                 dot == std::string::npos ? "" : full_name.substr(dot + 1), nullptr},
                nullptr);
      }
    }
    for (const Finding* finding : plan_.of_no_test) {
      const std::string& scope = finding->scope_label.empty() ? kProgram : finding->scope_label;
      suites_.Add(scope, FindingCase(*finding, {scope, "", nullptr}, options_, plan_.text_bytes),
                  finding->fingerprint.substr(0, 8));
    }
    AddProgram();
    return std::move(suites_).Finish();
  }

 private:
  struct Named {
    JunitCase made;
    std::string otherwise;  ///< at the end of its name, where the suite has such a name already
  };

  /// What GoogleTest's paths have before ours, which are relative; empty where no test tells.
  std::string RootByNames() const {
    for (const TestReport& test : report_.tests) {
      if (test.file.empty() || test.file.front() == '/') continue;
      const auto found = gtest_.find(test.FullName());
      if (found != gtest_.end() && found->second->file.ends_with('/' + test.file)) {
        return found->second->file.substr(0, found->second->file.size() - test.file.size());
      }
    }
    return "";
  }

  /// Why a test whose verdict is kNotMeasured has it: its own reasons, else the run's.
  std::string WhyNotMeasured(const std::string& full_name) const {
    auto found = reasons_.find(full_name);
    if (found == reasons_.end()) found = reasons_.find("");
    return "not measured: " + (found == reasons_.end() ? "no reason was given" : found->second);
  }

  /// The cases of what fails the test; what does not is appended to `notes`, unless nothing but
  /// the findings knows the test.
  std::vector<Named> FindingCases(const JunitSubject& subject, bool is_known,
                                  std::string* notes) const {
    std::vector<Named> cases;
    const auto own = plan_.of_test.find(subject.FullName());
    if (own != plan_.of_test.end()) {
      for (const Finding* finding : own->second) {
        if (FailsInJunit(*finding) || !is_known) {
          cases.push_back({FindingCase(*finding, subject, options_, plan_.text_bytes),
                           finding->fingerprint.substr(0, 8)});
        } else {
          *notes += FindingNote(*finding, subject, plan_.text_bytes) + '\n';
        }
      }
    }
    const auto left_out = plan_.left_out_of_test.find(subject.FullName());
    if (left_out == plan_.left_out_of_test.end()) return cases;
    if (const int count = left_out->second.failing; count > 0) {
      JunitCase made;
      made.name = subject.name + " [left out]";
      made.outcome = options_.junit_error ? Outcome::kError : Outcome::kFailed;
      made.type = "left-out";
      made.message = fmt::format("{} more of this test: see report.txt, they are too many for here",
                                 Counted(count, "finding"));
      made.body = made.message + '\n';
      cases.push_back({std::move(made), ""});
    }
    if (const int count = left_out->second.others; count > 0) {
      *notes += fmt::format("{} more: see report.txt, they are too many for here\n",
                            Counted(count, "finding"));
    }
    return cases;
  }

  /// The case of the test itself; `gtest` is null where GoogleTest's XML is not given, or does not
  /// have it, or has it as not run although we ran it.
  JunitCase OwnCase(const TestReport* test, const GtestResult* gtest, std::string* notes) const {
    if (gtest == nullptr) {
      JunitCase made = CaseOfRun(*test, WhyNotMeasured(test->FullName()), report_.crash);
      for (const IterationStats& iteration : test->iterations) made.wall_ns += iteration.wall_ns;
      return made;
    }
    JunitCase made = CaseOfGtest(*gtest, source_root_, plan_.text_bytes);
    if (test == nullptr) {
      *notes += "not measured: memprof did not run this test\n";
    } else if (test->verdict == TestVerdict::kNotMeasured) {
      *notes += WhyNotMeasured(test->FullName()) + '\n';
    }
    return made;
  }

  void AddTest(const JunitSubject& subject, const GtestResult* gtest) {
    const TestReport* test = subject.test;
    if (test != nullptr && gtest != nullptr && !gtest->ran) gtest = nullptr;
    const bool is_known = test != nullptr || gtest != nullptr;
    const bool merges = !options_.gtest_results.empty();
    const bool broken = test != nullptr && (test->status == TestStatus::kCrashed ||
                                            test->status == TestStatus::kTimedOut);
    std::string notes;
    std::vector<Named> cases = FindingCases(subject, is_known, &notes);
    if (broken && gtest != nullptr) {
      JunitCase made = BrokenCase(*test, report_.crash);
      made.name += fmt::format(" [{}]", Name(test->status));
      cases.insert(cases.begin(), {std::move(made), ""});
    }
    const bool has_own = is_known && (merges || broken || cases.empty());
    if (has_own) {
      JunitCase own = OwnCase(test, gtest, &notes);
      cases.insert(cases.begin(), {std::move(own), BinaryMark(test)});
    } else if (test != nullptr) {
      for (const IterationStats& iteration : test->iterations) {
        cases.front().made.wall_ns += iteration.wall_ns;
      }
    }
    if (test != nullptr && test->status == TestStatus::kFailed &&
        (gtest == nullptr || gtest->failures.empty())) {
      notes += gtest == nullptr
                   ? "The test's own assertions failed; the ordinary test run reports them.\n"
                   : "The test's own assertions failed under memprof.\n";
    }
    if (cases.empty()) return;
    cases.front().made.system_out += notes;
    for (auto& [made, otherwise] : cases) {
      if (made.file.empty() && test != nullptr) made.file = test->file, made.line = test->line;
      suites_.Add(subject.suite, std::move(made), otherwise);
    }
  }

  static std::string BinaryMark(const TestReport* test) {
    return test == nullptr || test->binary.empty() ? "" : fmt::format("({})", test->binary);
  }

  /// What would otherwise look like a complete run.
  void AddProgram() {
    const bool told =
        std::any_of(report_.tests.begin(), report_.tests.end(),
                    [](const TestReport& test) { return test.status == TestStatus::kCrashed; });
    if (!report_.crash.empty() && !told) {
      JunitCase crash;
      crash.name = "[crashed]";
      crash.outcome = Outcome::kError;
      crash.type = "crashed";
      crash.message = OneLine("the test binary ended early: " + report_.crash);
      crash.body = fmt::format("{}\nOnly what it did before is judged.\n", crash.message);
      for (const std::string& line : HangLines(report_)) crash.body += line + '\n';
      suites_.Add(kProgram, std::move(crash), "");
    }
    if (report_.interrupted) {
      AddGap("[interrupted]",
             fmt::format("not measured: the run was interrupted{}, what is not listed is unknown",
                         InStage(report_)));
    }
    if (plan_.cases_left_out > 0) {
      AddGap("[left out]",
             fmt::format("{} of a test and a finding are left out, the worst are here: report.json "
                         "has all",
                         Counted(static_cast<std::int64_t>(plan_.cases_left_out), "pair")));
    }
  }

  void AddGap(const char* name, std::string message) {
    JunitCase made;
    made.name = name;
    made.outcome = Outcome::kSkipped;
    made.message = std::move(message);
    suites_.Add(kProgram, std::move(made), "");
  }

  const Report& report_;
  const RenderOptions& options_;
  const JunitPlan plan_;
  const Reasons reasons_;
  std::unordered_map<std::string, const GtestResult*> gtest_;
  std::string source_root_;
  SuiteList suites_;
};

}  // namespace

std::vector<JunitSuite> JunitSuites(const Report& report, const RenderOptions& options) {
  return CaseMaker(report, options).Make();
}

}  // namespace memprof
