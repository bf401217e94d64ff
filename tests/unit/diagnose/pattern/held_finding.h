// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_UNIT_DIAGNOSE_PATTERN_HELD_FINDING_H_
#define MEMPROF_TESTS_UNIT_DIAGNOSE_PATTERN_HELD_FINDING_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "runner/report/report.h"
#include "runner/source/source_file.h"

namespace memprof {

inline constexpr int kRuns = 64;

/// A finding of memory that grows, as a run of the test gives it, on a source with marks: the frame
/// of the nth function is at the line with `/*n*/`.
class HeldFinding {
 public:
  HeldFinding() {
    finding_.kind = FindingKind::kMemoryGrowth;
    finding_.tests = {"Suite.Name"};
    finding_.growth = GrowthSeries{"linear", std::vector<std::int64_t>(kRuns), 1};
  }

  HeldFinding& Code(std::string text) {
    text_ = std::move(text);
    return *this;
  }
  /// What the library does within the innermost function.
  HeldFinding& Library(std::string function) {
    finding_.stack.push_back({std::move(function), "/usr/include/c++/12/bits/a.h", 1, "", 0});
    return *this;
  }
  /// From the innermost; the test's body follows the last.
  HeldFinding& Calls(const std::vector<std::string>& functions) {
    for (std::size_t i = 0; i < functions.size(); ++i) {
      finding_.stack.push_back({functions[i], "app.cc", LineOf(i), "", 0});
    }
    finding_.stack.push_back(
        {"Suite_Name_Test::TestBody", "app.cc", LineOf(functions.size()), "", 0});
    for (const Frame& frame : finding_.stack) {
      if (frame.file != "app.cc") continue;
      finding_.location = {frame.file, frame.line, frame.function};
      break;
    }
    return *this;
  }
  HeldFinding& Held(HolderKind kind, std::string symbol, std::string type,
                    std::string function = "") {
    HeldBy holder;
    holder.kind = kind;
    holder.symbol = std::move(symbol);
    holder.type = std::move(type);
    holder.file = "app.cc";
    holder.function = std::move(function);
    finding_.held_by = holder;
    return *this;
  }
  /// A block of `bytes` a run, behind member `what`.
  HeldFinding& Step(std::string what, std::string type, std::int64_t bytes) {
    finding_.retention_path.push_back(
        {std::move(what), std::move(type), bytes * kRuns, kRuns, 1, ""});
    finding_.impact.bytes_per_iteration = bytes;
    return *this;
  }
  /// One block for all runs: a container's own array, or a map's only node.
  HeldFinding& Whole(std::string what, std::string type, std::int64_t bytes) {
    finding_.retention_path.push_back({std::move(what), std::move(type), bytes, 1, 0, ""});
    return *this;
  }
  HeldFinding& Kind(FindingKind kind) {
    finding_.kind = kind;
    return *this;
  }
  HeldFinding& Known(Pattern pattern) {
    finding_.pattern = pattern;
    return *this;
  }
  HeldFinding& Cycle(std::vector<std::string> types) {
    finding_.cycle = std::move(types);
    return *this;
  }

  const Finding& finding() const { return finding_; }
  Sources sources() const {
    Sources sources;
    if (!text_.empty()) sources.Add(SourceFile("app.cc", text_));
    return sources;
  }

 private:
  int LineOf(std::size_t frame) const {
    const std::size_t at = text_.find("/*" + std::to_string(frame) + "*/");
    if (at == std::string::npos) return 1;
    int line = 1;
    for (std::size_t i = 0; i < at; ++i) line += text_[i] == '\n' ? 1 : 0;
    return line;
  }

  Finding finding_;
  std::string text_;
};

}  // namespace memprof

#endif  // MEMPROF_TESTS_UNIT_DIAGNOSE_PATTERN_HELD_FINDING_H_
