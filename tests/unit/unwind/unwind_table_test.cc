// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/unwind/unwind_table.h"

#include <gtest/gtest.h>
#include <string.h>

#include <string>
#include <vector>

#include "gtest_plugin/unwind/dwarf_reader.h"

namespace memprof {
namespace {

/// A module's tables, made by hand. Code addresses are plain numbers.
class Section {
 public:
  template <class T>
  void Add(T value) {
    const size_t at = bytes_.size();
    bytes_.resize(at + sizeof value);
    memcpy(&bytes_[at], &value, sizeof value);
  }

  /// Begins an entry, whose length EndEntry fills in; returns its place.
  size_t BeginEntry() {
    const size_t at = bytes_.size();
    Add<uint32_t>(0);
    return at;
  }
  void EndEntry(size_t at) {
    while (bytes_.size() % 8 != 0) bytes_.push_back(0);
    const uint32_t length = static_cast<uint32_t>(bytes_.size() - at - 4);
    memcpy(&bytes_[at], &length, sizeof length);
  }

  size_t AddCommon(const std::string& augmentation, const std::vector<uint8_t>& data) {
    const size_t at = BeginEntry();
    Add<uint32_t>(0);
    Add<uint8_t>(1);
    for (const char c : augmentation) Add(c);
    Add('\0');
    for (const int byte : {1, 0x78, 16})
      Add(static_cast<uint8_t>(byte));  // alignments 1 and -8, return address
    for (const uint8_t byte : data) Add(byte);
    for (const int byte : {0x0c, 7, 8, 0x90, 1}) Add(static_cast<uint8_t>(byte));
    EndEntry(at);
    return at;
  }

  size_t AddDescription(size_t common, uint64_t begin, uint64_t length, bool has_data) {
    const size_t at = BeginEntry();
    Add(static_cast<uint32_t>(bytes_.size() - common));
    Add(begin);
    Add(length);
    if (has_data) Add<uint8_t>(0);
    EndEntry(at);
    return at;
  }

  /// In front of the section, without a table: the entries are read one after the other.
  bool FindWithoutTable(uintptr_t address, FrameDescription* found) {
    std::vector<uint8_t> whole = {1, kPointerAbsolute, kPointerOmitted, kPointerOmitted};
    whole.resize(12);
    whole.insert(whole.end(), bytes_.begin(), bytes_.end());
    whole.resize(whole.size() + 4);  // the section's end
    const uint8_t* const frames = whole.data() + 12;
    memcpy(&whole[4], &frames, sizeof frames);
    kept_.push_back(std::move(whole));
    return SearchUnwindTable(kept_.back().data(), kept_.back().data() + kept_.back().size(),
                             address, found);
  }

 private:
  std::vector<uint8_t> bytes_;
  std::vector<std::vector<uint8_t>> kept_;
};

TEST(UnwindTable, EntriesWithoutATableAreFoundOneAfterTheOther) {
  Section section;
  const size_t plain = section.AddCommon("", {});
  section.AddDescription(plain, 0x1000, 0x100, false);
  const size_t full = section.AddCommon("zPLR", {12, 0, 1, 2, 3, 4, 5, 6, 7, 8, 0x1b, 0, 0});
  section.AddDescription(full, 0x2000, 0x10, true);
  const size_t signal = section.AddCommon("zRS", {1, 0});
  section.AddDescription(signal, 0x3000, 1, true);
  const size_t unreadable = section.AddCommon("eh", {0, 0, 0, 0, 0, 0, 0, 0});
  section.AddDescription(unreadable, 0x4000, 1, false);
  section.AddDescription(plain, 0x5000, 1, false);
  const struct {
    uintptr_t address;
    bool found;
    bool signal_frame;
  } rows[] = {
      {0xfff, false, false},  {0x1000, true, false},  {0x10ff, true, false},
      {0x1100, false, false}, {0x200f, true, false},  {0x3000, true, true},
      {0x3001, false, false}, {0x4000, false, false}, {0x5000, true, false},
  };
  for (const auto& row : rows) {
    FrameDescription found = {};
    ASSERT_EQ(section.FindWithoutTable(row.address, &found), row.found) << row.address;
    if (!row.found) continue;
    EXPECT_EQ(found.signal_frame, row.signal_frame) << row.address;
    EXPECT_EQ(found.code_alignment, 1u);
    EXPECT_EQ(found.data_alignment, -8);
    EXPECT_EQ(found.return_column, 16u);
    ASSERT_GE(found.common_program_end - found.common_program, 5);
    EXPECT_EQ(found.common_program[0], 0x0c) << row.address;
  }
}

TEST(UnwindTable, OurOwnCodeIsFoundWithItsBounds) {
  const uintptr_t function = reinterpret_cast<uintptr_t>(&SearchUnwindTable);
  FrameDescription found;
  ASSERT_TRUE(FindFrameDescription(function, &found));
  EXPECT_EQ(found.begin, function);
  EXPECT_GT(found.end, function);
  FrameDescription last;
  ASSERT_TRUE(FindFrameDescription(found.end - 1, &last));
  EXPECT_EQ(last.begin, function);
}

TEST(UnwindTable, DataIsNotCode) {
  static int data;
  FrameDescription found;
  EXPECT_FALSE(FindFrameDescription(reinterpret_cast<uintptr_t>(&data), &found));
  EXPECT_FALSE(FindFrameDescription(0, &found));
}

TEST(DwarfReader, ReadsNumbersOfEveryForm) {
  const uint8_t bytes[] = {0xe5, 0x8e, 0x26, 0xc0, 0xbb, 0x78, 0x34, 0x12, 0xfe, 0xff};
  DwarfReader reader(bytes, bytes + sizeof bytes);
  EXPECT_EQ(reader.Uleb(), 624485u);
  EXPECT_EQ(reader.Sleb(), -123456);
  EXPECT_EQ(reader.Pointer(0x02, 0), 0x1234u);
  EXPECT_EQ(reader.Pointer(0x0a | kPointerToData, 100), 98u);
  EXPECT_TRUE(reader.ok());
  EXPECT_TRUE(reader.AtEnd());
  EXPECT_EQ(reader.Fixed<uint32_t>(), 0u);
  EXPECT_FALSE(reader.ok());
}

}  // namespace
}  // namespace memprof
