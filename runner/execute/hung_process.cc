// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/hung_process.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <fstream>
#include <string_view>
#include <utility>
#include <vector>

#include "runner/diagnose/reported_stack.h"
#include "runner/execute/files.h"
#include "runner/execute/source_paths.h"
#include "runner/execute/source_root.h"
#include "runner/parse/record_file.h"
#include "runner/report/hang_text.h"
#include "runner/symbols/trace_symbols.h"

namespace memprof {
namespace {

constexpr std::size_t kMostGenerations = 64;
constexpr std::size_t kFramesShown = 64;
// The test's own thread tells most; of the others it is enough to see what they wait for.
constexpr std::size_t kThreadsShown = 255;
constexpr std::size_t kFramesOfOthers = 6;

/// 0 when it is gone.
pid_t ParentOf(pid_t process) {
  std::ifstream status(fmt::format("/proc/{}/status", process));
  for (std::string line; std::getline(status, line);) {
    constexpr std::string_view kField = "PPid:\t";
    if (!line.starts_with(kField)) continue;
    pid_t parent = 0;
    std::from_chars(line.data() + kField.size(), line.data() + line.size(), parent);
    return parent;
  }
  return 0;
}

bool Descends(pid_t process, pid_t from) {
  for (std::size_t i = 0; i < kMostGenerations && process > 1; ++i) {
    if (process == from) return true;
    process = ParentOf(process);
  }
  return false;
}

/// The first `most` threads, each with its innermost frames.
std::vector<HungThread> NamedThreads(const ThreadStacks& hung, std::size_t most,
                                     const std::string& directory, const RunOptions& options,
                                     const std::string& source_root) {
  const std::string executable = hung.modules.empty() ? "" : hung.modules.front().path;
  const SourcePaths paths(options.path_map, source_root, executable);
  TraceSymbols symbols(hung.modules, directory);
  std::vector<HungThread> named;
  for (const ThreadStack& thread : hung.threads) {
    if (named.size() == most) break;
    Stack stack = symbols.Resolve(thread.stack);
    for (Frame& frame : stack) frame.file = paths.Find(frame.file);
    stack = ReportedStack(stack, source_root);
    stack.resize(std::min(stack.size(), named.empty() ? kFramesShown : kFramesOfOthers));
    named.push_back({thread.name, std::move(stack)});
  }
  return named;
}

}  // namespace

ThreadStacks StacksOfHung(pid_t started, const std::string& record_path) {
  pid_t process = started;
  if (const Result<std::string> bytes = ReadFile(record_path); bytes.ok()) {
    if (const Result<RecordFile> record = ParseRecord(bytes.value()); record && record->process) {
      const auto named = static_cast<pid_t>(record->process->hello.pid);
      // Process ids of another namespace name somebody else here.
      if (Descends(named, started)) process = named;
    }
  }
  return ReadThreadStacks(process);
}

std::string WhereItHung(const ThreadStacks& hung, const RunOptions& options) {
  const std::vector<HungThread> threads =
      NamedThreads(hung, 1, "", options, FindSourceRoot(options, RecordFile()));
  return threads.empty() ? "" : WhereItWas(threads.front().stack);
}

void ReportHang(const ThreadStacks& hung, const std::string& test, const std::string& directory,
                const RunOptions& options, const std::string& source_root, Report* report) {
  if (hung.threads.empty()) {
    if (hung.why_not.empty()) return;
    report->not_measured.push_back({"stack", test, "where it hung is not known: " + hung.why_not});
    return;
  }
  std::vector<HungThread> threads =
      NamedThreads(hung, kThreadsShown + 1, directory, options, source_root);
  report->hang_stack = std::move(threads.front().stack);
  threads.erase(threads.begin());
  report->hang_threads = std::move(threads);
  const std::string where = WhereItWas(report->hang_stack);
  if (!report->crash.empty() && !where.empty()) report->crash += ": it was " + where;
}

}  // namespace memprof
