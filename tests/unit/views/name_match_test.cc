// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/views/name_match.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "runner/views/module_match.h"
#include "tests/unit/report/sample_report.h"

namespace memprof {
namespace {

using Names = std::vector<std::string>;

TEST(NameMatch, FiltersSelectTestsAsGoogleTestDoes) {
  struct Row {
    const char* filter;
    const char* test;
    bool selected;
  };
  const Row rows[] = {
      {"", "Cache.Lookup", true},
      {"*", "Cache.Lookup", true},
      {"Cache.*", "Cache.Lookup", true},
      {"Cache.*", "Caches.Lookup", false},
      {"Cache.Look?p", "Cache.Lookup", true},
      {"Cache.Look?", "Cache.Lookup", false},
      {"Pool.*:Cache.Lookup", "Cache.Lookup", true},
      {"Cache.*-*Lookup", "Cache.Lookup", false},
      {"-Cache.*", "Cache.Lookup", false},
      {"-Cache.*", "Pool.Grows", true},
      {"*a*b*c*", "aXbXXcX", true},
      {"*a*b*c*", "aXcXXbX", false},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(MatchesTestFilter(row.filter, row.test), row.selected)
        << row.filter << " on " << row.test;
  }
}

TEST(NameMatch, PathsMatchByWholeLastParts) {
  const Names files = {"src/net/cache.cc", "src/cache.cc", "src/my_cache.cc"};
  EXPECT_EQ(MatchingNames(NameKind::kFile, "src/cache.cc", files), Names{"src/cache.cc"});
  EXPECT_EQ(MatchingNames(NameKind::kFile, "./src/cache.cc", files), Names{"src/cache.cc"});
  EXPECT_EQ(MatchingNames(NameKind::kFile, "cache.cc", files),
            (Names{"src/net/cache.cc", "src/cache.cc"}));
  EXPECT_EQ(MatchingNames(NameKind::kFile, "/home/me/app/src/my_cache.cc", files),
            Names{"src/my_cache.cc"});
  EXPECT_EQ(MatchingNames(NameKind::kFile, "src/*cache.cc", files), files);
  EXPECT_TRUE(MatchingNames(NameKind::kFile, "ache.cc", files).empty());
}

TEST(NameMatch, FunctionsMatchWithoutArgumentsAndScopes) {
  const Names functions = {"app::Cache::Insert(int)", "app::Cache::Insert(char const*)",
                           "app::Pool::Insert(int)", "app::Reinsert()"};
  EXPECT_EQ(MatchingNames(NameKind::kFunction, "Cache::Insert", functions),
            (Names{"app::Cache::Insert(int)", "app::Cache::Insert(char const*)"}));
  EXPECT_EQ(MatchingNames(NameKind::kFunction, "app::Cache::Insert(int)", functions),
            Names{"app::Cache::Insert(int)"});
  EXPECT_EQ(MatchingNames(NameKind::kFunction, "app::Pool::*", functions),
            Names{"app::Pool::Insert(int)"});
  EXPECT_EQ(MatchingNames(NameKind::kFunction, "Insert", functions).size(), 3u);
}

TEST(NameMatch, MisspeltNamesGetTheNearest) {
  const Names tests = {"Cache.Lookup", "Cache.Refresh", "Pool.Lookups", "Graph.Walk"};
  EXPECT_EQ(NearestNames("Cache.Lokup", tests).front(), "Cache.Lookup");
  EXPECT_EQ(NearestNames("cache.lookup", tests).front(), "Cache.Lookup");
  EXPECT_EQ(NearestNames("Lookup", tests), (Names{"Cache.Lookup", "Pool.Lookups"}));
  EXPECT_EQ(NearestNames("Walk", tests), Names{"Graph.Walk"});
  EXPECT_TRUE(NearestNames("Completely.Different", tests).empty());
}

TEST(NameMatch, ANameThatMatchesNothingIsAnswered) {
  const Names tests = {"Cache.Lookup", "Cache.Refresh"};
  const Result<Names> misspelt = SelectNames(NameKind::kTest, "Cache.Lokup", tests);
  ASSERT_FALSE(misspelt);
  EXPECT_EQ(misspelt.error().kind, ErrorKind::kUsage);
  EXPECT_EQ(misspelt.error().message, "no test of the result is `Cache.Lokup`; it has 2 tests");
  EXPECT_EQ(misspelt.error().hint, "did you mean Cache.Lookup?");

  const Error missing = NoSuchName(NameKind::kTest, "", tests);
  EXPECT_EQ(missing.message, "no test was named; the result has 2 tests");
  EXPECT_EQ(missing.hint,
            "they are: Cache.Lookup, Cache.Refresh; give a full name, or a filter: 'Cache.*'");

  const Error none = NoSuchName(NameKind::kFile, "a.cc", {});
  EXPECT_EQ(none.message, "no file of the result is `a.cc`; it has none");
}

TEST(NameMatch, HostileNamesStayPrintable) {
  const Error error = NoSuchName(NameKind::kTest, HostileText(), Names{HostileText()});
  for (const char c : error.message + error.hint) {
    EXPECT_FALSE(c == '\n' || c == '\x1b' || c == '\0');
  }
}

TEST(ModuleMatch, AFindingLiesInDirectoriesFilesScopesAndLibraries) {
  Finding finding;
  finding.location = {"src/core/net/poll.cc", 7, "app::net::Poller::Add(int)", ""};
  finding.stack = {{"malloc", "", 0, "/usr/lib/libc.so.6"},
                   {"app::net::Poller::Add(int)", "src/core/net/poll.cc", 7, "/opt/libnet.so.2"}};
  for (const char* module :
       {"src", "src/core", "src/core/net/", "core/net", "poll.cc", "./src/core/net/poll.cc",
        "src/*/poll.cc", "app", "app::net", "net::Poller", "libnet.so", "libnet.so.2", "libnet"}) {
    EXPECT_TRUE(IsInModule(finding, module)) << module;
  }
  for (const char* module : {"cor", "rc/core", "src/net", "oll.cc", "app::ne", "Add", "libc.so.6",
                             "libnet2.so", "src/*.h"}) {
    EXPECT_FALSE(IsInModule(finding, module)) << module;
  }
}

TEST(ModuleMatch, NamesAreThoseOfDirectoriesFilesAndScopes) {
  const Names names = ModuleNames(SampleReport());
  for (const char* name : {"src", "src/core", "src/core/name.cpp", "alma"}) {
    EXPECT_NE(std::find(names.begin(), names.end(), name), names.end()) << name;
  }
  EXPECT_TRUE(IsKnownModule(SampleReport(), "src/report.cpp"));
  EXPECT_FALSE(IsKnownModule(SampleReport(), "src/nowhere"));
}

}  // namespace
}  // namespace memprof
