// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/implicit_copy.h"

#include <gtest/gtest.h>

#include <string>

namespace memprof {
namespace {

constexpr const char* kCode = R"(struct Picture {
  std::vector<char> pixels;
};
struct Album { Picture cover; };
struct Node { char* text = new char[9]; };
class Own { public: Own(const Own&); };
void Keep(const Picture& picture) {
  Later([picture] { return picture.pixels.size(); });
}
)";

constexpr int kLater = 8;

int LocatedLine(const Stack& stack) {
  Finding finding;
  finding.stack = stack;
  for (const Frame& frame : stack) {
    if (frame.file.starts_with('/')) continue;
    finding.location = {frame.file, frame.line, frame.function};
    break;
  }
  Sources sources;
  sources.Add(SourceFile("app.cc", kCode));
  return LocationOutsideImplicitCopy(finding, sources).line;
}

TEST(ImplicitCopy, IsNotWhereTheReaderShouldLook) {
  const Frame library = {"std::vector<char>::vector", "/usr/include/vector", 9, "", 0};
  const Frame closure = {"app::Keep()::lambda#1::Picture", "app.cc", kLater, "", 0};
  const Frame keep = {"app::Keep", "app.cc", kLater, "", 0};
  const Frame test = {"Suite_Name_Test::TestBody", "app.cc", 99, "", 0};
  const auto at = [](const char* function, int line) {
    return Frame{function, "app.cc", line, "", 0};
  };
  EXPECT_EQ(LocatedLine({library, at("app::Picture::Picture", 1), closure, keep, test}), kLater);
  EXPECT_EQ(LocatedLine({library, at("app::Picture::operator=", 1), library, keep}), kLater);
  EXPECT_EQ(LocatedLine({at("app::Picture::Picture", 1), at("app::Album::Album", 4), keep}),
            kLater);
  // Nobody else is on the stack.
  EXPECT_EQ(LocatedLine({library, at("app::Picture::Picture", 1)}), 1);
  // The line says what is allocated.
  EXPECT_EQ(LocatedLine({at("app::Node::Node", 5), keep}), 5);
  EXPECT_EQ(LocatedLine({at("app::Own::Own", 6), keep}), 6);
  EXPECT_EQ(LocatedLine({at("app::Picture::Load", 1), keep}), 1);
  EXPECT_EQ(LocatedLine({library, keep, test}), kLater);
}

TEST(ImplicitCopy, LeavesTheFunctionOfTheUsersCode) {
  Finding finding;
  finding.stack = {{"app::Picture::Picture", "app.cc", 1, "", 0},
                   {"app::Keep()::lambda#1::Picture", "app.cc", kLater, "", 0},
                   {"app::Keep", "app.cc", kLater, "", 0}};
  finding.location = {"app.cc", 1, "app::Picture::Picture"};
  Sources sources;
  sources.Add(SourceFile("app.cc", kCode));
  EXPECT_EQ(LocationOutsideImplicitCopy(finding, sources).function, "app::Keep");
  EXPECT_EQ(LocationOutsideImplicitCopy(finding, Sources()).function, "app::Picture::Picture");
}

}  // namespace
}  // namespace memprof
