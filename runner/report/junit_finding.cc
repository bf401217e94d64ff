// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/junit_finding.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>

#include "runner/report/headline.h"
#include "runner/report/java_frame.h"
#include "runner/report/junit_plan.h"
#include "runner/report/text_finding.h"
#include "runner/report/text_page.h"

namespace memprof {
namespace {

/// How a finding that fails nothing is introduced: "WARNING", "CRITICAL, known to the baseline".
std::string NoteHeading(const Finding& finding) {
  const bool known = finding.baseline == BaselineState::kKnown;
  return fmt::format("{}{}", Heading(finding.severity), known ? ", known to the baseline" : "");
}

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

std::string Message(const Finding& finding) {
  const std::string headline = Headline(finding);
  return headline.empty() ? Name(finding.kind) : headline;
}

std::string Body(const Finding& finding, const JunitSubject& subject, std::size_t text_bytes) {
  TextPage page(/*color=*/false);
  // The subject's own report alone: to look it up among 10,000 for each finding would be slow.
  const std::span<const TestReport> tests(subject.test, subject.test == nullptr ? 0 : 1);
  WriteFindingItems(finding, subject.FullName(), tests, &page);
  return CutJunitText(
      fmt::format("{}\n{}{}", Message(finding), StackLines(finding), std::move(page).Finish()),
      text_bytes);
}

}  // namespace

JunitCase FindingCase(const Finding& finding, const JunitSubject& subject,
                      const RenderOptions& options, std::size_t text_bytes) {
  const std::string place = Place(finding.location.file, finding.location.line);
  const std::string what =
      place.empty() ? Name(finding.kind) : fmt::format("{} {}", Name(finding.kind), place);
  JunitCase made;
  made.name = fmt::format("{}{}[{}]", subject.name, subject.name.empty() ? "" : " ", what);
  made.file = finding.location.file;
  made.line = finding.location.line;
  made.type = Name(finding.kind);
  made.message = Message(finding);
  if (FailsInJunit(finding)) {
    made.outcome = options.junit_error ? JunitCase::Outcome::kError : JunitCase::Outcome::kFailed;
    made.body = Body(finding, subject, text_bytes);
  } else {
    made.system_out = FindingNote(finding, subject, text_bytes);
  }
  return made;
}

std::string FindingNote(const Finding& finding, const JunitSubject& subject,
                        std::size_t text_bytes) {
  return fmt::format("{}: {}", NoteHeading(finding), Body(finding, subject, text_bytes));
}

}  // namespace memprof
