// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/budgets.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <unordered_map>
#include <utility>

#include "runner/analyze/user_frame.h"
#include "runner/diagnose/attribution.h"
#include "runner/diagnose/fingerprint.h"
#include "runner/diagnose/series_text.h"
#include "runner/report/quantity.h"

namespace memprof {
namespace {

/// `is_its_line`: the line that is recorded is this limit's.
void Lower(std::int64_t limit, const RecordedLimits& from, bool is_its_line,
           std::optional<Budget>* budget) {
  if (limit < 0 || (*budget && (*budget)->limit <= limit)) return;
  *budget = Budget{limit, from.file, static_cast<int>(from.what.line), is_its_line};
}

/// The line in a record is that of the first limit, in this order.
void LowerAll(const RecordedLimits& from, TestBudgets* own) {
  const record::Limits& what = from.what;
  Lower(what.peak_bytes, from, true, &own->peak);
  Lower(what.kept_bytes, from, what.peak_bytes < 0, &own->kept);
  Lower(what.allocations, from, what.peak_bytes < 0 && what.kept_bytes < 0, &own->allocations);
}

std::optional<Budget> OfRun(const std::optional<std::int64_t>& limit) {
  if (!limit) return std::nullopt;
  return Budget{*limit, "", 0, true};
}

bool IsMeasured(const RecordedRun& run) {
  return run.finished && (run.window.measured & record::kHeapMeasured) != 0;
}

/// How far GoogleTest itself may raise a test's figures. What is over a limit by no more than this
/// is not known to be over.
struct Margin {
  std::int64_t peak_bytes = 0;
  std::int64_t allocations = 0;
};

bool IsFromStream(const RecordFile& screen) {
  return screen.process && screen.process->boundary_source == record::kFromStream;
}

/// Around each test GoogleTest copies its flags: an allocation for each whose value is longer than
/// 15 characters. The driver sets two of these, --gtest_output and --gtest_filter, which a run by
/// hand does without. Where its streaming listener tells of the tests, the messages that it makes
/// up are within them as well: seven allocations at the end of a test that passes.
Margin MarginOf(const RecordFile& screen) {
  return IsFromStream(screen) ? Margin{2048, 16} : Margin{0, 2};
}

/// Both at least 0.
std::int64_t SumWithin(std::int64_t a, std::int64_t b) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  return a > kMost - b ? kMost : a + b;
}

/// What the measured runs of one test came to.
struct Cost {
  int runs = 0;
  std::int64_t highest_peak = 0;
  std::int64_t lowest_kept = 0;
  std::int64_t lowest_allocations = 0;

  void Add(const record::Window& window) {
    const auto allocations = static_cast<std::int64_t>(window.allocations);
    const bool is_first = runs++ == 0;
    highest_peak = is_first ? window.peak_bytes : std::max(highest_peak, window.peak_bytes);
    lowest_kept = is_first ? window.kept_bytes : std::min(lowest_kept, window.kept_bytes);
    lowest_allocations = is_first ? allocations : std::min(lowest_allocations, allocations);
  }
};

std::vector<Cost> CostsOf(const RecordFile& screen) {
  std::vector<Cost> costs(screen.tests.size());
  for (const RecordedRun& run : screen.runs) {
    if (IsMeasured(run)) costs[run.test].Add(run.window);
  }
  return costs;
}

/// What each test keeps a run once it is warm, by full name, as its reruns showed.
std::unordered_map<std::string, std::int64_t> KeptWhenWarm(std::span<const TestEvidence> evidence,
                                                           int warm_up) {
  std::unordered_map<std::string, std::int64_t> kept;
  for (const TestEvidence& each : evidence) {
    if (each.scope != Scope::kTest || !each.triage.series) continue;
    const QuantitySeries& bytes = each.triage.series->Of(Quantity::kBytes);
    const auto& own = bytes.kept_by_scope[static_cast<std::size_t>(Scope::kTest)];
    if (!bytes.measured || own.size() < static_cast<std::size_t>(std::max(warm_up, 0)) + 2)
      continue;
    kept[each.test.FullName()] = std::llround(SlopeAfterWarmUp(own, warm_up));
  }
  return kept;
}

/// One figure of a test that is over its budget.
struct Excess {
  const char* noun;    ///< "peak"
  const char* detail;  ///< for the fingerprint
  std::int64_t measured;
  const Budget& budget;
  bool is_bytes;

