// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_UNIT_DIAGNOSE_FIX_GROWING_CODE_H_
#define MEMPROF_TESTS_UNIT_DIAGNOSE_FIX_GROWING_CODE_H_

#include <string>
#include <utility>

#include "runner/diagnose/fix/propose_fix.h"
#include "runner/report/report.h"
#include "runner/source/source_file.h"

namespace memprof {

/// A finding about one file "app.cc": memory that piles up in `holder`, with 4 entries and 400
/// bytes a run over 100 runs. Its stack has the lines that end in "// 0", "// 1" …, innermost
/// first, each with its function as given.
class GrowingCode {
 public:
  GrowingCode(Pattern pattern, std::string holder, std::string type, std::string source)
      : source_(std::move(source)) {
    finding_.pattern = pattern;
    finding_.kind = FindingKind::kMemoryGrowth;
    finding_.impact.bytes_per_iteration = 400;
    finding_.impact.total_bytes = 40000;
    finding_.held_by.emplace();
    finding_.held_by->symbol = std::move(holder);
    finding_.held_by->type = std::move(type);
    finding_.held_by->runs = {100};
    AddFrame("");
  }

  GrowingCode& AddFrame(std::string function) {
    const std::string mark = "// " + std::to_string(finding_.stack.size());
    int line = 1;
    const std::size_t at = source_.find(mark);
    for (std::size_t i = 0; i < at && i < source_.size(); ++i) line += source_[i] == '\n';
    finding_.stack.push_back({std::move(function), "app.cc", line, "", 0});
    return *this;
  }
  /// Of the frame added last, and the first when none was.
  GrowingCode& Function(std::string function) {
    finding_.stack.back().function = std::move(function);
    return *this;
  }
  GrowingCode& Step(RetentionStep step) {
    finding_.retention_path.push_back(std::move(step));
    return *this;
  }
  Finding& finding() { return finding_; }
  const std::string& source() const { return source_; }

  Fix Propose() const {
    Sources sources;
    sources.Add(SourceFile("app.cc", source_));
    return ProposeFix(finding_, sources).value_or(Fix());
  }

 private:
  std::string source_;
  Finding finding_;
};

}  // namespace memprof

#endif  // MEMPROF_TESTS_UNIT_DIAGNOSE_FIX_GROWING_CODE_H_
