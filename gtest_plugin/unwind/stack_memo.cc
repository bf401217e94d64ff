// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/unwind/stack_memo.h"

#include "gtest_plugin/unwind/rule_cache.h"

namespace memprof {
namespace stack_memo_internal {

uint32_t g_flushes;

}  // namespace stack_memo_internal

StackMemo::Entry* StackMemo::Insert(const CallerFrame& from, const StackWords& words,
                                    const User& user) noexcept {
  // A walk that read no word has nothing to verify by.
  if (!words.complete() || words.count == 0 || inserting_) return nullptr;
  inserting_ = true;
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
  Set& set = sets_[IndexOf(from)];
  uint32_t way = next_victim_++ % kWays;
  for (uint32_t i = 0; i < kWays; ++i) {
    if (set.keys[i].pc == 0 || set.ways[i].generation_ != Generation()) way = i;
  }
  // A signal handler that comes now must not find half an entry.
  set.keys[way].pc = 0;
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
  Entry& entry = set.ways[way];
  constexpr uint32_t kWords = Entry::Line::kWords;
  const uint32_t lines = (words.count + kWords - 1) / kWords;
  for (uint32_t i = 0; i < lines * kWords; ++i) {
    const uint32_t word = i < words.count ? i : words.count - 1;
    entry.line_[i / kWords].values[i % kWords] = words.values[word];
    entry.line_[i / kWords].places[i % kWords] = words.places[word];
  }
  entry.user = user;
  entry.bp_ = from.bp;
  entry.ignores_bp_ = !words.uses_bp;
  entry.lines_ = static_cast<uint16_t>(lines);
  entry.generation_ = Generation();
  set.keys[way].sp = from.sp;
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
  set.keys[way].pc = from.pc;
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
  inserting_ = false;
  return &entry;
}

void FlushUnwindCaches() noexcept {
  FlushRuleCache();
  __atomic_fetch_add(&stack_memo_internal::g_flushes, 1, __ATOMIC_RELAXED);
}

}  // namespace memprof
