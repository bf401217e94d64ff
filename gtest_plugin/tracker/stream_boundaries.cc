// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// Boundaries as GoogleTest's streaming listener tells them, for binaries that were built without
// ours. It builds its messages in strings that are alive while it writes and released afterwards:
//
//     string made  ─►  write  ─►  string released  ─►  next heap call: the test's, or the printer's
//                      |                               |
//                      what happens is known here      and read here, before the call is counted
//
// so a window begins and ends without those strings.

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gtest_plugin/hooks/hooks.h"
#include "gtest_plugin/trace/trace.h"
#include "gtest_plugin/tracker/counters.h"
#include "gtest_plugin/tracker/repeat_flag.h"
#include "gtest_plugin/tracker/session.h"
#include "gtest_plugin/tracker/stream_events.h"
#include "gtest_plugin/tracker/test_names.h"

namespace memprof {
namespace {

/// A boundary that was told and is not yet read.
struct Boundary {
  StreamEvent event = StreamEvent::kOther;  // kOther: there is none
  uint32_t id = TestNames::kNoNumber;
  bool passed = false;
  uint32_t results = 0;
  uint32_t iteration = 0;
  const char* suite = "";
};

class StreamBoundaries {
 public:
  void Take(const char* bytes, size_t count) noexcept;
  void ReadPending() noexcept;
  bool IsMessageString(const char* block, size_t bytes) noexcept;

 private:
  enum class Role { kUnknown, kMarks, kSilent };

  void On(const StreamMessage& message) noexcept;
  void Start() noexcept;
  void Announce(const StreamMessage& message) noexcept;

