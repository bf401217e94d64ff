// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/parse/lsan_log.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "runner/parse/tool_frame.h"

namespace memprof {
namespace {

/// One leak check of one process.
struct Check {
  std::string process;  ///< digits of `==123==`; empty when its opening line was unreadable
  std::vector<LsanLeak> leaks;
  bool complete = false;
};

/// `text` up to the next line feed, which is taken off with it.
std::string_view TakeLine(std::string_view& text) {
  const auto end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

/// The line without colours (a terminal, or `color=always`), and without a carriage return.
std::string Plain(std::string_view line) {
  std::string plain;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\x1b' && i + 1 < line.size() && line[i + 1] == '[') {
      while (i < line.size() && line[i] != 'm') ++i;
    } else if (line[i] != '\r') {
      plain += line[i];
    }
  }
  return plain;
}

/// Reads a number at the front of `text` and takes it off, with `unit` behind it.
bool TakeCount(std::string_view& text, std::string_view unit, std::int64_t& count) {
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), count);
  if (parsed.ec != std::errc() || count < 0) return false;
  text.remove_prefix(static_cast<std::size_t>(parsed.ptr - text.data()));
  if (!text.starts_with(unit)) return false;
  text.remove_prefix(unit.size());
  return true;
}

/// "Direct leak of 64 byte(s) in 2 object(s) allocated from:"
bool ReadLeak(std::string_view line, LsanLeak& leak) {
  leak = {};
  leak.direct = line.starts_with("Direct leak of ");
  if (!leak.direct && !line.starts_with("Indirect leak of ")) return false;
  line.remove_prefix(line.find(" of ") + 4);
  return TakeCount(line, " byte(s) in ", leak.bytes) && TakeCount(line, " object(s)", leak.blocks);
}

/// Takes `==123==` off the front of `line` and returns its digits.
std::string_view TakeProcess(std::string_view& line) {
  if (!line.starts_with("==")) return {};
  const auto end = line.find("==", 2);
  if (end == std::string_view::npos || end == 2) return {};
  const std::string_view process = line.substr(2, end - 2);
  if (process.find_first_not_of("0123456789") != std::string_view::npos) return {};
  line.remove_prefix(end + 2);
  return process;
}

/// Whether `line` is "SUMMARY: LeakSanitizer: 64 byte(s) leaked in 2 allocation(s)." (or
/// AddressSanitizer's), and whether its figures are those of `leaks`: with `max_leaks`, or after
/// damage, the list is shorter than the sum.
bool ReadSummary(std::string_view line, Check& check) {
  if (!line.starts_with("SUMMARY: ")) return false;
  const auto figures = line.find("Sanitizer: ");
  if (figures == std::string_view::npos) return false;
  line.remove_prefix(figures + 11);
  std::int64_t bytes = 0, blocks = 0;
  if (!TakeCount(line, " byte(s) leaked in ", bytes)) return false;
  if (!TakeCount(line, " allocation(s)", blocks)) return false;
  // Unsigned, because a damaged text may hold figures whose sum does not fit.
  std::uint64_t listed_bytes = 0, listed_blocks = 0;
  for (const LsanLeak& leak : check.leaks) {
    listed_bytes += static_cast<std::uint64_t>(leak.bytes);
    listed_blocks += static_cast<std::uint64_t>(leak.blocks);
  }
  check.complete = listed_bytes == static_cast<std::uint64_t>(bytes) &&
                   listed_blocks == static_cast<std::uint64_t>(blocks);
  return true;
}

/// What the runtime prints first when the program dies of a signal; better words follow.
constexpr std::string_view kDeadlySignal = "LeakSanitizer:DEADLYSIGNAL";

/// The runtime's own words when it could not check, or when the program died before it could.
std::string RuntimeFailure(std::string_view line) {
  if (line == kDeadlySignal) return std::string(line);
  if (TakeProcess(line).empty()) return {};
  if (line.find("LeakSanitizer") == std::string_view::npos &&
      line.find("Sanitizer CHECK failed") == std::string_view::npos) {
    return {};
  }
  for (const std::string_view words :
       {"has encountered a fatal error", "CHECK failed", "failed to ", "ERROR: LeakSanitizer: "}) {
    if (line.find(words) != std::string_view::npos) return std::string(line);
  }
  return {};
}

Error FailureAsError(const std::string& words, const std::string& hints) {
  Error error;
  error.kind = ErrorKind::kProcess;
  error.message = "LeakSanitizer could not check: " + words;
  if (words.find("fatal error") != std::string::npos) {
    error.hint =
        "LeakSanitizer needs ptrace. Allow it (docker run --cap-add=SYS_PTRACE, or a seccomp "
        "profile that permits it), and run outside of gdb and strace";
  } else {
    error.hint = "run the test binary alone under LeakSanitizer to see its whole output";
  }
  if (!hints.empty()) error.hint += "; LeakSanitizer says: " + hints;
  return error;
}

/// Of several checks in one process only the last counts, because each repeats what the ones
/// before it found; but one that was cut off does not replace one that is whole.
std::vector<Check> LastOfEachProcess(std::vector<Check> checks) {
  std::vector<Check> kept;
  std::unordered_map<std::string, std::size_t> of_process;  // indices of `kept`
  for (Check& check : checks) {
    const auto [same, is_first] = of_process.try_emplace(check.process, kept.size());
    if (is_first || check.process.empty()) {
      kept.push_back(std::move(check));
    } else if (check.complete || !kept[same->second].complete) {
      kept[same->second] = std::move(check);
    }
  }
  return kept;
}

}  // namespace

Result<LsanLog> ParseLsanLog(std::string_view text) {
  std::vector<Check> checks;
  std::string failure, hints;
  bool in_check = false, in_leak = false;
  const auto open_check = [&](std::string_view process) {
    checks.push_back({std::string(process), {}, false});
    in_check = true;
    in_leak = false;
  };

  LsanLeak leak;
  while (!text.empty()) {
    const std::string plain = Plain(TakeLine(text));
    std::string_view line = plain;
    const std::string_view process = TakeProcess(line);
    if (!process.empty() && line.ends_with("LeakSanitizer: detected memory leaks")) {
      open_check(process);
    } else if (!process.empty() && line.starts_with("HINT: ") && !failure.empty()) {
      hints += (hints.empty() ? "" : " ") + std::string(line.substr(6));
    } else if (std::string words = RuntimeFailure(plain); !words.empty()) {
      if (failure.empty() || failure == kDeadlySignal) failure = std::move(words);
    } else if (ReadLeak(line, leak)) {
      if (!in_check) open_check({});
      checks.back().leaks.push_back(leak);
      in_leak = true;
    } else if (in_check && ReadSummary(line, checks.back())) {
      in_check = in_leak = false;
    } else if (line.empty()) {
      in_leak = false;
    } else if (in_leak) {
      // Not a frame: another program's line that fell in between.
      if (auto frame = ParseSanitizerFrame(line)) {
        checks.back().leaks.back().stack.push_back(*std::move(frame));
      }
    }
  }

  if (checks.empty() && !failure.empty()) return FailureAsError(failure, hints);
  LsanLog log;
  log.complete = failure.empty() && std::all_of(checks.begin(), checks.end(),
                                                [](const Check& check) { return check.complete; });
  for (Check& check : LastOfEachProcess(std::move(checks))) {
    std::move(check.leaks.begin(), check.leaks.end(), std::back_inserter(log.leaks));
  }
  return log;
}

}  // namespace memprof
