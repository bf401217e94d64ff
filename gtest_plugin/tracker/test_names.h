// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_TRACKER_TEST_NAMES_H_
#define MEMPROF_GTEST_PLUGIN_TRACKER_TEST_NAMES_H_

#include <stddef.h>
#include <stdint.h>

namespace memprof {

/// Numbers tests by suite and name in the order in which they first run, for boundaries that tell
/// names alone. Its memory is mapped, so that it is nobody's heap; nothing of it is given back.
class TestNames {
 public:
  static constexpr uint32_t kNoNumber = UINT32_MAX;

  struct Test {
    uint32_t id = kNoNumber;     ///< kNoNumber where no memory was to be had
    const char* name = nullptr;  ///< terminated, and stays
    bool is_new = false;
  };

  /// The suite's name, terminated; the same pointer for the same name. Empty without memory.
  const char* Suite(const char* name, size_t length) noexcept;

  /// The test that starts now. `suite` must be an answer of Suite(). Tests that share a name (which
  /// only those registered at run time can) are told apart by their order within an iteration.
  Test Start(const char* suite, const char* name, size_t length, uint32_t iteration) noexcept;

 private:
  struct Entry {
    uint64_t hash;
    const char* suite;  // null for a suite itself
    const char* name;   // null for a free entry
    uint32_t length;
    uint32_t id;
    uint32_t last_run;  // iteration + 1
    uint32_t reserved;
  };

  Entry* Find(const char* suite, const char* name, size_t length, uint32_t not_run_in) noexcept;
  bool Grow() noexcept;
  const char* Copy(const char* text, size_t length) noexcept;

  Entry* entries_ = nullptr;
  size_t capacity_ = 0;  // a power of two
  size_t used_ = 0;
  uint32_t next_id_ = 0;
  char* text_ = nullptr;
  size_t text_left_ = 0;
};

}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_TRACKER_TEST_NAMES_H_