  Role role_ = Role::kUnknown;
  pid_t pid_ = 0;
  pthread_t thread_ = {};  // the one that runs the tests
  StreamReader reader_;
  TestNames names_;
  Boundary now_;  // what the next boundary is made of
  Boundary pending_;
  // The beginning of the message that is being taken, without its line end.
  char message_[64];
  size_t message_length_ = 0;
  bool has_old_strings_ = false;
};

StreamBoundaries g_boundaries;

void ReadPendingBoundary() { g_boundaries.ReadPending(); }

bool IsStringOfMessage(const void* block, size_t bytes) {
  return g_boundaries.IsMessageString(static_cast<const char*>(block), bytes);
}

// Whether a block that is released after a write is one of the strings that the message was built
// in. They hold its text; a block that merely was such a string once holds another's.
bool StreamBoundaries::IsMessageString(const char* block, size_t bytes) noexcept {
  const size_t length = message_length_;
  if (bytes >= length && memcmp(block, message_, length) == 0) return true;
  // Before GCC 5, and with _GLIBCXX_USE_CXX11_ABI=0 since: three words, then the text, be it "1".
  constexpr size_t kWords = 3 * sizeof(size_t);
  constexpr size_t kLongestPart = 24;  // digits, a bool
  if (bytes <= kWords) return false;
  const char* const text = block + kWords;
  const size_t room = bytes - kWords;
  if (room >= length && memcmp(text, message_, length) == 0) {
    has_old_strings_ = true;
    return true;
  }
  size_t held;
  memcpy(&held, block, sizeof(held));
  return has_old_strings_ && held > 0 && held < kLongestPart && strnlen(text, room) == held;
}

void StreamBoundaries::Start() noexcept {
  if (role_ != Role::kUnknown) return;
  role_ = Role::kSilent;
  Session& session = ProcessSession();
  // Without a record nobody reads, and the console has nothing to say of a binary that never asked.
  const char* const path = getenv("MEMPROF_RECORD");
  if (path == nullptr || *path == '\0' || !session.Claim()) return;
  role_ = Role::kMarks;
  pid_ = getpid();
  thread_ = pthread_self();
  session.set_boundary_source(record::kFromStream);
  session.ProgramStart(nullptr, 0, RepeatFlagOfProcess());
}

void StreamBoundaries::Announce(const StreamMessage& message) noexcept {
  const TestNames::Test test =
      names_.Start(now_.suite, message.name, message.name_length, now_.iteration);
  now_.id = test.id;
  __atomic_store_n(&now_.results, 0, __ATOMIC_RELAXED);
  if (!test.is_new) return;
  const memprof_test known = {now_.suite, test.name, "", 0, "", ""};
  ProcessSession().AnnounceTest(test.id, known);
}

void StreamBoundaries::On(const StreamMessage& message) noexcept {
  if (message.event == StreamEvent::kOther) return;
  if (message.event == StreamEvent::kTestPart) {
    __atomic_add_fetch(&now_.results, 1, __ATOMIC_RELAXED);
    return;
  }
  if (message.event == StreamEvent::kProgramStart) Start();
  if (role_ != Role::kMarks) return;
  ReadPending();
  now_.event = message.event;
  now_.passed = message.passed;
  switch (message.event) {
    case StreamEvent::kIterationStart:
      now_.iteration = message.iteration;
      break;
    case StreamEvent::kSuiteStart:
      now_.suite = names_.Suite(message.name, message.name_length);
      break;
    case StreamEvent::kTestStart:
      Announce(message);
      break;
    default:
      break;
  }
  pending_ = now_;
  // The program's end reads nothing, and nothing need come after it.
  if (message.event == StreamEvent::kProgramEnd || !ProcessSession().counts_heap()) {
    ReadPending();
  } else {
    CallBeforeNextHeapCall(&ReadPendingBoundary, &IsStringOfMessage);
    NoticeBoundary();
  }
}

void StreamBoundaries::ReadPending() noexcept {
  const Boundary boundary = pending_;
  pending_.event = StreamEvent::kOther;
  Session& session = ProcessSession();
  switch (boundary.event) {
    case StreamEvent::kOther:
    case StreamEvent::kTestPart:
    case StreamEvent::kProgramStart:
      break;
    case StreamEvent::kIterationStart:
      session.IterationStart(boundary.iteration, 0);
      break;
    case StreamEvent::kSuiteStart:
      session.SuiteStart(boundary.suite);
      break;
    case StreamEvent::kTestStart:
      session.TestStart(boundary.id);
      break;
    case StreamEvent::kTestEnd:
      session.TestEnd(boundary.id, boundary.passed ? MEMPROF_PASSED : MEMPROF_FAILED,
                      boundary.results);
      break;
    case StreamEvent::kSuiteEnd:
      session.SuiteEnd(boundary.suite);
      break;
    case StreamEvent::kIterationEnd:
      session.IterationEnd(boundary.iteration);
      break;
    case StreamEvent::kProgramEnd:
      session.ProgramEnd(boundary.passed);
      break;
  }
}

void StreamBoundaries::Take(const char* bytes, size_t count) noexcept {
  if (role_ == Role::kSilent || count == 0) return;
  if (role_ == Role::kMarks) {
    if (getpid() != pid_) return;
    if (pthread_equal(pthread_self(), thread_) == 0) {
      // Other threads may fail assertions, in writes of one message each.
      if (ParseStreamMessage(bytes, count).event == StreamEvent::kTestPart) {
        __atomic_add_fetch(&now_.results, 1, __ATOMIC_RELAXED);
      }
      return;
    }
  }
  message_length_ = count - 1 < sizeof(message_) ? count - 1 : sizeof(message_);
  memcpy(message_, bytes, message_length_);
  reader_.Read(
      bytes, count,
      [](void* self, const StreamMessage& message) {
        static_cast<StreamBoundaries*>(self)->On(message);
      },
      this);
}

}  // namespace

void OnStreamWrite(const char* bytes, size_t count) noexcept {
  const int saved = errno;
  g_boundaries.Take(bytes, count);
  errno = saved;
}

}  // namespace memprof
