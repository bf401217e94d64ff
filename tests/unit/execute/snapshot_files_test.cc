// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/snapshot_files.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/unit/parse/snapshot_bytes.h"

namespace memprof {
namespace {

/// A record that speaks of snapshots 0, 1 and 2, after iterations 3, 7 and 11, and their files.
class SnapshotFiles : public testing::Test {
 protected:
  void SetUp() override {
    std::string path = testing::TempDir() + "/snapshotsXXXXXX";
    ASSERT_NE(mkdtemp(path.data()), nullptr);
    directory_ = path;
    record_.trace = SnapshotTrace();
    for (std::uint32_t number = 0; number < 3; ++number) {
      const std::uint32_t iteration = 3 + 4 * number;
      record_.trace->snapshots.push_back(
          {{number, iteration, record::kSnapshotWhole, 1, 1, 0, 1000}, ""});
      Write(number, BytesOf(number, iteration));
    }
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  static std::string BytesOf(std::uint32_t number, std::uint32_t iteration) {
    return SnapshotBytes(number, iteration, 0, 1).Blocks({{0x10000, 100, 10, 0}}).Done();
  }

  std::string RecordPath() const { return directory_ + "/a.rec"; }
  std::string PathOf(std::uint32_t number) const {
    return RecordPath() + ".heap" + std::to_string(number);
  }
  void Write(std::uint32_t number, const std::string& bytes) const {
    std::ofstream(PathOf(number), std::ios::binary) << bytes;
  }
  void Damage(std::uint32_t number) const {
    std::filesystem::resize_file(PathOf(number), std::filesystem::file_size(PathOf(number)) / 2);
  }
  void TakeNone(std::uint32_t number) {
    RecordedSnapshot& snapshot = record_.trace->snapshots[number];
    snapshot.what.state = record::kSnapshotMissing;
    snapshot.why = "fork failed";
    std::filesystem::remove(PathOf(number));
  }

  ReadSnapshots Read() const { return ReadSnapshotFiles(record_, RecordPath()); }

  static std::vector<std::uint32_t> IterationsOf(const ReadSnapshots& read) {
    std::vector<std::uint32_t> iterations;
    for (const HeapSnapshot& each : read.snapshots) iterations.push_back(each.iteration);
    return iterations;
  }

  void ExpectIterations(const std::vector<std::uint32_t>& iterations) const {
    const ReadSnapshots read = Read();
    EXPECT_EQ(IterationsOf(read), iterations);
    EXPECT_EQ(read.why_not, "");
  }
  /// Without the last there is nothing to tell, whatever the earlier ones have.
  void ExpectNone(const std::string& why) const {
    const ReadSnapshots read = Read();
    EXPECT_TRUE(read.snapshots.empty());
    EXPECT_NE(read.why_not.find(why), std::string::npos) << read.why_not;
  }

  std::string directory_;
  RecordFile record_;
};

TEST_F(SnapshotFiles, AreReadByIteration) { ExpectIterations({3, 7, 11}); }

TEST_F(SnapshotFiles, OfEarlierIterationsMayBeMissingOrDamaged) {
  Damage(0);
  ExpectIterations({7, 11});
  std::filesystem::remove(PathOf(1));
  ExpectIterations({11});
}

TEST_F(SnapshotFiles, OfEarlierIterationsMayNeverHaveBeenTaken) {
  TakeNone(1);
  ExpectIterations({3, 11});
}

TEST_F(SnapshotFiles, WithoutTheLastTellWhy) {
  std::filesystem::remove(PathOf(2));
  ExpectNone(PathOf(2));
}

TEST_F(SnapshotFiles, ADamagedLastOneIsNoSnapshot) {
  Damage(2);
  ExpectNone("not whole");
}

TEST_F(SnapshotFiles, ALastOneOfAnotherProcessIsNoSnapshot) {
  Write(2, BytesOf(2, 12));
  ExpectNone("the record speaks of 2 of 11");
}

TEST_F(SnapshotFiles, ALastOneThatCouldNotBeTakenSaysWhy) {
  TakeNone(2);
  ExpectNone("fork failed");
}

TEST_F(SnapshotFiles, ARecordWithoutSnapshotsSaysSo) {
  record_.trace->snapshots.clear();
  ExpectNone("took no heap snapshot");
  record_.trace.reset();
  ExpectNone("took no heap snapshot");
}

/// Three of two million blocks are let in; what is beyond that would take gigabytes.
TEST_F(SnapshotFiles, EarlierOnesThatAreTooLargeAreLeftOut) {
  std::filesystem::resize_file(PathOf(1), std::uintmax_t{1} << 30);  // a hole: takes no room
  ExpectIterations({11});
}

TEST_F(SnapshotFiles, AreRemovedByNumber) {
  RemoveSnapshotFiles(RecordPath(), 2);
  EXPECT_FALSE(std::filesystem::exists(PathOf(0)));
  EXPECT_FALSE(std::filesystem::exists(PathOf(1)));
  EXPECT_TRUE(std::filesystem::exists(PathOf(2)));
  RemoveSnapshotFiles(RecordPath(), 5);
  EXPECT_TRUE(std::filesystem::is_empty(directory_));
}

}  // namespace
}  // namespace memprof
