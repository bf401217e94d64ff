// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Only an anonymous mapping refers to memory that grows.
#include <gtest/gtest.h>
#include <sys/mman.h>

struct Job {
  char text[300];
};

constexpr int kSlots = 8192;
int used = 0;

// HOLDER Mapping.HoldsJobs: - | - | mapping
Job** Slots() {
  static void* const memory = mmap(nullptr, kSlots * sizeof(Job*), PROT_READ | PROT_WRITE,
                                   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return static_cast<Job**>(memory);
}

TEST(Mapping, HoldsJobs) {
  ASSERT_LT(used, kSlots);
  Slots()[used++] = new Job{"job"};
}
