// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/stream_outcomes.h"

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "runner/analyze/listed_tests.h"
#include "runner/execute/files.h"

namespace memprof {

void JoinOutcomes(const ProcessEnd& end, const std::string& results, const std::string& output_path,
                  RecordFile* record) {
  if (!record->process || record->process->boundary_source != record::kFromStream) return;
  if (const Result<std::string> text = ReadFile(results); text.ok()) {
    if (auto cases = ParseGtestJson(text.value()); cases.ok()) {
      JoinResults(cases.value(), record);
      return;
    }
  }
  const Result<std::string> output = ReadFile(output_path);
  const std::string text = output.ok() ? output.value() : "";
  const bool succeeded = end.how == ProcessEnd::How::kExited && end.code == 0;
  const std::vector<std::string_view> pieces = OutputByIteration(text);
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const auto iteration = pieces.size() == 1 ? std::nullopt : std::optional(i);
    if (succeeded) {
      JoinSuccess(MarkedInOutput(pieces[i], "FAILED"), iteration, record);
    } else {
      JoinSkipped(MarkedInOutput(pieces[i], "SKIPPED"), iteration, record);
    }
  }
}

}  // namespace memprof
