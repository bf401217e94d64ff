// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/command_dump.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <optional>
#include <string_view>

#include "runner/execute/files.h"
#include "runner/parse/record_sequence.h"
#include "runner/report/dump.h"

namespace memprof {
namespace {

bool Print(std::string_view line) {
  return std::fwrite(line.data(), 1, line.size(), stdout) == line.size();
}

/// The status after stdout took no more: 0 where the reader had seen enough. Mostly SIGPIPE has
/// ended us before; a parent that ignores the signal hands that down.
Result<int> NotPrinted() {
  if (errno == EPIPE) return 0;
  return Error{ErrorKind::kUnreadable,
               fmt::format("cannot write the lines: {}", std::strerror(errno)), ""};
}

}  // namespace

Result<int> CommandDump(const std::string& path) {
  const Result<std::string> bytes = ReadFile(path);
  if (!bytes) return bytes.error();
  Result<RecordSequence> opened = RecordSequence::Open(bytes.value());
  if (!opened) {
    Error error = opened.error();
    error.message = fmt::format("{}: {}", path, error.message);
    return error;
  }
  RecordSequence& sequence = opened.value();
  if (!Print(DumpHeader(sequence.header()))) return NotPrinted();
  std::int64_t printed = 0;
  while (const std::optional<RawRecord> raw = sequence.Next()) {
    const std::optional<std::string> line = DumpRecord(*raw);
    if (!line) {
      sequence.Reject("a record is too short for its type");
    } else if (Print(*line)) {
      ++printed;
    } else {
      return NotPrinted();
    }
  }
  if (std::fflush(stdout) != 0) return NotPrinted();
  if (!sequence.damage().empty()) {
    return Error{
        ErrorKind::kDamaged,
        fmt::format("{}: {}; the {} before it are printed", path, sequence.damage(),
                    printed == 1 ? "one record" : fmt::format("{} records", printed)),
        "the file may have been cut, or changed after it was written; run the tests again"};
  }
  return 0;
}

}  // namespace memprof
