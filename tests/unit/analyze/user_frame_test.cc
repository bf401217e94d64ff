// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/user_frame.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace memprof {
namespace {

Stack StackOfFiles(const std::vector<std::string>& files) {
  Stack stack;
  for (const std::string& file : files) stack.push_back({"f", file, 1, ""});
  return stack;
}

TEST(UserFrame, IsTheInnermostWhoseFileLiesBelowTheRoot) {
  struct Row {
    const char* what;
    std::vector<std::string> files;
    const char* root;
    int found;  ///< index; -1 for none
  };
  for (const Row& row : std::vector<Row>{
           {"after library frames", {"/usr/include/x.h", "", "/src/a.cc", "/src/b.cc"}, "/src", 2},
           {"innermost", {"/src/a.cc", "/src/b.cc"}, "/src", 0},
           {"a root with a slash", {"/src/a.cc"}, "/src/", 0},
           {"a root with dots", {"/src/a.cc"}, "/x/../src/.", 0},
           {"a file with dots within", {"/src/b/../a/./b.cc"}, "/src/a", 0},
           {"a file that leaves by dots", {"/src/../usr/x.h"}, "/src", -1},
           {"a name that only begins alike", {"/src2/a.cc"}, "/src", -1},
           {"the root itself", {"/src"}, "/src", -1},
           {"the root of the file system", {"/a.cc"}, "/", 0},
           {"relative files", {"a.cc", "../a.cc", "./a.cc"}, "/src", -1},
           {"a relative root", {"src/a.cc", "/src/a.cc"}, "src", -1},
           {"no root", {"/src/a.cc"}, "", -1},
           {"no frame", {}, "/src", -1},
       }) {
    const Stack stack = StackOfFiles(row.files);
    const Frame* frame = LocateInUserCode(stack, row.root);
    EXPECT_EQ(frame ? frame - stack.data() : -1, row.found) << row.what;
  }
}

TEST(UserFrame, StackIsOutsideOnlyIfItIsKnownToBe) {
  EXPECT_TRUE(IsOutsideRoot(StackOfFiles({"", "/usr/x.h"}), "/src"));
  EXPECT_FALSE(IsOutsideRoot(StackOfFiles({"/usr/x.h", "/src/a.cc"}), "/src"));
  EXPECT_FALSE(IsOutsideRoot(StackOfFiles({"", "", "../csu/libc-start.c"}), "/src"));
  EXPECT_FALSE(IsOutsideRoot({}, "/src"));
}

TEST(UserFrame, APathIsBelowADirectoryOfItsKind) {
  struct Row {
    const char* path;
    const char* directory;
    bool below;
  };
  for (const Row& row : std::vector<Row>{{"/s/a.cc", "/s", true},
                                         {"/s/a.cc", "/s/", true},
                                         {"/s/../t/a.cc", "/s", false},
                                         {"/s/../t/a.cc", "/t", true},
                                         {"/s/a.cc", "/x/../s", true},
                                         {"/s2/a.cc", "/s", false},
                                         {"/s", "/s", false},
                                         {"/a.cc", "/", true},
                                         {"src/a.cc", "src", true},
                                         {"./src/a.cc", "src", true},
                                         {"src/a.cc", "/src", false},
                                         {"/src/a.cc", "src", false},
                                         {"/a.cc", "", false},
                                         {"", "/", false}}) {
    EXPECT_EQ(IsBelow(row.path, row.directory), row.below) << row.path << " " << row.directory;
  }
}

TEST(UserFrame, PathsBelowTheRootAreRelative) {
  EXPECT_EQ(PathBelowRoot("/src/a/b.cc", "/src"), "a/b.cc");
  EXPECT_EQ(PathBelowRoot("/src/a/../b.cc", "/src/"), "b.cc");
  EXPECT_EQ(PathBelowRoot("/src//b.cc", "/src"), "b.cc");
  EXPECT_EQ(PathBelowRoot("/usr/include/../x.h", "/src"), "/usr/include/../x.h");
  EXPECT_EQ(PathBelowRoot("b.cc", "/src"), "b.cc");
  EXPECT_EQ(PathBelowRoot("", "/src"), "");
}

TEST(UserFrame, PathsAreMappedByWholeDirectoriesAndTheFirstThatFits) {
  const std::vector<std::pair<std::string, std::string>> map = {
      {"/build/ci", "/src"}, {"/build", "/other/"}, {".", "/here"}, {"", "/never"}};
  EXPECT_EQ(MapPath("/build/ci/a.cc", map), "/src/a.cc");
  EXPECT_EQ(MapPath("/build/ci", map), "/src");
  EXPECT_EQ(MapPath("/build/cicada/a.cc", map), "/other/cicada/a.cc");
  EXPECT_EQ(MapPath("./a.cc", map), "/here/a.cc");
  EXPECT_EQ(MapPath("/elsewhere/a.cc", map), "/elsewhere/a.cc");
  EXPECT_EQ(MapPath("", map), "");
  EXPECT_EQ(MapPath("/a.cc", {}), "/a.cc");
}

}  // namespace
}  // namespace memprof
