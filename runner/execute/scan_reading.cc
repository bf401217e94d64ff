// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/scan_reading.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <iterator>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "runner/execute/analyzer_run.h"
#include "runner/execute/process.h"
#include "runner/execute/scratch_directory.h"
#include "runner/scan/compile_arguments.h"

namespace memprof {
namespace {

/// Where a function of the unit is.
struct FunctionLines {
  std::string file;
  int first = 0;
  int last = 0;
  std::string name;  ///< qualified
};

/// Of one unit.
struct UnitFacts {
  scan::ScanFacts facts;
  std::set<std::string> files;
  std::set<std::string> members;
  std::optional<UnreadUnit> unread;
  std::vector<FunctionLines> functions;  ///< outer ones first
  std::vector<scan::StaticRisk> analyzer_risks;
  bool analyzed = false;
  std::optional<UnreadUnit> not_analyzed;
};

/// The first error that is about the code.
std::optional<std::string> FirstError(const std::vector<std::string>& errors) {
  const auto first = std::find_if(errors.begin(), errors.end(), [](const std::string& error) {
    return !scan::IsAboutArguments(error);
  });
  if (first == errors.end()) return std::nullopt;
  return *first;
}

UnitFacts FactsOf(const scan::UnitToParse& what, const scan::AcquireTable& acquires) {
  UnitFacts of_unit;
  const Result<scan::ParsedUnit> parsed = scan::ParseUnit(what);
  if (!parsed) {
    of_unit.unread = UnreadUnit{what.file, parsed.error().message, false};
    return of_unit;
  }
  if (std::optional<std::string> error = FirstError(parsed->errors)) {
    of_unit.unread = UnreadUnit{what.file, std::move(*error), true};
  }
  of_unit.facts = scan::CollectFacts(parsed->unit, acquires);
  of_unit.files.insert(parsed->unit.files.begin(), parsed->unit.files.end());
  for (const scan::SyntaxNode& node : parsed->unit.nodes) {
    if (node.kind == scan::NodeKind::kField && !node.is_system) {
      of_unit.members.emplace(node.qualified);
    }
    if (IsFunction(node) && node.is_definition) {
      of_unit.functions.push_back({parsed->unit.files[node.file], node.begin_line, node.end_line,
                                   std::string(node.qualified)});
    }
  }
  return of_unit;
}

std::string FunctionAt(const scan::Place& place, const std::vector<FunctionLines>& functions) {
  std::string innermost;
  for (const FunctionLines& function : functions) {
    const bool has_it =
        function.file == place.file && function.first <= place.line && place.line <= function.last;
    if (has_it) innermost = function.name;
  }
  return innermost;
}

/// The analyzer names no functions.
void NameFunctions(UnitFacts* of_unit) {
  for (scan::StaticRisk& risk : of_unit->analyzer_risks) {
    risk.function = FunctionAt(risk.place, of_unit->functions);
    for (scan::RiskNote& note : risk.notes) {
      note.function = FunctionAt(note.place, of_unit->functions);
    }
  }
}

/// Threads take units in their order; facts are merged in that order too, whichever comes first.
class Reader {
 public:
  Reader(const std::vector<scan::UnitToParse>& units, const ReadingPlan& plan, Progress* progress)
      : units_(units), plan_(plan), progress_(progress) {}

  void Work() {
    for (;;) {
      std::size_t number = 0;
      {
        const std::lock_guard lock(mutex_);
        if (next_ == units_.size() || Interrupted()) return;
        number = next_++;
      }
      progress_->Begin(units_[number].file);
      UnitFacts of_unit = FactsOf(units_[number], *plan_.acquires);
      Analyze(units_[number], &of_unit);
      progress_->Advance(units_[number].file);
      const std::lock_guard lock(mutex_);
      done_.emplace(number, std::move(of_unit));
      MergeDone();
    }
  }

  ScanReading Take() {
    reading_.interrupted = next_ < units_.size() || analysis_cut_;
    reading_.units = static_cast<int>(next_);
    return std::move(reading_);
  }

 private:
  void Analyze(const scan::UnitToParse& unit, UnitFacts* of_unit) {
    if (!plan_.analyzes || of_unit->unread || !plan_.analyzes(unit.file)) return;
    {
      const std::lock_guard lock(mutex_);
      if (!reading_.no_analyzer.empty()) return;
    }
    Result<std::vector<scan::StaticRisk>> risks = AnalyzeUnit(unit, scratch_.path());
    if (risks) {
      of_unit->analyzed = true;
      of_unit->analyzer_risks = std::move(risks).value();
      NameFunctions(of_unit);
      return;
    }
    const std::lock_guard lock(mutex_);
    if (Interrupted()) {
      analysis_cut_ = true;
    } else if (risks.error().kind == ErrorKind::kUnsupported) {
      reading_.no_analyzer = risks.error().message;
    } else {
      of_unit->not_analyzed = UnreadUnit{unit.file, risks.error().message, true};
    }
  }

  void MergeDone() {
    for (auto first = done_.begin(); first != done_.end() && first->first == merged_;
         first = done_.begin(), ++merged_) {
      UnitFacts& of_unit = first->second;
      Merge(std::move(of_unit.facts), &reading_.facts);
      reading_.files.merge(of_unit.files);
      reading_.members.merge(of_unit.members);
      std::move(of_unit.analyzer_risks.begin(), of_unit.analyzer_risks.end(),
                std::back_inserter(reading_.analyzer_risks));
      reading_.analyzed += of_unit.analyzed ? 1 : 0;
      if (of_unit.not_analyzed) reading_.not_analyzed.push_back(std::move(*of_unit.not_analyzed));
      if (of_unit.unread) reading_.unread.push_back(std::move(*of_unit.unread));
      done_.erase(first);
    }
  }

  const std::vector<scan::UnitToParse>& units_;
  const ReadingPlan& plan_;
  Progress* progress_;
  const ScratchDirectory scratch_;
  std::mutex mutex_;
  std::size_t next_ = 0;
  bool analysis_cut_ = false;  ///< by the user's interrupt
  std::size_t merged_ = 0;
  std::map<std::size_t, UnitFacts> done_;
  ScanReading reading_;
};

}  // namespace

ScanReading ReadUnits(const std::vector<scan::UnitToParse>& units, const ReadingPlan& plan,
                      Progress* progress) {
  const auto began = std::chrono::steady_clock::now();
  std::vector<std::string> files;
  for (const scan::UnitToParse& unit : units) files.push_back(unit.file);
  progress->Start("scan", files);
  Reader reader(units, plan, progress);
  std::vector<std::thread> threads;
  const auto count = std::clamp<std::size_t>(static_cast<std::size_t>(std::max(plan.jobs, 1)), 1,
                                             std::max<std::size_t>(units.size(), 1));
  for (std::size_t i = 0; i < count; ++i) threads.emplace_back([&reader] { reader.Work(); });
  for (std::thread& thread : threads) thread.join();
  ScanReading reading = reader.Take();
  reading.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  return reading;
}

}  // namespace memprof
