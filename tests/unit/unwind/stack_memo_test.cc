// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/unwind/stack_memo.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <new>
#include <vector>

#include "gtest_plugin/unwind/own_stack.h"
#include "tests/unit/unwind/call_paths.h"

namespace memprof {
namespace {

#define NOINLINE __attribute__((noinline, noclone))

class Mapped {
 public:
  Mapped()
      : memo_(static_cast<StackMemo*>(mmap(nullptr, sizeof(StackMemo), PROT_READ | PROT_WRITE,
                                           MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))) {}
  Mapped(const Mapped&) = delete;
  Mapped& operator=(const Mapped&) = delete;
  ~Mapped() { munmap(memo_, sizeof(StackMemo)); }
  StackMemo* operator->() const { return memo_; }
  StackMemo* get() const { return memo_; }

 private:
  StackMemo* const memo_;
};

/// What the calls of Meet below see and do.
struct Meeting {
  StackMemo* memo;
  uint32_t number;  ///< to enter; 0: nothing
  CallerFrame from;
  uint32_t found;  ///< 0: none
  std::vector<uintptr_t> walked;
};
Meeting g_meeting;

NOINLINE void Meet() {
  g_meeting.from = FrameOfCaller();
  const StackMemo::Entry* const entry = g_meeting.memo->Find(g_meeting.from);
  g_meeting.found = entry != nullptr ? entry->user.stack : 0;
  uintptr_t addresses[kMaxFrames];
  StackWords words;
  const WalkResult result = WalkStack(g_meeting.from, addresses, &words);
  g_meeting.walked.assign(addresses, addresses + result.frames);
  if (g_meeting.number != 0) {
    g_meeting.memo->Insert(g_meeting.from, words, {nullptr, g_meeting.number});
  }
}

// Two callers with frames of one size: Shared sees the same sp, and Meet the same pc as well.
NOINLINE void Shared() {
  Meet();
  __asm__ volatile("");
}
NOINLINE int One() {
  Shared();
  return 1;
}
NOINLINE int Two() {
  Shared();
  return 2;
}

struct Step {
  int (*caller)();
  uint32_t number;    ///< to enter; 0: only look
  uint32_t expected;  ///< found
  void (*then)(StackMemo*);
};

/// All calls come from one line: the stack down to here is the same for each.
std::vector<Meeting> Follow(StackMemo* memo, const std::vector<Step>& steps) {
  std::vector<Meeting> meetings;
  for (const Step& step : steps) {
    g_meeting = {};
    g_meeting.memo = memo;
    g_meeting.number = step.number;
    step.caller();
    EXPECT_EQ(g_meeting.found, step.expected) << "step " << meetings.size();
    meetings.push_back(g_meeting);
    if (step.then != nullptr) step.then(memo);
  }
  return meetings;
}

TEST(StackMemo, CallersWithTheSamePcAndSpAreToldApart) {
  const Mapped memo;
  const std::vector<Meeting> seen = Follow(memo.get(), {{One, 1, 0, nullptr},
                                                        {Two, 2, 0, nullptr},
                                                        {One, 0, 1, nullptr},
                                                        {Two, 0, 2, nullptr},
                                                        {Two, 0, 2, nullptr},
                                                        {One, 0, 1, nullptr}});
  ASSERT_EQ(seen[0].from.pc, seen[1].from.pc);
  ASSERT_EQ(seen[0].from.sp, seen[1].from.sp);
  EXPECT_NE(seen[0].walked, seen[1].walked);
  EXPECT_EQ(seen[0].walked, seen[2].walked);
}

int g_unnoticed;
int g_changed_walks;
StackMemo* g_damaged_memo;

std::vector<uintptr_t> WalkFrom(const CallerFrame& from, StackWords* words) {
  std::vector<uintptr_t> addresses(kMaxFrames);
  addresses.resize(WalkStack(from, addresses.data(), words).frames);
  return addresses;
}

/// Enters its caller's stack, then changes each word of it in turn, and puts it back: whatever
/// changes the walk must be no hit.
NOINLINE void ChangeEachWord() {
  const CallerFrame from = FrameOfCaller();
  StackWords words;
  const std::vector<uintptr_t> walked = WalkFrom(from, &words);
  g_damaged_memo->Clear();
  if (g_damaged_memo->Insert(from, words, {}) == nullptr) return;
  volatile uintptr_t* const stack = reinterpret_cast<volatile uintptr_t*>(from.sp);
  const uintptr_t bytes = OwnStackAt(from.sp).end() - from.sp;
  for (uintptr_t i = 0; i < 400 && i < bytes / 8; ++i) {
    const uintptr_t word = stack[i];
    stack[i] = word + 64;
    const std::vector<uintptr_t> now = WalkFrom(from, nullptr);
    const bool hit = g_damaged_memo->Find(from) != nullptr;
    stack[i] = word;
    g_changed_walks += now != walked;
    g_unnoticed += hit && now != walked;
  }
}

TEST(StackMemo, NoWordThatChangesTheWalkGoesUnnoticed) {
  const Mapped memo;
  g_damaged_memo = memo.get();
  for (const auto& paths :
       {PathsAtO0(), PathsAtO2(), PathsWithFramePointers(), PathsWithRealignedStacks()}) {
    for (const CallPath& path : paths) {
      g_unnoticed = g_changed_walks = 0;
      path.run(ChangeEachWord);
      EXPECT_EQ(g_unnoticed, 0) << path.name << ", of " << g_changed_walks;
    }
  }
}

TEST(StackMemo, FlushingTheCachesForgetsAllEntries) {
  const Mapped memo;
  const auto flush = [](StackMemo*) { FlushUnwindCaches(); };
  Follow(memo.get(), {{One, 1, 0, nullptr},
                      {One, 0, 1, flush},
                      {One, 2, 0, nullptr},
                      {One, 0, 2, flush},
                      {One, 0, 0, nullptr}});
}

TEST(StackMemo, ClearForgetsAllEntries) {
  const Mapped memo;
  const auto clear = [](StackMemo* of) { of->Clear(); };
  Follow(memo.get(),
         {{One, 1, 0, clear}, {One, 2, 0, nullptr}, {One, 0, 2, clear}, {One, 0, 0, {}}});
}

TEST(StackMemo, TouchesNoPageButThoseOfItsEntries) {
  const Mapped memo;
  Follow(memo.get(), {{One, 1, 0, nullptr}, {One, 0, 1, nullptr}});
  memo->Clear();
  FlushUnwindCaches();
  const size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  std::vector<unsigned char> resident(sizeof(StackMemo) / page + 1);
  ASSERT_EQ(mincore(memo.get(), sizeof(StackMemo), resident.data()), 0);
  size_t pages = 0;
  for (const unsigned char state : resident) pages += state & 1u;
  EXPECT_LE(pages, 4u);
}

/// Frames made by hand on the test's own stack, with words that can be changed at will.
class HandMadeWords {
 public:
  explicit HandMadeWords(uintptr_t* stack) : from_{0x1234, reinterpret_cast<uintptr_t>(stack), 7} {
    words_.Begin(from_.sp);
  }
  void Keep(uintptr_t* word) { words_.Keep(reinterpret_cast<uintptr_t>(word), *word); }
  StackWords& words() { return words_; }
  const CallerFrame& from() const { return from_; }

