// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_RENDERERS_H_
#define MEMPROF_RUNNER_REPORT_RENDERERS_H_

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "runner/report/gtest_results.h"
#include "runner/report/report.h"

namespace memprof {

/// What a reader may choose about how a report looks; never what it says.
struct RenderOptions {
  bool color = false;          ///< ANSI colours in text
  bool hyperlinks = false;     ///< places in text are links to their files, for terminals
  bool verbose = false;        ///< also list what is kept once and is no finding
  bool junit_error = false;    ///< `<error>` in place of `<failure>`
  bool junit_jenkins = false;  ///< leave out file and line, which jenkins' xunit schema refuses
  /// Where the files of FixFiles() are, as the user would type it; empty where they are not
  /// written.
  std::string fixes_directory = {};
  /// Where a diff is applied, as the user would type it; empty: where the user is.
  std::string patch_directory = {};
  std::size_t text_columns = 100;  ///< of the text report; 60 at least
  /// This machine's name, for links to files on terminals of another.
  std::string host = {};
  /// Absolute, for links to files; empty where it is not known.
  std::string source_root = {};
  /// Tells reports of the same tests apart: SARIF's automationDetails.id, which code scanning takes
  /// for the category, and the marker of the Markdown comment.
  std::string configuration = "default";
  /// What GoogleTest's own XML says of the tests: JUnit XML then has both.
  std::vector<GtestResult> gtest_results = {};
};

/// One output format: `file_name` is what it is called within the output directory.
struct Renderer {
  const char* name;       ///< as `--format` takes it: "text", "json", "junit"
  const char* file_name;  ///< "report.txt", "report.json", "junit.xml"
  std::string (*render)(const Report&, const RenderOptions&);
};

/// All formats, in the order that `--help` lists them.
std::span<const Renderer> Renderers();

std::string RenderText(const Report& report, const RenderOptions& options);
std::string RenderJson(const Report& report, const RenderOptions& options);
std::string RenderJunit(const Report& report, const RenderOptions& options);
/// One page with everything in it: no other file, no network.
std::string RenderHtml(const Report& report, const RenderOptions& options);
/// SARIF 2.1.0, for code scanning.
std::string RenderSarif(const Report& report, const RenderOptions& options);
/// For a comment on a pull request: at most 60,000 characters, worst first.
std::string RenderMarkdown(const Report& report, const RenderOptions& options);
/// Commands that GitHub Actions turns into annotations, one a line: at most ten of a severity.
std::string RenderGithub(const Report& report, const RenderOptions& options);
/// For the file that GITHUB_STEP_SUMMARY names: at most 900 KiB.
std::string RenderStepSummary(const Report& report, const RenderOptions& options);
/// GitLab's Code Quality report.
std::string RenderGitlab(const Report& report, const RenderOptions& options);
/// DHAT's file, for Valgrind's dh_view.html.
std::string RenderDhat(const Report& report, const RenderOptions& options);
/// massif's file, for ms_print and massif-visualizer.
std::string RenderMassif(const Report& report, const RenderOptions& options);
/// Collapsed stacks, a line each, for flamegraph.pl and speedscope: bytes of each call.
std::string RenderCollapsedKept(const Report& report, const RenderOptions& options);
std::string RenderCollapsedPeak(const Report& report, const RenderOptions& options);
std::string RenderCollapsedAllocated(const Report& report, const RenderOptions& options);
std::string RenderCollapsedTemporary(const Report& report, const RenderOptions& options);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_RENDERERS_H_
