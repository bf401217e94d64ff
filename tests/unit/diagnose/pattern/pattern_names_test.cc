// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "runner/diagnose/pattern/container_group.h"
#include "runner/diagnose/pattern/name_words.h"
#include "runner/diagnose/pattern/release_names.h"

namespace memprof {
namespace {

TEST(PatternNames, WordsAreSplitAtCaseAndPunctuation) {
  EXPECT_EQ(WordsOf("gallery::ThumbnailCache_"),
            (std::vector<std::string>{"gallery", "thumbnail", "cache"}));
  EXPECT_EQ(WordsOf("HTTPServer2"), (std::vector<std::string>{"http", "server"}));
  EXPECT_TRUE(SaysAny("listeners_", {"listener"}));
  EXPECT_FALSE(SaysAny("cached", {"cache"}));
}

TEST(PatternNames, TheLastNameHasNoTemplateArguments) {
  EXPECT_EQ(LastName("a::Cache<std::map<int, b::C>>::Get"), "Get");
  EXPECT_EQ(LastName("a::Thumbnails()::cache.thumbnails_"), "thumbnails_");
  EXPECT_EQ(LastName("a::Run()::lambda#1"), "");
  EXPECT_EQ(LastName("a::(anonymous namespace)::Make(int)"), "Make");
  EXPECT_EQ(LastName("a::Pool::Get(int) const"), "Get");
  EXPECT_EQ(LastName("Make(int) [clone .part.0]"), "Make");
  EXPECT_EQ(ScopeName("a::Cache<int>::Get"), "Cache");
}

TEST(PatternNames, ReleaseIsSpeltAsItsAcquire) {
  const auto has = [](std::string_view acquire, std::string_view release) {
    const std::vector<std::string> names = ReleaseNamesFor(acquire);
    return std::find(names.begin(), names.end(), release) != names.end();
  };
  EXPECT_TRUE(has("figure_create", "figure_destroy"));
  EXPECT_TRUE(has("OpenSession", "CloseSession"));
  EXPECT_TRUE(has("openSession", "closeSession"));
  EXPECT_TRUE(has("CTX_NEW", "CTX_FREE"));
  EXPECT_TRUE(has("Acquire", "Release"));
  EXPECT_TRUE(ReleaseNamesFor("news").empty());
  EXPECT_TRUE(ReleaseNamesFor("Recreated").empty());
  EXPECT_EQ(KnownReleaseOf("getaddrinfo"), "freeaddrinfo");
  EXPECT_EQ(KnownReleaseOf("malloc"), "");
}

TEST(PatternNames, ContainersAreKnownByTheirLastName) {
  EXPECT_EQ(GroupOfContainer("std::unordered_map<int, A>"), ContainerGroup::kKeyed);
  EXPECT_EQ(GroupOfContainer("absl::flat_hash_map<int, A>"), ContainerGroup::kKeyed);
  EXPECT_EQ(GroupOfContainer("boost::container::flat_set<int>"), ContainerGroup::kSet);
  EXPECT_EQ(GroupOfContainer("const std::deque<A>&"), ContainerGroup::kSequence);
  EXPECT_EQ(GroupOfContainer("std::string"), ContainerGroup::kString);
  EXPECT_EQ(GroupOfContainer("game::RoadMap"), ContainerGroup::kNone);
  EXPECT_EQ(GroupOfContainer("own::Entry*[64]"), ContainerGroup::kNone);
}

TEST(PatternNames, PointersAroundATypeAreTakenOff) {
  EXPECT_EQ(WithoutPointers("std::unique_ptr<std::vector<A>> const"), "std::vector<A>");
  EXPECT_EQ(WithoutPointers("const A*"), "A");
  EXPECT_EQ(ElementOf("std::map<int, std::pair<A, B>>"), "std::pair<A, B>");
  EXPECT_TRUE(IsArithmeticArray("unsigned char[]"));
  EXPECT_FALSE(IsArithmeticArray("Tensor[]"));
  EXPECT_TRUE(HasCallable("std::pair<int, std::function<void ()>>"));
  EXPECT_FALSE(HasCallable("std::pair<int, A>"));
}

}  // namespace
}  // namespace memprof
