// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Keeps 64 bytes more a run, reachable, and aborts wherever Valgrind runs it.
#include <gtest/gtest.h>
#include <valgrind/valgrind.h>

#include <cstdlib>
#include <memory>
#include <utility>

struct Record {
  std::unique_ptr<Record> next;
  char text[56] = {};
};
std::unique_ptr<Record> records;

TEST(Valgrind, IsNotSurvived) {
  if (RUNNING_ON_VALGRIND) std::abort();
  auto record = std::make_unique<Record>();
  record->next = std::move(records);
  records = std::move(record);
}
