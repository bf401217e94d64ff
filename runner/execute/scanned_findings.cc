// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/scanned_findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <system_error>
#include <utility>

#include "runner/analyze/user_frame.h"
#include "runner/diagnose/advise.h"
#include "runner/execute/source_reader.h"
#include "runner/report/quantity.h"
#include "runner/report/shell_word.h"
#include "runner/scan/analyzer_sarif.h"
#include "runner/scan/keep_comments.h"
#include "runner/scan/risk_findings.h"

namespace memprof {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kUnreadTold = 10;
constexpr const char* kNoReason =
    "it gives no reason: write // memprof: keep - and why it is meant so";

/// As the user would name it from where he is.
std::string FromHere(const std::string& file) {
  std::error_code error;
  const fs::path here = fs::current_path(error);
  const std::string below = PathBelowRoot(file, here.string());
  return below.empty() ? file : below;
}

bool IsUnread(const std::string& file, const std::vector<UnreadUnit>& unread) {
  return std::any_of(unread.begin(), unread.end(),
                     [&](const UnreadUnit& unit) { return unit.file == file; });
}

/// Where half of a file was understood, what it does not show proves nothing.
bool RestsOnUnread(const scan::StaticRisk& risk, const std::vector<UnreadUnit>& unread) {
  return IsUnread(risk.place.file, unread) ||
         std::any_of(risk.notes.begin(), risk.notes.end(),
                     [&](const scan::RiskNote& note) { return IsUnread(note.place.file, unread); });
}

void MakeRelative(const std::string& root, scan::StaticRisk* risk) {
  risk->place.file = PathBelowRoot(risk->place.file, root);
  for (scan::RiskNote& note : risk->notes) note.place.file = PathBelowRoot(note.place.file, root);
}

/// The comments of the files that the scan tells of, and which of the risks they keep.
class Keeps {
 public:
  Keeps(const std::set<std::string>& files, const ScanUnits& units) {
    for (const std::string& file : files) {
      if (!IsToldOf(file, units)) continue;
      const std::string below = PathBelowRoot(file, units.root);
      const std::optional<std::string> text = ReadSourceText(below, units.root);
      if (!text) continue;
      for (scan::KeepComment& comment : scan::KeepComments(*text)) {
        SuppressionUse use;
        use.file = below;
        use.line = comment.line;
        use.text = "memprof: keep";
        use.reason = comment.reason;
        if (comment.reason.empty()) use.exceeded.push_back(kNoReason);
        of_file_[below].push_back({std::move(comment), std::move(use)});
      }
    }
  }

  /// Whether one keeps it. One without a reason does not, and `without_reason` tells of it.
  bool Keep(const scan::StaticRisk& risk, const SuppressionUse** without_reason) {
    const auto found = of_file_.find(risk.place.file);
    if (found == of_file_.end()) return false;
    for (Commented& each : found->second) {
      const int line = risk.place.line;
      if (line < each.comment.first_line || line > each.comment.last_line) continue;
      if (each.comment.reason.empty()) {
        *without_reason = &each.use;
        continue;
      }
      ++each.use.findings;
      return true;
    }
    return false;
  }

  /// `is_whole`: all was read, so that one which kept nothing can go.
  std::vector<SuppressionUse> Take(bool is_whole) {
    std::vector<SuppressionUse> uses;
    for (auto& [file, comments] : of_file_) {
      for (Commented& each : comments) {
        each.use.stale = is_whole && each.use.findings == 0 && each.use.exceeded.empty();
        uses.push_back(std::move(each.use));
      }
    }
    return uses;
  }

