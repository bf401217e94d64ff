// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/parse/track_fds.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/parse/fixture_file.h"

namespace memprof {
namespace {

std::vector<OpenDescriptor> Read(const std::string& fixture) {
  Result<std::vector<OpenDescriptor>> read = ParseTrackFds(ReadFixture("track_fds/" + fixture));
  EXPECT_TRUE(read.ok());
  return read.ok() ? read.value() : std::vector<OpenDescriptor>{};
}

std::vector<std::string> Targets(const std::vector<OpenDescriptor>& descriptors) {
  std::vector<std::string> targets;
  for (const OpenDescriptor& each : descriptors) targets.push_back(each.target);
  return targets;
}

TEST(TrackFds, ListsWhatTheTestOpenedWithItsStackAndNotWhatItInherited) {
  const std::vector<OpenDescriptor> read = Read("gtest.txt");
  EXPECT_EQ(Targets(read), (std::vector<std::string>{"", "", "", "", "", "AF_UNIX socket",
                                                     "AF_INET socket", "/tmp/my log (old).txt"}));
  const OpenDescriptor& log = read.back();
  EXPECT_EQ(log.fd, 4);
  ASSERT_GE(log.stack.size(), 9u);
  EXPECT_EQ(log.stack[0].function, "open");
  EXPECT_EQ(log.stack[1].file, "/src/descriptors_test.cc");
  EXPECT_GT(log.stack[1].line, 0);
  EXPECT_EQ(log.stack.back().function, "main");
  EXPECT_EQ(log.stack.back().module, "/src/descriptors_test");
}

TEST(TrackFds, NamesSocketsByTheirFamilyAlone) {
  EXPECT_EQ(Targets(Read("sockets.txt")),
            (std::vector<std::string>{"pf-16 socket", "AF_INET6 socket", "AF_UNIX socket",
                                      "AF_INET socket", "AF_INET socket", "AF_INET socket"}));
}

TEST(TrackFds, LeavesOutTheListOfAForkedChild) {
  EXPECT_EQ(Targets(Read("forks.txt")), (std::vector<std::string>{"/etc/passwd"}));
}

TEST(TrackFds, LogWithoutAListIsAnError) {
  for (const char* text : {"", "==1== Command: ./a\n==1==\n", "FILE DESCRIPTORS: 3 open\n"}) {
    const Result<std::vector<OpenDescriptor>> read = ParseTrackFds(text);
    ASSERT_FALSE(read.ok()) << text;
    EXPECT_EQ(read.error().kind, ErrorKind::kDamaged);
  }
}

TEST(TrackFds, DamagedLogIsReadAsFarAsItGoes) {
  for (const std::string& name : FixtureNames("track_fds")) {
    ForEachDamage(ReadFixture(name), [](std::string_view text) { (void)ParseTrackFds(text); });
  }
  const std::string text = ReadFixture("track_fds/gtest.txt");
  EXPECT_EQ(ParseTrackFds(text.substr(0, text.size() / 2)).value().size(), 4u);
}

}  // namespace
}  // namespace memprof
