// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_TRACE_STACK_ANCHOR_H_
#define MEMPROF_GTEST_PLUGIN_TRACE_STACK_ANCHOR_H_

#include "gtest_plugin/unwind/stack_words.h"

namespace memprof {

/// Finds, on the thread that marks the boundaries, the frames that stay for as long as a test runs,
/// and sets the anchor of that thread's StackMemo there.
///
///     malloc ◄ … ◄ TestBody ◄ … ◄ TestInfo::Run │ ◄ TestSuite::Run ◄ … ◄ main
///                                           anchor: the return address of TestInfo::Run
///
/// GoogleTest calls both of a test's boundaries from one activation of TestInfo::Run. So what a
/// stack at a test's start and one at its end have in common, from the outermost frame inwards, was
/// there in between, and the next test, run by the same loop, has it at the same place: if its
/// start shows it there with the same words, it is anchored. The first test of a program runs
/// without.
class StackAnchor {
 public:
  void OnTestStart() noexcept;
  void OnTestEnd() noexcept;

 private:
  void Walk(StackWords* words) noexcept;

  StackWords at_start_;
  StackWords now_;
  /// What the last test's start and end had in common.
  StackWords common_;
  bool is_known_ = false;
  bool has_started_ = false;
};

}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_TRACE_STACK_ANCHOR_H_
