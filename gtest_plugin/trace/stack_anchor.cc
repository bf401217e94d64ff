// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/trace/stack_anchor.h"

#include "gtest_plugin/trace/trace.h"

namespace memprof {
namespace {

uintptr_t AddressOf(const StackWords& words, uint32_t i) { return words.sp + words.places[i] * 8; }

// How many words, from the last of each, are the same at the same place.
uint32_t CommonEnd(const StackWords& one, const StackWords& other) {
  if (!one.complete() || !other.complete()) return 0;
  uint32_t same = 0;
  while (same < one.count && same < other.count) {
    const uint32_t i = one.count - 1 - same;
    const uint32_t j = other.count - 1 - same;
    if (AddressOf(one, i) != AddressOf(other, j) || one.values[i] != other.values[j]) break;
    ++same;
  }
  return same;
}

}  // namespace

__attribute__((noinline)) void StackAnchor::Walk(StackWords* words) noexcept {
  uintptr_t addresses[kMaxFrames];
  const WalkResult walk = WalkStack(FrameOfCaller(), addresses, words);
  if (walk.flags != 0) words->Spoil();
}

void StackAnchor::OnTestStart() noexcept {
  if (t_trace == nullptr) return;
  Walk(&at_start_);
  has_started_ = true;
  if (!is_known_ || common_.count == 0 || CommonEnd(at_start_, common_) < common_.count) {
    t_trace->memo.DropAnchor();
    return;
  }
  t_trace->memo.SetAnchor(AddressOf(common_, 0));
}

void StackAnchor::OnTestEnd() noexcept {
  if (t_trace == nullptr || !has_started_) return;
  has_started_ = false;
  t_trace->memo.DropAnchor();
  if (is_known_) return;
  Walk(&now_);
  const uint32_t same = CommonEnd(at_start_, now_);
  if (same == 0) return;
  common_.Begin(AddressOf(now_, now_.count - same));
  for (uint32_t i = now_.count - same; i < now_.count; ++i) {
    common_.Keep(AddressOf(now_, i), now_.values[i]);
  }
  is_known_ = common_.complete();
}

}  // namespace memprof