 private:
  struct Commented {
    scan::KeepComment comment;
    SuppressionUse use;
  };
  std::map<std::string, std::vector<Commented>> of_file_;
};

void TellUnread(const ScanReading& reading, const ScanUnits& units, int left_out,
                std::vector<NotMeasured>* gaps) {
  std::size_t told = 0;
  for (const UnreadUnit& unit : reading.unread) {
    if (++told > kUnreadTold) continue;
    const std::string file = PathBelowRoot(unit.file, units.root);
    gaps->push_back(
        {"scan", "",
         fmt::format("{} {}: {}", file,
                     unit.is_partial ? "does not compile with libclang" : "could not be read",
                     unit.why)});
  }
  if (told > kUnreadTold) {
    gaps->push_back({"scan", "",
                     fmt::format("and {} more files do not compile with libclang",
                                 HumanCount(static_cast<std::int64_t>(told - kUnreadTold)))});
  }
  if (left_out > 0) {
    gaps->push_back(
        {"scan", "",
         fmt::format("{} in files that do not compile left out", Counted(left_out, "risk"))});
  }
}

void TellNotAnalyzed(const ScanReading& reading, const ScanUnits& units,
                     std::vector<NotMeasured>* gaps) {
  if (!reading.no_analyzer.empty()) gaps->push_back({"clang-analyzer", "", reading.no_analyzer});
  if (reading.not_analyzed.empty()) return;
  const UnreadUnit& first = reading.not_analyzed.front();
  std::string why = fmt::format("{}: {}", PathBelowRoot(first.file, units.root), first.why);
  if (const std::size_t more = reading.not_analyzed.size() - 1; more > 0) {
    why += fmt::format("; and {} more", Counted(static_cast<std::int64_t>(more), "file"));
  }
  gaps->push_back({"clang-analyzer", "", why});
}

Error NothingRead(const ScanReading& reading, const ScanUnits& units) {
  const UnreadUnit& first = reading.unread.front();
  const bool lacks_header = first.why.find("file not found") != std::string::npos;
  return {ErrorKind::kUnreadable,
          fmt::format("none of the {} of {} compiles with libclang; the first: {}",
                      Counted(reading.units, "file"), units.database, first.why),
          lacks_header
              ? "headers that the build generates are missing: build it first, then scan again"
              : "does the build itself compile? Make it anew, then scan again"};
}

}  // namespace

Result<Scanned> Scan(const ScanUnits& units, const ScanSettings& settings, Progress* progress) {
  const scan::AcquireTable acquires(JoinPairs(settings.pairs, KnownPairs()));
  ReadingPlan plan{settings.jobs, &acquires, nullptr};
  if (settings.analyzer) {
    plan.analyzes = [&](const std::string& file) { return IsToldOf(file, units); };
  }
  ScanReading reading = ReadUnits(units.units, plan, progress);
  const auto unread = static_cast<int>(reading.unread.size());
  if (unread > 0 && unread == reading.units) {
    progress->Finish("nothing could be read");
    return NothingRead(reading, units);
  }
  Scanned scanned;
  scanned.interrupted = reading.interrupted;
  scanned.use = {FromHere(units.database), reading.units, unread};
  scanned.stage = fmt::format("{} in {}", Counted(reading.units, "file"),
                              HumanDuration(static_cast<std::int64_t>(reading.seconds * 1e9)));
  if (reading.analyzed > 0) {
    scanned.stage +=
        fmt::format(", {} of them by clang's analyzer too", HumanCount(reading.analyzed));
  }
  if (unread > 0) scanned.stage += fmt::format(", {} of them not wholly", HumanCount(unread));

  Keeps keeps(reading.files, units);
  int left_out = 0;
  std::vector<const SuppressionUse*> without_reason;
  for (scan::StaticRisk& risk :
       scan::JoinAnalyzerRisks(scan::FindRisks(reading.facts), std::move(reading.analyzer_risks))) {
    if (!IsToldOf(risk.place.file, units)) continue;
    if (RestsOnUnread(risk, reading.unread)) {
      ++left_out;
      continue;
    }
    MakeRelative(units.root, &risk);
    const SuppressionUse* unreasoned = nullptr;
    if (keeps.Keep(risk, &unreasoned)) continue;
    scanned.risks.push_back(std::move(risk));
    without_reason.push_back(unreasoned);
  }
  scanned.findings = scan::FindingsOf(scanned.risks, reading.members);
  for (std::size_t i = 0; i < scanned.findings.size(); ++i) {
    Finding& finding = scanned.findings[i];
    finding.rerun = fmt::format("memprof scan -p {} {}", ShellWord(FromHere(units.build)),
                                ShellWord(FromHere(units.root + "/" + finding.location.file)));
    if (without_reason[i] != nullptr) {
      finding.evidence.push_back(
          {"suppressions", fmt::format("{}:{} does not keep it: {}", without_reason[i]->file,
                                       without_reason[i]->line, kNoReason)});
    }
  }
  TellUnread(reading, units, left_out, &scanned.not_measured);
  TellNotAnalyzed(reading, units, &scanned.not_measured);
  if (std::none_of(reading.files.begin(), reading.files.end(),
                   [&](const std::string& file) { return IsToldOf(file, units); })) {
    scanned.not_measured.push_back(
        {"scan", "", "none of the files that were read is among those to tell of"});
  }
  scanned.keeps = keeps.Take(!reading.interrupted && unread == 0);
  Report texts;
  texts.findings = scanned.findings;
  std::set<std::string> files = FilesToRead(texts);
  for (const scan::StaticRisk& risk : scanned.risks) {
    for (const scan::RiskNote& note : risk.notes) files.insert(note.place.file);
  }
  scan::AdviseRisks(scanned.risks, ReadSources(files, units.root), &scanned.findings);
  progress->Finish(scanned.stage);
  return scanned;
}

}  // namespace memprof
