// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/command_diff.h"

#include <cstdio>
#include <string>

#include "runner/compare/comparison.h"
#include "runner/compare/diff_exit_code.h"
#include "runner/execute/files.h"
#include "runner/execute/policy_files.h"
#include "runner/report/comparison_text.h"

namespace memprof {
namespace {

std::string Render(const DiffRequest& request, const Comparison& comparison, const Report& now) {
  if (request.format == "markdown") return RenderComparisonMarkdown(comparison, now);
  if (request.format == "json") return RenderComparisonJson(comparison);
  RenderOptions options;
  options.color = request.color;
  options.verbose = request.verbose;
  return RenderComparisonText(comparison, now, options);
}

}  // namespace

Result<int> CommandDiff(const DiffRequest& request) {
  const Result<Report> base = ReadReportFile(request.base);
  if (!base) return base.error();
  const Result<Report> now = ReadReportFile(request.now);
  if (!now) return now.error();
  const Comparison comparison = Compare(*base, *now);
  const std::string text = Render(request, comparison, *now);
  if (request.out.empty()) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
  } else if (Result<std::string> written = WriteFile(request.out, text); !written) {
    return written.error();
  }
  return DiffExitCode(comparison, *now, request.fail_on_new);
}

}  // namespace memprof
