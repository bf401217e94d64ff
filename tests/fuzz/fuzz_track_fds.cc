// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "runner/parse/track_fds.h"
#include "tests/fuzz/fuzz_parser.h"

namespace memprof {
namespace {

/// As Valgrind would write it; lines end with "\r\n", for targets may end with a carriage return.
std::string Written(const std::vector<OpenDescriptor>& descriptors) {
  std::string text = "==1== Command: ./t\r\n==1== FILE DESCRIPTORS: 9 open at exit.\r\n";
  for (const OpenDescriptor& open : descriptors) {
    text += fmt::format("==1== Open file descriptor {}: {}\r\n", open.fd, open.target);
    for (const Frame& frame : open.stack) {
      text +=
          fmt::format("==1==    by 0x1: {} ({}:{})\r\n", frame.function, frame.file, frame.line);
    }
    text += "==1==\r\n";
  }
  return text;
}

}  // namespace

MEMPROF_FUZZ(track_fds) {
  const Result<std::vector<OpenDescriptor>> list = ParseTrackFds(input);
  if (!list) {
    MEMPROF_FUZZ_EXPECT(list.error().kind == ErrorKind::kDamaged);
    MEMPROF_FUZZ_EXPECT(!list.error().message.empty() && !list.error().hint.empty());
    return;
  }
  const Result<std::vector<OpenDescriptor>> again = ParseTrackFds(Written(*list));
  MEMPROF_FUZZ_EXPECT(again.ok() && again->size() == list->size());
  for (std::size_t i = 0; i < list->size(); ++i) {
    const OpenDescriptor& open = (*list)[i];
    MEMPROF_FUZZ_EXPECT(open.fd >= 0 && !open.stack.empty());
    MEMPROF_FUZZ_EXPECT((*again)[i].fd == open.fd && (*again)[i].target == open.target);
    MEMPROF_FUZZ_EXPECT((*again)[i].stack.size() == open.stack.size());
  }
}

}  // namespace memprof
