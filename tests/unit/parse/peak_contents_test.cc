// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/parse/peak_contents.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/unit/parse/flipped_payloads.h"
#include "tests/unit/parse/record_bytes.h"

namespace memprof {
namespace {

/// Origins 5 and 9 with the stacks 1 and 2.
RecordedTrace Trace() {
  RecordedTrace trace;
  trace.stacks.resize(3);
  trace.windows.resize(1);
  trace.origins = {{0, 1, 0, 0}, {1, 2, 0, 0}};
  trace.origin_numbers = {5, 9};
  return trace;
}

RecordedPeakContents Entry() { return {{3, 0, 1, record::kSnapshotWhole}, ""}; }

Payload Groups(const std::vector<record::ContentGroup>& groups) {
  Payload payload;
  payload.Struct(static_cast<std::uint32_t>(groups.size())).Struct(std::uint32_t{0});
  for (const record::ContentGroup& group : groups) payload.Struct(group);
  return payload;
}

std::string File(const std::vector<record::ContentGroup>& groups, std::uint32_t number = 3) {
  return RecordBytes()
      .Add(record::kContentsStart, Of(record::ContentsStart{number, 4}))
      .Add(record::kContentGroups, Groups(groups))
      .Add(record::kContentsEnd, Of(record::ContentsEnd{100, 9000, groups.size(), 1, 7}))
      .Done();
}

const std::vector<record::ContentGroup> kGroups = {{9, 0, 40, 64, "kilograms"},
                                                   {5, 0, 2, 4096, {}}};

Result<PeakContentsFile> Read(std::string_view bytes) {
  const std::vector<char> exact(bytes.begin(), bytes.end());
  return ParsePeakContents(std::string_view(exact.data(), exact.size()), Entry(), Trace());
}

TEST(PeakContents, GroupsHaveTheStackOfTheirOrigin) {
  const Result<PeakContentsFile> file = Read(File(kGroups));
  ASSERT_TRUE(file.ok()) << file.error().message;
  EXPECT_EQ(file->blocks, 100u);
  EXPECT_EQ(file->bytes, 9000u);
  EXPECT_EQ(file->left_out, 1u);
  ASSERT_EQ(file->groups.size(), 2u);
  EXPECT_EQ(file->groups[0].stack, 2u);
  EXPECT_EQ(file->groups[0].blocks, 40u);
  EXPECT_EQ(file->groups[0].bytes, 64u);
  EXPECT_EQ(file->groups[0].shown, "kilograms");
  EXPECT_EQ(file->groups[1].stack, 1u);
  EXPECT_EQ(file->groups[1].shown, "");
}

TEST(PeakContents, AnOriginThatTheRecordDoesNotDefineHasNoStack) {
  const Result<PeakContentsFile> file = Read(File({{77, 0, 2, 64, {}}}));
  ASSERT_TRUE(file.ok());
  EXPECT_EQ(file->groups[0].stack, 0u);
}

void ExpectRefused(std::string_view bytes, std::string_view what) {
  const Result<PeakContentsFile> file = Read(bytes);
  ASSERT_FALSE(file.ok());
  EXPECT_NE(file.error().message.find(what), std::string::npos) << file.error().message;
}

TEST(PeakContents, WhatContradictsItselfIsRefused) {
  const std::string_view what = "contradict themselves in the record before byte ";
  ExpectRefused(File(kGroups, 4), what);                   // another one's
  ExpectRefused(File({{5, 0, 1, 64, {}}}), what);          // one block is no group
  ExpectRefused(File({{5, 0, 2, 8, {}}}), what);           // too small to be looked at
  ExpectRefused(File({{5, 0, 200, 64, {}}}), what);        // more than were looked at
  ExpectRefused(File({{5, 0, 2, UINT64_MAX, {}}}), what);  // no such block
  ExpectRefused(File({{5, 0, 2, 64, "\x1b[2J"}}), what);   // not printable
}

TEST(PeakContents, ANewerMajorVersionIsRefused) {
  ExpectRefused(RecordBytes(2, 0).Done(), "the contents at a peak cannot be read: ");
}

TEST(PeakContents, CutOffAnywhereItTellsNothing) {
  const std::string whole = File(kGroups);
  const std::size_t end = whole.size() - sizeof(record::RecordHeader);
  for (std::size_t length = 0; length < end; ++length) {
    EXPECT_FALSE(Read(std::string_view(whole).substr(0, length)).ok()) << length;
  }
}

TEST(PeakContents, EachFlippedBitIsSeen) {
  const std::string whole = File(kGroups);
  const std::size_t end = whole.size() - sizeof(record::RecordHeader);
  for (std::size_t at = sizeof(record::FileHeader); at < end; ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    const Result<PeakContentsFile> file = Read(damaged);
    // A length that grows by what is padding anyway is none that the checksum fits.
    EXPECT_FALSE(file.ok()) << at;
  }
}

TEST(PeakContents, PayloadsThatLieAreReadOrRefusedAndNothingElse) {
  ForEachFlippedPayload(File(kGroups), [](const std::string& damaged, std::size_t) {
    const Result<PeakContentsFile> file = Read(damaged);
    if (!file.ok()) return;
    for (const EqualBlocks& group : file->groups) {
      EXPECT_LT(group.stack, 3u);
      EXPECT_GE(group.blocks, 2u);
    }
  });
}

TEST(PeakContents, TheRecordSaysOfWhichTestTheyAre) {
  const auto with = [](const record::PeakContents& contents) {
    return Parse(RecordBytes()
                     .Add(record::kTestInfo, TestPayload(0))
                     .Add(record::kPeakContents, Payload().Struct(contents).Text("no memory"))
                     .Done());
  };
  const Result<RecordFile> record = with({0, 0, 1, record::kSnapshotMissing});
  ASSERT_TRUE(record.ok());
  EXPECT_EQ(record->damage.find("kPeakContents"), std::string::npos);
  const Result<RecordFile> of_no_test = with({0, 8, 1, record::kSnapshotMissing});
  ASSERT_TRUE(of_no_test.ok());
  EXPECT_FALSE(of_no_test->damage.empty());
}

}  // namespace
}  // namespace memprof
