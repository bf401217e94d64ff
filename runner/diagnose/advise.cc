// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/advise.h"

#include <fmt/format.h>

#include <cstddef>
#include <string_view>
#include <utility>

#include "runner/diagnose/fix/propose_fix.h"
#include "runner/diagnose/pattern/classify.h"
#include "runner/diagnose/source_fit.h"

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

/// Advises without the text of `misfits`, and says so.
void AdviseWithout(const std::set<std::string>& misfits, const Sources& sources, Finding* finding) {
  Sources others;
  for (const auto& [path, file] : sources.files()) {
    if (!misfits.contains(path)) others.Add(file);
  }
  Advise(others, finding);
  const std::string why =
      fmt::format("{} {} not what was compiled: build it again, then profile again",
                  fmt::join(misfits, ", "), misfits.size() == 1 ? "is" : "are");
  finding->evidence.push_back({"source", why});
  if (finding->fix && finding->fix->diff.empty()) finding->fix->why_no_diff = why;
}

void AdviseFromFitting(const Sources& sources, Finding* finding) {
  const std::set<std::string> misfits = FilesThatDoNotFit(*finding, sources);
  if (!misfits.empty()) {
    AdviseWithout(misfits, sources, finding);
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
  for (Finding& finding : report->findings) AdviseFromFitting(sources, &finding);
}

}  // namespace memprof
