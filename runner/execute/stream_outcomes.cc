// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/stream_outcomes.h"

#include "runner/analyze/listed_tests.h"
#include "runner/execute/files.h"

namespace memprof {

void JoinOutcomes(const ProcessEnd& end, const std::string& results, const std::string& output_path,
                  RecordFile* record) {
  if (!record->process || record->process->boundary_source != record::kFromStream) return;
  if (end.how == ProcessEnd::How::kExited && end.code == 0) {
    JoinSuccess(record);
    return;
  }
  if (const Result<std::string> text = ReadFile(results); text.ok()) {
    if (auto cases = ParseGtestJson(text.value()); cases.ok()) {
      JoinResults(cases.value(), record);
      return;
    }
  }
  if (const Result<std::string> text = ReadFile(output_path); text.ok()) {
    JoinSkipped(MarkedInOutput(text.value(), "SKIPPED"), record);
  }
}

}  // namespace memprof
