// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>

#include "gtest_plugin/tracker/stream_events.h"
#include "tests/fuzz/fuzz_parser.h"

namespace memprof {
namespace {

struct Seen {
  std::size_t messages = 0;
  std::size_t name_bytes = 0;
  unsigned sum = 0;
};

void OnMessage(void* context, const StreamMessage& message) {
  auto* const seen = static_cast<Seen*>(context);
  ++seen->messages;
  seen->name_bytes += message.name_length;
  MEMPROF_FUZZ_EXPECT(message.name != nullptr || message.name_length == 0);
  for (std::size_t i = 0; i < message.name_length; ++i) {
    seen->sum += static_cast<unsigned char>(message.name[i]);
  }
}

}  // namespace

/// What the plugin reads of GoogleTest's streaming protocol, written at once and in parts of the
/// length that the first byte says.
MEMPROF_FUZZ(gtest_stream) {
  if (input.empty()) return;
  const std::size_t part = std::max<std::size_t>(1, static_cast<unsigned char>(input[0]));
  input.remove_prefix(1);
  const auto lines = static_cast<std::size_t>(std::count(input.begin(), input.end(), '\n'));
  Seen whole;
  const auto reader = std::make_unique<StreamReader>();
  reader->Read(input.data(), input.size(), OnMessage, &whole);
  MEMPROF_FUZZ_EXPECT(whole.messages <= lines && whole.name_bytes <= input.size());
  Seen in_parts;
  const auto second = std::make_unique<StreamReader>();
  for (std::size_t at = 0; at < input.size(); at += part) {
    const std::string_view bytes = input.substr(at, part);
    second->Read(bytes.data(), bytes.size(), OnMessage, &in_parts);
  }
  MEMPROF_FUZZ_EXPECT(in_parts.messages <= lines && in_parts.name_bytes <= input.size());
}

}  // namespace memprof