 private:
  CallerFrame from_;
  StackWords words_;
};

TEST(StackMemo, EveryWordCounts) {
  const Mapped memo;
  uintptr_t stack[200] = {};
  for (const uint32_t count : {1u, 2u, 5u, 6u, 7u, 12u, 13u, 95u, 96u}) {
    memo->Clear();
    HandMadeWords made(stack);
    for (uint32_t i = 0; i < count; ++i) {
      stack[2 * i] = i;
      made.Keep(&stack[2 * i]);
    }
    ASSERT_NE(memo->Insert(made.from(), made.words(), {nullptr, count}), nullptr);
    ASSERT_NE(memo->Find(made.from()), nullptr);
    for (uint32_t i = 0; i < count; ++i) {
      stack[2 * i] += uintptr_t{1} << 63;
      EXPECT_EQ(memo->Find(made.from()), nullptr) << "word " << i << " of " << count;
      stack[2 * i] -= uintptr_t{1} << 63;
    }
    stack[1] = count;  // between the words
    EXPECT_NE(memo->Find(made.from()), nullptr);
  }
}

TEST(StackMemo, WordsAboveTheAnchorCountOnceUntilItIsDropped) {
  for (const uint32_t inner : {1u, 3u, 4u, 6u, 8u}) {
    SCOPED_TRACE(inner);
    const Mapped memo;
    uintptr_t stack[12] = {};
    HandMadeWords made(stack);
    for (uintptr_t& word : stack) made.Keep(&word);
    const auto found_with_changed = [&](uint32_t i) {
      stack[i] += 1;
      const bool found = memo->Find(made.from()) != nullptr;
      stack[i] -= 1;
      return found;
    };
    memo->Insert(made.from(), made.words(), {});
    memo->SetAnchor(reinterpret_cast<uintptr_t>(&stack[inner]));
    for (uint32_t i = 0; i < 12; ++i) {
      EXPECT_FALSE(found_with_changed(i)) << "not yet verified in full, word " << i;
    }
    EXPECT_NE(memo->Find(made.from()), nullptr);
    for (uint32_t i = 0; i < inner; ++i) EXPECT_FALSE(found_with_changed(i)) << "word " << i;
    EXPECT_TRUE(found_with_changed(11)) << "it is promised not to change";
    memo->SetAnchor(reinterpret_cast<uintptr_t>(&stack[inner]));
    EXPECT_FALSE(found_with_changed(11)) << "another test runs";
    EXPECT_NE(memo->Find(made.from()), nullptr);
    memo->DropAnchor();
    for (uint32_t i = 0; i < 12; ++i) EXPECT_FALSE(found_with_changed(i)) << "word " << i;
  }
}

TEST(StackMemo, AWalkThatBeginsAboveTheAnchorIsVerifiedInFull) {
  const Mapped memo;
  uintptr_t stack[4] = {1, 2, 3, 4};
  HandMadeWords made(stack + 1);
  for (uint32_t i = 1; i < 4; ++i) made.Keep(&stack[i]);
  memo->SetAnchor(reinterpret_cast<uintptr_t>(&stack[0]));
  memo->Insert(made.from(), made.words(), {});
  EXPECT_NE(memo->Find(made.from()), nullptr);
  for (uint32_t i = 1; i < 4; ++i) {
    stack[i] += 8;
    EXPECT_EQ(memo->Find(made.from()), nullptr) << "word " << i;
    stack[i] -= 8;
  }
}

TEST(StackMemo, TheFirstBpCountsWhereARuleAskedForIt) {
  const Mapped memo;
  uintptr_t stack[2] = {1, 2};
  HandMadeWords made(stack);
  made.Keep(&stack[0]);
  memo->Insert(made.from(), made.words(), {});
  CallerFrame other = made.from();
  other.bp += 8;
  EXPECT_NE(memo->Find(other), nullptr);
  memo->Clear();
  made.words().UseBp(made.from().bp);
  memo->Insert(made.from(), made.words(), {});
  EXPECT_EQ(memo->Find(other), nullptr);
  EXPECT_NE(memo->Find(made.from()), nullptr);
}

TEST(StackMemo, RefusesWhatItCannotVerify) {
  const Mapped memo;
  uintptr_t stack[2] = {1, 2};
  HandMadeWords none(stack);
  EXPECT_EQ(memo->Insert(none.from(), none.words(), {}), nullptr) << "no word at all";
  HandMadeWords far(stack);
  far.words().Keep(far.from().sp + (1u << 20), 1);
  EXPECT_EQ(memo->Insert(far.from(), far.words(), {}), nullptr) << "too far to be noted";
  HandMadeWords below(stack);
  below.words().Keep(below.from().sp - 8, 1);
  EXPECT_EQ(memo->Insert(below.from(), below.words(), {}), nullptr) << "below the stack pointer";
  HandMadeWords many(stack);
  for (uint32_t i = 0; i <= StackWords::kMaxWords; ++i) many.Keep(&stack[0]);
  EXPECT_EQ(memo->Insert(many.from(), many.words(), {}), nullptr) << "too many";
}

TEST(StackMemo, FourWalksOfOnePlaceFitAndAFifthTakesTheRoomOfOne) {
  const Mapped memo;
  uintptr_t stack[2] = {};
  for (uint32_t i = 1; i <= 5; ++i) {
    stack[0] = i;
    HandMadeWords made(stack);
    made.Keep(&stack[0]);
    memo->Insert(made.from(), made.words(), {nullptr, i});
  }
  int found = 0;
  for (uint32_t i = 1; i <= 5; ++i) {
    stack[0] = i;
    const StackMemo::Entry* const entry = memo->Find(HandMadeWords(stack).from());
    if (entry == nullptr) continue;
    ++found;
    EXPECT_EQ(entry->user.stack, i);
  }
  EXPECT_EQ(found, 4);
}

TEST(OwnStack, HoldsTheStackAndNothingElse) {
  int local = 0;
  const uintptr_t here = reinterpret_cast<uintptr_t>(&local);
  const OwnStack own = OwnStackAt(here);
  EXPECT_TRUE(own.Holds(here));
  const std::vector<int> heap(100);
  EXPECT_EQ(OwnStackAt(reinterpret_cast<uintptr_t>(heap.data())).size, 0u);
  EXPECT_EQ(OwnStackAt(own.end()).size, 0u);
}

TEST(OwnStack, TellsPagesThatCannotBeRead) {
  const size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  char* const pages =
      static_cast<char*>(mmap(nullptr, 2 * page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  mprotect(pages + page, page, PROT_NONE);
  sigset_t before;
  sigset_t after;
  sigprocmask(SIG_BLOCK, nullptr, &before);
  EXPECT_TRUE(IsReadable(reinterpret_cast<uintptr_t>(pages)));
  EXPECT_FALSE(IsReadable(reinterpret_cast<uintptr_t>(pages + page)));
  EXPECT_FALSE(IsReadable(0));
  EXPECT_FALSE(IsReadable(8));
  sigprocmask(SIG_BLOCK, nullptr, &after);
  EXPECT_EQ(memcmp(&before, &after, 8), 0);
  munmap(pages, 2 * page);
}

}  // namespace
}  // namespace memprof
