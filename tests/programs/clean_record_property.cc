// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Properties are results, which GoogleTest keeps until the next iteration.
#include <gtest/gtest.h>

#include <string>

TEST(Properties, AreGoogleTestsOwn) {
  for (int i = 0; i < 20; ++i) RecordProperty("key_" + std::to_string(i), std::string(100, 'v'));
}
