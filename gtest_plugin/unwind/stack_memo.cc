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
    if (set.ways[i].pc_ == 0 || set.ways[i].generation_ != Generation()) way = i;
  }
  // A signal handler that comes now must not find half an entry.
  Entry& entry = set.ways[way];
  entry.pc_ = 0;
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
  constexpr uint32_t kWords = Entry::Line::kWords;
  constexpr uint32_t kStep = 3;
  const uint32_t filled = (words.count + kStep - 1) / kStep * kStep;
  for (uint32_t i = 0; i < filled; ++i) {
    const uint32_t word = i < words.count ? i : words.count - 1;
    entry.line_[i / kWords].values[i % kWords] = words.values[word];
    entry.line_[i / kWords].places[i % kWords] = words.places[word];
  }
  entry.user = user;
  entry.bp_ = from.bp;
  entry.ignores_bp_ = !words.uses_bp;
  entry.words_ = static_cast<uint16_t>(words.count);
  entry.anchoring_ = 1;
  entry.generation_ = Generation();
  entry.sp_ = from.sp;
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
  entry.pc_ = from.pc;
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
  inserting_ = false;
  return &entry;
}

void StackMemo::Anchor(Entry* entry, uintptr_t sp) noexcept {
  // A walk that begins above the anchor has no word that is known to stay.
  if (sp >= anchor_) return;
  uint32_t inner = 0;
  // Words were entered as the walk met them: from the innermost frame outwards.
  while (inner < entry->words_) {
    const Entry::Line& line = entry->line_[inner / Entry::Line::kWords];
    if (sp + line.places[inner % Entry::Line::kWords] * sizeof(uintptr_t) >= anchor_) break;
    ++inner;
  }
  // Where a later word is below the anchor again, the order was another: verify all.
  for (uint32_t i = inner; i < entry->words_; ++i) {
    const Entry::Line& line = entry->line_[i / Entry::Line::kWords];
    if (sp + line.places[i % Entry::Line::kWords] * sizeof(uintptr_t) < anchor_) return;
  }
  if (inner == 0) return;
  entry->inner_ = static_cast<uint16_t>(inner);
  entry->anchoring_ = anchoring_;
}

void FlushUnwindCaches() noexcept {
  FlushRuleCache();
  __atomic_fetch_add(&stack_memo_internal::g_flushes, 1, __ATOMIC_RELAXED);
}

}  // namespace memprof
