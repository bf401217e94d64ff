// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/advise.h"

#include <string_view>
#include <utility>

#include "runner/diagnose/fix/propose_fix.h"
#include "runner/diagnose/pattern/classify.h"

namespace memprof {
namespace {

/// The driver's parts report to each other with paths below the source root; all others are a
/// library's.
bool IsBelowRoot(std::string_view file) { return !file.empty() && file.front() != '/'; }

std::string_view Trimmed(std::string_view line) {
  const std::size_t begin = line.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
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
  for (Finding& finding : report->findings) Advise(sources, &finding);
}

}  // namespace memprof
