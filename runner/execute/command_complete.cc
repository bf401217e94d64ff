// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/command_complete.h"

#include <cstdio>
#include <string>
#include <vector>

#include "runner/execute/merged_report.h"
#include "runner/execute/report_files.h"
#include "runner/views/name_completion.h"

namespace memprof {

Result<int> CommandComplete(const CompletionRequest& request) {
  const Result<std::vector<std::string>> files = FindReportFiles(request.paths, "");
  if (!files) return 0;
  const Result<Report> report = ReadMergedReport(*files);
  if (!report) return 0;
  std::string text;
  for (const std::string& name : CompletionsOf(*report, request)) text += name + "\n";
  std::fwrite(text.data(), 1, text.size(), stdout);
  return 0;
}

}  // namespace memprof
