// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/advise.h"

#include <fmt/format.h>

#include <cstddef>
#include <string_view>
#include <utility>

#include "runner/diagnose/fix/propose_fix.h"
#include "runner/diagnose/implicit_copy.h"
#include "runner/diagnose/pattern/classify.h"
#include "runner/diagnose/source_fit.h"
#include "runner/source/code_structure.h"

namespace memprof {
namespace {

/// The driver's parts report to each other with paths below the source root; all others are a
/// library's.
bool IsBelowRoot(std::string_view file) { return !file.empty() && file.front() != '/'; }

// A line that is longer is a table that a program made.
constexpr std::size_t kLongestLine = 1000;

std::string_view Trimmed(std::string_view line) {
  const std::size_t begin = line.find_first_not_of(" \t");
  if (begin == std::string_view::npos || line.size() > kLongestLine) return {};
  return line.substr(begin, line.find_last_not_of(" \t\r") + 1 - begin);
}

void Advise(const Sources& sources, Finding* finding) {
  finding->location = LocationOutsideImplicitCopy(*finding, sources);
  if (const SourceFile* file = sources.Find(finding->location.file)) {
    finding->location.text = Trimmed(file->Line(finding->location.line));
  }
  Classification classified = Classify(*finding, sources);
  finding->pattern = classified.pattern;
  finding->pattern_confidence = classified.confidence;
  finding->sub_cause = std::move(classified.sub_cause);
  finding->decided_by = std::move(classified.decided_by);
  if (std::optional<Fix> fix = ProposeFix(*finding, sources)) finding->fix = std::move(fix);
}

/// The sources without some. Many findings lack the same ones, and a copy of all is not cheap.
class FittingSources {
 public:
  explicit FittingSources(const Sources& all) : all_(all) {}
  const Sources& all() const { return all_; }
  /// Until the next call.
  const Sources& Without(const std::set<std::string>& misfits) {
    if (misfits == misfits_) return others_;
    misfits_ = misfits;
    others_ = Sources();
    for (const auto& [path, file] : all_.files()) {
      StructureOf(file);  // once for all copies
      if (!misfits.contains(path)) others_.Add(file);
    }
    return others_;
  }

 private:
  const Sources& all_;
  std::set<std::string> misfits_;  // of `others_`; none before the first call
  Sources others_;
};

/// Advises without the text of `misfits`, and says so.
void AdviseWithout(const std::set<std::string>& misfits, FittingSources* fitting,
                   Finding* finding) {
  Advise(fitting->Without(misfits), finding);
  const std::string why =
      fmt::format("{} {} not what was compiled: build it again, then profile again",
                  fmt::join(misfits, ", "), misfits.size() == 1 ? "is" : "are");
  finding->evidence.push_back({"source", why});
  if (finding->fix && finding->fix->diff.empty()) finding->fix->why_no_diff = why;
}

void AdviseFromFitting(FittingSources* fitting, Finding* finding) {
  const Sources& sources = fitting->all();
  const std::set<std::string> misfits = FilesThatDoNotFit(*finding, sources);
  if (!misfits.empty()) {
    AdviseWithout(misfits, fitting, finding);
    return;
  }
  Advise(sources, finding);
  const std::string& file = finding->location.file;
  if (!sources.IsNewer(file) || !finding->fix || finding->fix->diff.empty()) return;
  finding->evidence.push_back(
      {"source", fmt::format("{} was changed after the program was built: should its lines have "
                             "moved, the diff is wrong",
                             file)});
}

}  // namespace

std::set<std::string> FilesToRead(const Report& report) {
  std::set<std::string> files;
  const auto add = [&files](const std::string& file) {
    if (IsBelowRoot(file)) files.insert(file);
  };
  for (const Finding& finding : report.findings) {
    add(finding.location.file);
    for (const Frame& frame : finding.stack) add(frame.file);
    if (finding.held_by) add(finding.held_by->file);
    if (finding.weaken) add(finding.weaken->file);
  }
  return files;
}

void Advise(const Sources& sources, Report* report) {
  FittingSources fitting(sources);
  for (Finding& finding : report->findings) AdviseFromFitting(&fitting, &finding);
}

}  // namespace memprof