  std::string Text(std::int64_t value) const {
    return is_bytes ? HumanBytes(value) : Counted(value, "allocation");
  }
  std::int64_t over() const { return measured - budget.limit; }
  std::string OverText() const { return is_bytes ? HumanBytes(over()) : HumanCount(over()); }
};

bool IsOver(std::int64_t measured, const std::optional<Budget>& budget, std::int64_t margin) {
  return budget && measured > SumWithin(budget->limit, margin);
}

/// Whether a limit is passed by no more than what GoogleTest may have added.
bool MayBeOver(const Cost& cost, const TestBudgets& own, const Margin& margin) {
  const bool peak = IsOver(cost.highest_peak, own.peak, 0) &&
                    !IsOver(cost.highest_peak, own.peak, margin.peak_bytes);
  return peak || (IsOver(cost.lowest_allocations, own.allocations, 0) &&
                  !IsOver(cost.lowest_allocations, own.allocations, margin.allocations));
}

/// "the budget", "the limit that the test sets at tests/a_test.cc:12".
std::string WhoseBudget(const Budget& budget, const DiagnoseContext& context) {
  if (budget.file.empty()) return "the budget";
  return fmt::format("the limit that the test sets {} {}:{}",
                     budget.is_its_line ? "at" : "beside the one at",
                     PathBelowRoot(budget.file, context.source_root), budget.line);
}

Finding Make(const Excess& excess, const RecordedTest& test, const DiagnoseContext& context) {
  const Budget& budget = excess.budget;
  Finding finding;
  finding.kind = FindingKind::kBudgetExceeded;
  finding.severity = Severity::kCritical;
  finding.title =
      fmt::format("{} over budget: {} of {} allowed", excess.noun, excess.Text(excess.measured),
                  excess.is_bytes ? HumanBytes(budget.limit) : HumanCount(budget.limit));
  finding.location = TestLine(test, context);
  if (!budget.file.empty()) {
    finding.location.file = PathBelowRoot(budget.file, context.source_root);
    finding.location.line = budget.line;
  }
  Attribute(Scope::kTest, test, context, &finding);
  finding.fingerprint = OwnerFingerprint(finding.kind, OwnerOf(Scope::kTest, test), excess.detail);
  return finding;
}

std::string Over(const Excess& excess, const DiagnoseContext& context) {
  std::string text =
      fmt::format("{} over {}", excess.OverText(), WhoseBudget(excess.budget, context));
  if (excess.budget.declared > 0) {
    text += fmt::format(" and the {} that it declares with memprof::Keeps",
                        HumanBytes(excess.budget.declared));
  }
  return text;
}

std::string OfRuns(int runs) {
  return runs == 1 ? "in its one run" : fmt::format("in the lowest of {}", Counted(runs, "run"));
}

/// How a figure that counts the lowest run could be misled, and what helps.
std::string WarmUpHint(int runs) {
  return runs > 1 ? ""
                  : "; what is made once and stays is in it: --repeat 3 judges the lowest of three "
                    "runs";
}

/// `summary`: what ends the excess, which is all that is sure to be saved.
Fix FixFor(const std::string& summary, const Budget& budget, const DiagnoseContext& context) {
  Fix fix;
  fix.summary = fmt::format("{}, or raise {}", summary, WhoseBudget(budget, context));
  fix.why = "the limit is a promise to those who run the code: below it again, the test passes";
  fix.trade_off = "a raised limit lets the cost of today stay unnoticed up to the new figure";
  fix.effort =
      "minutes, once it is clear what costs so much: the rerun with --only trace --format "
      "text,collapsed leaves every stack with its bytes";
  return fix;
}

Finding PeakOver(const Cost& cost, const Budget& budget, const RecordedTest& test,
                 const DiagnoseContext& context) {
  const Excess excess{"peak", "", cost.highest_peak, budget, true};
  Finding finding = Make(excess, test, context);
  finding.impact.peak_bytes = cost.highest_peak;
  finding.cause = "At its highest, the test holds more memory at one time than its budget allows.";
  finding.evidence.push_back(
      {"listener", fmt::format("{} live at once above what was there before the test, {}",
                               HumanBytes(cost.highest_peak), Over(excess, context))});
  finding.fix =
      FixFor(fmt::format("hold at least {} less at one time", excess.OverText()), budget, context);
  finding.fix->expected_peak_reduction_bytes = excess.over();
  return finding;
}

Finding KeptOver(const Cost& cost, std::optional<std::int64_t> when_warm, const Budget& budget,
                 const RecordedTest& test, const DiagnoseContext& context) {
  const std::int64_t kept = std::min(cost.lowest_kept, when_warm.value_or(cost.lowest_kept));
  const Excess excess{"kept", "kept", kept, budget, true};
  Finding finding = Make(excess, test, context);
  finding.impact.bytes_per_iteration = kept;
  finding.cause =
      "After each of its runs the test leaves more memory than its budget allows: more was "
      "allocated in it than freed.";
  const bool warm_is_lower = when_warm && *when_warm < cost.lowest_kept;
  const std::string over = ", " + Over(excess, context);
  finding.evidence.push_back(
      {"listener", fmt::format("{} kept {}{}{}", HumanBytes(cost.lowest_kept), OfRuns(cost.runs),
                               warm_is_lower ? "" : over, when_warm ? "" : WarmUpHint(cost.runs))});
  if (when_warm) {
    finding.evidence.push_back(
        {"trace", fmt::format("{} kept a run after warm-up, when it runs again and again{}",
                              HumanBytes(*when_warm), warm_is_lower ? over : "")});
  }
  finding.fix = FixFor(fmt::format("free at least {} more of what it makes before it ends, or say "
                                   "what it means to keep with "
                                   "memprof::Keeps(bytes, \"why\")",
                                   excess.OverText()),
                       budget, context);
  finding.fix->expected_reduction_bytes = excess.over();
  return finding;
}

Finding AllocationsOver(const Cost& cost, const Budget& budget, const RecordedTest& test,
                        const DiagnoseContext& context) {
  const Excess excess{"allocations", "allocations", cost.lowest_allocations, budget, false};
  Finding finding = Make(excess, test, context);
  finding.impact.count = cost.lowest_allocations;
  finding.cause = "The test allocates more often than its budget allows.";
  finding.evidence.push_back(
      {"listener", fmt::format("{} {}, {}{}", Counted(cost.lowest_allocations, "allocation"),
                               OfRuns(cost.runs), Over(excess, context), WarmUpHint(cost.runs))});
  finding.fix = FixFor(
      fmt::format("make {} fewer allocations: reserve, reuse a buffer, move in place of copies",
                  excess.OverText()),
      budget, context);
  finding.fix->expected_reduction_calls = excess.over();
  return finding;
}

}  // namespace

