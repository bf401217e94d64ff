// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_UNIT_PARSE_FIXTURE_FILE_H_
#define MEMPROF_TESTS_UNIT_PARSE_FIXTURE_FILE_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace memprof {

/// The bytes of a file below tests/fixtures; fails the test when there is none.
inline std::string ReadFixture(const std::string& name) {
  std::ifstream file(std::filesystem::path(MEMPROF_TEST_FIXTURES) / name, std::ios::binary);
  EXPECT_TRUE(file.is_open()) << name;
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The names ("lsan/thread.txt") of all captures in one directory of tests/fixtures.
inline std::vector<std::string> FixtureNames(const std::string& directory) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(
           std::filesystem::path(MEMPROF_TEST_FIXTURES) / directory)) {
    if (entry.path().extension() == ".txt") {
      names.push_back(directory + "/" + entry.path().filename().string());
    }
  }
  std::sort(names.begin(), names.end());
  EXPECT_FALSE(names.empty()) << directory;
  return names;
}

/// Calls `parse` on `text` cut at every `step`th byte, and with every `step`th byte changed in
/// three ways; each copy lies in memory of its own size, so that a sanitizer sees a read past its
/// end.
template <class Parse>
void DamageEvery(std::size_t step, std::string_view text, Parse parse) {
  for (std::size_t i = 0; i < text.size(); i += step) {
    const std::vector<char> cut(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(i));
    parse(std::string_view(cut.data(), cut.size()));
    std::vector<char> flipped(text.begin(), text.end());
    for (const int mask : {0x01, 0x10, 0xff}) {
      flipped[i] = static_cast<char>(text[i] ^ mask);
      parse(std::string_view(flipped.data(), flipped.size()));
    }
  }
}

/// Damages a short text at every byte. Of a long one, whose every pass takes milliseconds, the
/// first 2,000 bytes at every 7th, and the whole at 20 places.
template <class Parse>
void ForEachDamage(const std::string& text, Parse parse) {
  constexpr std::size_t kShort = 1500, kFront = 2000;
  if (text.size() <= kShort) return DamageEvery(1, text, parse);
  DamageEvery(7, std::string_view(text).substr(0, kFront), parse);
  if (text.size() > kFront) DamageEvery(text.size() / 20, text, parse);
}

}  // namespace memprof

#endif  // MEMPROF_TESTS_UNIT_PARSE_FIXTURE_FILE_H_
