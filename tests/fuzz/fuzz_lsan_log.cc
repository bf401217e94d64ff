// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "runner/parse/lsan_log.h"
#include "tests/fuzz/fuzz_parser.h"

namespace memprof {
namespace {

/// The leaks as LeakSanitizer itself would write them in one check.
std::string Written(const LsanLog& log) {
  std::string text = "==1==ERROR: LeakSanitizer: detected memory leaks\n\n";
  for (const LsanLeak& leak : log.leaks) {
    text += fmt::format("{} leak of {} byte(s) in {} object(s) allocated from:\n",
                        leak.direct ? "Direct" : "Indirect", leak.bytes, leak.blocks);
    int number = 0;
    for (const Frame& frame : leak.stack) {
      text += fmt::format("    #{} 0x1 in {} {}:{}\n", number++, frame.function, frame.file,
                          frame.line);
    }
    text += '\n';
  }
  return text;
}

}  // namespace

MEMPROF_FUZZ(lsan_log) {
  const Result<LsanLog> log = ParseLsanLog(input);
  if (!log) {
    MEMPROF_FUZZ_EXPECT(log.error().kind == ErrorKind::kProcess);
    MEMPROF_FUZZ_EXPECT(!log.error().message.empty() && !log.error().hint.empty());
    return;
  }
  const Result<LsanLog> again = ParseLsanLog(Written(*log));
  MEMPROF_FUZZ_EXPECT(again.ok());
  MEMPROF_FUZZ_EXPECT(again->leaks.size() == log->leaks.size());
  for (std::size_t i = 0; i < log->leaks.size(); ++i) {
    const LsanLeak& leak = log->leaks[i];
    MEMPROF_FUZZ_EXPECT(leak.bytes >= 0 && leak.blocks >= 0);
    MEMPROF_FUZZ_EXPECT(again->leaks[i].direct == leak.direct);
    MEMPROF_FUZZ_EXPECT(again->leaks[i].bytes == leak.bytes);
    MEMPROF_FUZZ_EXPECT(again->leaks[i].blocks == leak.blocks);
    MEMPROF_FUZZ_EXPECT(again->leaks[i].stack.size() == leak.stack.size());
    for (const Frame& frame : leak.stack) MEMPROF_FUZZ_EXPECT(frame.line >= 0);
  }
}

}  // namespace memprof