std::vector<TestBudgets> BudgetsOf(const RecordFile& screen, const Thresholds& thresholds) {
  std::vector<TestBudgets> budgets(screen.tests.size());
  std::vector<std::int64_t> declared(screen.tests.size());
  for (const RecordedRun& run : screen.runs) {
    std::int64_t keeps = 0;
    for (const RecordedKeeps& each : run.keeps) keeps = SumWithin(keeps, each.what.bytes);
    declared[run.test] = std::max(declared[run.test], keeps);
    if (!run.limits) continue;
    LowerAll(*run.limits, &budgets[run.test]);
  }
  for (std::size_t i = 0; i < budgets.size(); ++i) {
    TestBudgets& own = budgets[i];
    if (!own.peak) own.peak = OfRun(thresholds.peak_budget_bytes);
    if (!own.allocations) own.allocations = OfRun(thresholds.allocation_budget);
    if (!own.kept) own.kept = OfRun(thresholds.kept_budget_bytes);
    if (own.kept) {
      own.kept->limit = SumWithin(own.kept->limit, declared[i]);
      own.kept->declared = declared[i];
    }
  }
  return budgets;
}

std::vector<Finding> OverBudget(const RecordFile& screen, std::span<const TestEvidence> evidence,
                                const DiagnoseContext& context, const Thresholds& thresholds) {
  std::vector<Finding> findings;
  const std::vector<TestBudgets> budgets = BudgetsOf(screen, thresholds);
  const std::vector<Cost> costs = CostsOf(screen);
  const auto warm = KeptWhenWarm(evidence, thresholds.growth.warm_up);
  const Margin margin = MarginOf(screen);
  for (std::size_t i = 0; i < budgets.size(); ++i) {
    const TestBudgets& own = budgets[i];
    const Cost& cost = costs[i];
    if (cost.runs == 0) continue;
    const RecordedTest& test = screen.tests[i];
    if (IsOver(cost.highest_peak, own.peak, margin.peak_bytes)) {
      findings.push_back(PeakOver(cost, *own.peak, test, context));
    }
    const auto known = warm.find(test.FullName());
    const std::optional<std::int64_t> when_warm =
        known != warm.end() ? std::optional(known->second) : std::nullopt;
    if (own.kept &&
        std::min(cost.lowest_kept, when_warm.value_or(cost.lowest_kept)) > own.kept->limit) {
      findings.push_back(KeptOver(cost, when_warm, *own.kept, test, context));
    }
    if (IsOver(cost.lowest_allocations, own.allocations, margin.allocations)) {
      findings.push_back(AllocationsOver(cost, *own.allocations, test, context));
    }
  }
  return findings;
}

