// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/tracker/stream_events.h"

#include <string.h>

namespace memprof {
namespace {

constexpr char kEvent[] = "event=";
constexpr char kVersion[] = "gtest_streaming_protocol_version=";

/// What still has to be read.
struct Rest {
  const char* bytes;
  size_t length;

  /// Steps over `prefix` where the rest begins with it.
  template <size_t N>
  bool Skip(const char (&prefix)[N]) {
    if (length < N - 1 || memcmp(bytes, prefix, N - 1) != 0) return false;
    bytes += N - 1;
    length -= N - 1;
    return true;
  }
};

bool BeginsMessage(const char* bytes, size_t length) {
  return Rest{bytes, length}.Skip(kEvent) || Rest{bytes, length}.Skip(kVersion);
}

StreamMessage Named(StreamEvent event, Rest name) {
  StreamMessage message;
  message.event = event;
  message.name = name.bytes;
  message.name_length = name.length;
  return message;
}

StreamMessage End(StreamEvent event, Rest value) {
  StreamMessage message;
  message.event = event;
  message.passed = value.length > 0 && value.bytes[0] == '1';
  return message;
}

StreamMessage IterationStart(Rest value) {
  StreamMessage message;
  message.event = StreamEvent::kIterationStart;
  for (size_t i = 0; i < value.length && value.bytes[i] >= '0' && value.bytes[i] <= '9'; ++i) {
    message.iteration = message.iteration * 10 + static_cast<uint32_t>(value.bytes[i] - '0');
  }
  return message;
}

}  // namespace

StreamMessage ParseStreamMessage(const char* bytes, size_t length) noexcept {
  Rest rest = {bytes, length};
  if (!rest.Skip(kEvent)) return {};
  if (rest.Skip("TestStart&name=")) return Named(StreamEvent::kTestStart, rest);
  if (rest.Skip("TestEnd&passed=")) return End(StreamEvent::kTestEnd, rest);
  if (rest.Skip("TestPartResult&")) return End(StreamEvent::kTestPart, {});
  if (rest.Skip("TestCaseStart&name=")) return Named(StreamEvent::kSuiteStart, rest);
  if (rest.Skip("TestCaseEnd&passed=")) return End(StreamEvent::kSuiteEnd, rest);
  if (rest.Skip("TestSuiteStart&name=")) return Named(StreamEvent::kSuiteStart, rest);
  if (rest.Skip("TestSuiteEnd&passed=")) return End(StreamEvent::kSuiteEnd, rest);
  if (rest.Skip("TestIterationStart&iteration=")) return IterationStart(rest);
  if (rest.Skip("TestIterationEnd&passed=")) return End(StreamEvent::kIterationEnd, rest);
  if (rest.Skip("TestProgramStart")) return End(StreamEvent::kProgramStart, {});
  if (rest.Skip("TestProgramEnd&passed=")) return End(StreamEvent::kProgramEnd, rest);
  return {};
}

size_t StreamReader::Cut(const char* bytes, size_t count, OnMessage on_message,
                         void* context) noexcept {
  size_t begin = 0;
  for (size_t at = 0; at < count; ++at) {
    const void* const line_end = memchr(bytes + at, '\n', count - at);
    if (line_end == nullptr) break;
    at = static_cast<size_t>(static_cast<const char*>(line_end) - bytes);
    if (at + 1 < count && !BeginsMessage(bytes + at + 1, count - at - 1)) continue;
    on_message(context, ParseStreamMessage(bytes + begin, at - begin));
    begin = at + 1;
  }
  return begin;
}

void StreamReader::Read(const char* bytes, size_t count, OnMessage on_message,
                        void* context) noexcept {
  if (count == 0) return;
  if (kept_ == 0) {
    const size_t done = Cut(bytes, count, on_message, context);
    bytes += done;
    count -= done;
    if (count == 0) return;
  }
  const size_t room = kCapacity - kept_;
  const size_t taken = count < room ? count : room;
  memcpy(part_ + kept_, bytes, taken);
  kept_ += taken;
  if (taken < count) part_[kCapacity - 1] = bytes[count - 1];
  const size_t done = Cut(part_, kept_, on_message, context);
  kept_ -= done;
  memmove(part_, part_ + done, kept_);
}

}  // namespace memprof
