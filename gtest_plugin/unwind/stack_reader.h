// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_UNWIND_STACK_READER_H_
#define MEMPROF_GTEST_PLUGIN_UNWIND_STACK_READER_H_

#include <stdint.h>

#include "gtest_plugin/unwind/own_stack.h"
#include "gtest_plugin/unwind/stack_words.h"

namespace memprof {

/// Reads the stack during one walk, and never a page that isn't there, whatever the call-frame
/// information says: within the thread's own stack after a comparison, elsewhere after asking the
/// kernel once a page.
class StackReader {
 public:
  /// `words` may be null; what is read goes into it. Must outlive the reader.
  StackReader(uintptr_t sp, StackWords* words) : words_(words) {
    MoveTo(sp);
    // Where a walk begins there is a frame that lives.
    if (!own_) end_ = (sp | (kLeastPage - 1)) + 1;
  }

  /// The walk goes on at `sp`, perhaps on another stack.
  void MoveTo(uintptr_t sp) {
    const OwnStack own = OwnStackAt(sp);
    own_ = own.size != 0;
    end_ = own_ ? own.end() : sp;
    if (!own_ && words_ != nullptr) words_->Spoil();
  }

  /// Up to here, from the present sp, words can be read without asking.
  uintptr_t end() const { return end_; }

  StackWords* words() const { return words_; }

  /// Tries to bring `end()` to `wanted` or above, where the walk is on a stack whose size isn't
  /// known. A single frame of more than 8 MiB is not believed there.
  bool Reach(uintptr_t wanted) {
    constexpr uintptr_t kLargestFrame = uintptr_t{8} << 20;
    if (wanted <= end_) return true;
    if (own_ || wanted - end_ > kLargestFrame) return false;
    while (end_ < wanted) {
      if (!IsReadable(end_)) return false;
      end_ = (end_ | (kLeastPage - 1)) + 1;
    }
    return true;
  }

  /// The word at `address`, wherever that is.
  bool Read(uintptr_t address, uintptr_t* value) {
    if ((address & 7) != 0) return false;
    const OwnStack& own = own_stack_internal::t_own_stack;
    if (!own.Holds(address)) {
      if (words_ != nullptr) words_->Spoil();
      if (!IsReadable(address)) return false;
    }
    *value = *reinterpret_cast<const uintptr_t*>(address);
    return true;
  }

  /// As Read, of a word that decides how the walk goes on.
  bool ReadAndKeep(uintptr_t address, uintptr_t* value) {
    if (!Read(address, value)) return false;
    if (words_ != nullptr) words_->Keep(address, *value);
    return true;
  }

 private:
  StackWords* const words_;
  uintptr_t end_;
  bool own_;
};

}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_UNWIND_STACK_READER_H_
