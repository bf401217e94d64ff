// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_TRACKER_STREAM_EVENTS_H_
#define MEMPROF_GTEST_PLUGIN_TRACKER_STREAM_EVENTS_H_

#include <stddef.h>
#include <stdint.h>

namespace memprof {

/// The messages of GoogleTest's streaming protocol 1.0, as GoogleTest 1.10 to 1.17 write it: one
/// line each, sent with one write. Wherever it says "case" it means what is a suite since 1.10.
///
///     gtest_streaming_protocol_version=1.0
///     event=TestProgramStart
///     event=TestIterationStart&iteration=0
///     event=TestCaseStart&name=FooTest
///     event=TestStart&name=Bar
///     event=TestPartResult&file=foo.cc&line=42&message=…      file and message are percent-encoded
///     event=TestEnd&passed=1&elapsed_time=0ms                 a skipped test has not passed
///     event=TestCaseEnd&passed=1&elapsed_time=0ms
///     event=TestIterationEnd&passed=1&elapsed_time=0ms
///     event=TestProgramEnd&passed=1
enum class StreamEvent : uint32_t {
  kOther,  ///< the protocol's version, and what later versions may add
  kProgramStart,
  kIterationStart,
  kSuiteStart,
  kTestStart,
  kTestPart,
  kTestEnd,
  kSuiteEnd,
  kIterationEnd,
  kProgramEnd,
};

struct StreamMessage {
  StreamEvent event = StreamEvent::kOther;
  bool passed = false;     ///< of ends
  uint32_t iteration = 0;  ///< of kIterationStart
  /// Of kSuiteStart and kTestStart, not terminated. It is raw: GoogleTest encodes no names, so all
  /// that follows `name=` belongs to it, whatever it looks like.
  const char* name = nullptr;
  size_t name_length = 0;
};

/// Reads one message, without its line end.
StreamMessage ParseStreamMessage(const char* bytes, size_t length) noexcept;

/// Cuts what is written into messages, where a write holds several of them or a part of one.
///
/// A message ends at a line end that is the last byte of a write or is followed by the beginning of
/// another: for a test that is registered at run time may have a line end in its name. Such a name
/// is told from a message's end by this heuristic alone; it fails where the text behind the line
/// end looks like a message.
class StreamReader {
 public:
  using OnMessage = void (*)(void* context, const StreamMessage& message);

  /// Calls `on_message` for each message that is complete with these bytes.
  void Read(const char* bytes, size_t count, OnMessage on_message, void* context) noexcept;

 private:
  size_t Cut(const char* bytes, size_t count, OnMessage on_message, void* context) noexcept;

  // Only for messages that come in parts, which GoogleTest never writes; longer ones lose their
  // middle.
  static constexpr size_t kCapacity = 64 * 1024;
  size_t kept_ = 0;
  char part_[kCapacity];
};

}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_TRACKER_STREAM_EVENTS_H_