std::vector<NotMeasured> BudgetGaps(const RecordFile& screen, const Thresholds& thresholds) {
  std::vector<NotMeasured> gaps;
  const std::vector<TestBudgets> budgets = BudgetsOf(screen, thresholds);
  const std::vector<Cost> costs = CostsOf(screen);
  std::vector<bool> ran(screen.tests.size());
  std::vector<bool> finished(screen.tests.size());
  std::int64_t unknown = 0;
  std::int64_t uncertain = 0;
  const Margin margin = MarginOf(screen);
  for (const RecordedRun& run : screen.runs) {
    ran[run.test] = true;
    finished[run.test] = finished[run.test] || run.finished;
  }
  for (std::size_t i = 0; i < budgets.size(); ++i) {
    if (!ran[i] || !budgets[i].any()) continue;
    if (costs[i].runs > 0) {
      uncertain += MayBeOver(costs[i], budgets[i], margin) ? 1 : 0;
      continue;
    }
    if (finished[i]) {
      ++unknown;
    } else {
      gaps.push_back({"budget", screen.tests[i].FullName(), "the test did not come to its end"});
    }
  }
  if (unknown > 0) {
    gaps.push_back({"budget", "",
                    fmt::format("the heap is not counted in this process, so the limits of {} were "
                                "not checked",
                                Counted(unknown, "test"))});
  }
  if (uncertain > 0) {
    const std::string who = uncertain == 1 ? "1 test is" : Counted(uncertain, "test") + " are";
    const std::string allocations = Counted(margin.allocations, "allocation");
    gaps.push_back(
        {"budget", "",
         IsFromStream(screen)
             ? fmt::format("{} over a limit by no more than GoogleTest's own messages to a "
                           "preloaded libmemprof.so may be ({}, {} of the peak): link "
                           "memprof::gtest, and limits are exact",
                           who, allocations, HumanBytes(margin.peak_bytes))
             : fmt::format("{} over a limit by no more than GoogleTest's copies of its own flags "
                           "may be ({}): leave a limit that much room",
                           who, allocations)});
  }
  return gaps;
}

}  // namespace memprof
