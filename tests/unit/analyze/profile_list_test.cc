// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/profile_list.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "runner/analyze/profile_frames.h"

namespace memprof {
namespace {

Profile Of(const std::string& name, std::size_t tests, std::uint64_t bytes) {
  Profile profile;
  profile.name = name;
  profile.tests.resize(tests);
  profile.other.allocated_bytes = bytes;
  return profile;
}

std::vector<std::string> Names(const std::vector<Profile>& profiles) {
  std::vector<std::string> names;
  for (const Profile& profile : profiles) names.push_back(profile.name);
  return names;
}

TEST(ProfileList, MostTestsComeFirstAndThenMostBytesInWhateverOrderTheyAreAdded) {
  const std::vector<Profile> all = {Of("a", 1, 10), Of("b", 1, 30), Of("c", 7, 1), Of("d", 1, 10)};
  const std::vector<std::string> expected = {"c", "b", "a", "d"};
  std::vector<Profile> forth, back;
  for (std::size_t i = 0; i < all.size(); ++i) {
    AddProfile(all[i], &forth);
    AddProfile(all[all.size() - 1 - i], &back);
    AddProfile(all[i], &forth);  // it is there
  }
  EXPECT_EQ(Names(forth), expected);
  EXPECT_EQ(Names(back), expected);
}

TEST(ProfileList, KeepsTheLargestOfThousands) {
  std::vector<Profile> profiles;
  for (std::uint64_t i = 0; i < 2000; ++i) AddProfile(Of(std::to_string(i), 1, i), &profiles);
  ASSERT_EQ(profiles.size(), kMostProfiles);
  EXPECT_EQ(profiles.front().name, "1999");
  EXPECT_EQ(profiles.back().name, "1976");
}

TEST(ProfileList, LongNamesLeaveRoomForFewerButAlwaysForOne) {
  std::vector<Profile> profiles;
  for (int i = 0; i < 10; ++i) {
    Profile profile = Of(std::to_string(i), 1, 10);
    profile.frames.push_back({std::string(kMostProfileBytes / 3, 'f'), "", 0, ""});
    AddProfile(std::move(profile), &profiles);
  }
  EXPECT_EQ(Names(profiles), (std::vector<std::string>{"0", "1"}));
  Profile huge = Of("huge", 9, 10);
  huge.frames.push_back({std::string(kMostProfileBytes * 2, 'f'), "", 0, ""});
  AddProfile(std::move(huge), &profiles);
  EXPECT_EQ(Names(profiles), (std::vector<std::string>{"huge"}));
}

TEST(ProfileFrames, AStackThatFindsNoRoomAddsNoFrame) {
  std::vector<Frame> frames;
  ProfileFrames table(&frames, 3);
  const Frame f = {"f", "", 0, ""}, g = {"g", "", 0, ""};
  const Stack recursion = {f, g, f, g};
  EXPECT_EQ(table.WayOf(recursion), (ProfileFrames::Way{0, 1, 0, 1}));
  EXPECT_EQ(table.WayOf({{"h", "", 0, ""}, {"i", "", 0, ""}}), ProfileFrames::Way());
  EXPECT_EQ(frames.size(), 2u);
  EXPECT_EQ(table.WayOf({g}), (ProfileFrames::Way{1}));
}

TEST(ProfileFrames, CodeWithoutANameIsToldByItsOffset) {
  std::vector<Frame> frames;
  ProfileFrames table(&frames, 10);
  EXPECT_EQ(table.WayOf({{"", "", 0, "/lib/a.so", 1}, {"", "", 0, "/lib/a.so", 2}}),
            (ProfileFrames::Way{0, 1}));
  EXPECT_EQ(table.WayOf({{"f", "", 0, "/lib/a.so", 1}, {"f", "", 0, "/lib/a.so", 2}}),
            (ProfileFrames::Way{2, 2}));
}

}  // namespace
}  // namespace memprof
