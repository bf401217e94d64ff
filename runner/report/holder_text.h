// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_HOLDER_TEXT_H_
#define MEMPROF_RUNNER_REPORT_HOLDER_TEXT_H_

#include <span>
#include <string>
#include <vector>

#include "runner/report/report.h"

namespace memprof {

/// The holder within a sentence: "alma::consolidation_cache", "the local variable `jobs` of main",
/// "the stack of thread worker (frame of Poll())", "data of libfoo.so (no symbol)".
std::string HolderName(const HeldBy& holder);

/// The holder with its storage and type: "static std::map<int, Result> alma::consolidation_cache".
/// A long type is cut.
std::string HolderText(const HeldBy& holder);

/// "12 KiB → 24 KiB → 36 KiB after runs 4, 8 and 12": what it retains; empty without figures.
std::string RetainedText(const HeldBy& holder);

/// "entries: Result (2 KiB)": member, type and the size of one block. A long type is cut.
std::string StepText(const RetentionStep& step);

/// "×100 per run", "×1,200"; empty for a single block.
std::string StepCount(const RetentionStep& step);

/// "chat::Session.connection → chat::Connection.session → chat::Session".
std::string CycleText(const std::vector<std::string>& cycle);

/// The type of an entry of Finding::cycle, without the member behind it. A heuristic on text: what
/// follows the last dot is a member when it is a name.
std::string TypeInCycle(const std::string& entry);

/// "run 4", "runs 4, 8 and 12".
std::string RunsText(std::span<const int> runs);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_HOLDER_TEXT_H_
