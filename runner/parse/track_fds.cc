// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/parse/track_fds.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "runner/parse/tool_frame.h"

namespace memprof {
namespace {

/// "==123== text" taken apart; no process where a line has another form.
struct LogLine {
  std::string_view process;
  std::string_view text;
};

LogLine TakeLine(std::string_view& log) {
  const auto end = std::min(log.find('\n'), log.size());
  std::string_view line = log.substr(0, end);
  log.remove_prefix(std::min(end + 1, log.size()));
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (!line.starts_with("==")) return {};
  const auto close = line.find("==", 2);
  if (close == std::string_view::npos || close == 2) return {};
  LogLine taken{line.substr(2, close - 2), line.substr(close + 2)};
  if (taken.text.starts_with(' ')) taken.text.remove_prefix(1);
  return taken;
}

/// "Open file descriptor 4: /tmp/a b.log", "Open AF_INET socket 5: <unbound> <-> unbound". What a
/// socket is bound to differs from run to run, so its family stands for it.
std::optional<OpenDescriptor> ReadHeading(std::string_view text) {
  constexpr std::string_view kOpen = "Open ", kFile = "file descriptor ", kSocket = " socket ";
  if (!text.starts_with(kOpen)) return std::nullopt;
  text.remove_prefix(kOpen.size());
  OpenDescriptor descriptor;
  const bool is_file = text.starts_with(kFile);
  if (is_file) {
    text.remove_prefix(kFile.size());
  } else if (const auto socket = text.find(kSocket); socket != std::string_view::npos) {
    descriptor.target = std::string(text.substr(0, socket)) + " socket";
    text.remove_prefix(socket + kSocket.size());
  } else {
    return std::nullopt;
  }
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), descriptor.fd);
  if (parsed.ec != std::errc() || descriptor.fd < 0) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(parsed.ptr - text.data()));
  if (!text.starts_with(':')) return std::nullopt;
  if (is_file && text.starts_with(": ")) descriptor.target = text.substr(2);
  return descriptor;
}

/// "   at 0x4C59011: open (io/open64.c:41)", "   by 0x1148A7: …".
std::optional<Frame> ReadFrame(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  if (!text.starts_with("at 0x") && !text.starts_with("by 0x")) return std::nullopt;
  const auto colon = text.find(": ");
  if (colon == std::string_view::npos) return std::nullopt;
  return ParseValgrindFrame(text.substr(colon + 2));
}

}  // namespace

Result<std::vector<OpenDescriptor>> ParseTrackFds(std::string_view text) {
  std::vector<OpenDescriptor> descriptors;
  std::string_view own_process;
  bool has_list = false;
  std::optional<OpenDescriptor> open;
  const auto finish = [&] {
    if (open && !open->stack.empty()) descriptors.push_back(*std::move(open));
    open.reset();
  };
  while (!text.empty()) {
    const LogLine line = TakeLine(text);
    // Only the process that Valgrind started says what it runs.
    if (own_process.empty() && line.text.starts_with("Command: ")) own_process = line.process;
    if (line.process.empty() || line.process != own_process) continue;
    if (line.text.starts_with("FILE DESCRIPTORS: ")) {
      has_list = true;
    } else if (std::optional<OpenDescriptor> heading = ReadHeading(line.text)) {
      finish();
      if (has_list) open = std::move(heading);
    } else if (open) {
      if (std::optional<Frame> frame = ReadFrame(line.text)) {
        open->stack.push_back(*std::move(frame));
      } else {
        finish();  // "<inherited from parent>", which has no stack, or the end of one
      }
    }
  }
  finish();
  if (!has_list) {
    return Error{ErrorKind::kDamaged, "Valgrind listed no descriptors at the end of the process",
                 "run the test under valgrind --tool=none --track-fds=yes to see how it ends"};
  }
  return descriptors;
}

}  // namespace memprof
