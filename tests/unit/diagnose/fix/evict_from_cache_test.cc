// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "tests/unit/diagnose/fix/growing_code.h"
#include "tests/unit/source/compiles.h"

namespace memprof {
namespace {

constexpr const char* kHead =
    "#include <map>\n#include <string>\n#include <unordered_map>\n#include <utility>\n\n"
    "struct Page {\n  std::string text;\n};\n\nPage Load(int) { return {}; }\n\n";

std::string Cache(const std::string& body, const std::string& type = "std::map<int, Page>") {
  return kHead + ("class Cache {\n public:\n  const Page& Get(int id) {\n" + body +
                  "  }\n\n "
                  "private:\n  " +
                  type + " pages_;\n};\n");
}

Fix Propose(const std::string& source, const std::string& type = "std::map<int, Page>") {
  GrowingCode code(Pattern::kCacheWithoutEviction, "cache.pages_", type, source);
  code.Step({"", "std::_Rb_tree_node<std::pair<int const, Page>>", 6400, 400, 4});
  return code.Propose();
}

TEST(EvictFromCache, MakesRoomBeforeTheMissIsFilled) {
  const std::string bodies[] = {
      "    const auto found = pages_.find(id);\n    if (found != pages_.end()) return "
      "found->second;\n    return pages_.emplace(id, Load(id)).first->second;  // 0\n",
      "    auto page = pages_.find(id);\n    if (page == pages_.end()) page = pages_.emplace(id, "
      "Load(id)).first;  // 0\n    return page->second;\n",
      "    if (pages_.count(id) == 0) {\n      pages_[id] = Load(id);  // 0\n    }\n"
      "    return pages_.at(id);\n",
      "    if (!pages_.count(id)) pages_[id] = Load(id);  // 0\n    return pages_[id];\n",
  };
  for (const std::string& body : bodies) {
    const std::string source = Cache(body);
    const Fix fix = Propose(source);
    EXPECT_NE(fix.diff.find("while (pages_.size() >= kMaxPages) pages_.erase(pages_.begin());"),
              std::string::npos)
        << body << fix.diff << fix.why_no_diff;
    EXPECT_NE(fix.diff.find("kMaxPages = 64;"), std::string::npos);
    EXPECT_TRUE(Compiles(Patched("app.cc", source, fix.diff))) << fix.diff;
  }
}

TEST(EvictFromCache, KeepsAnEntryThatIsUpdated) {
  const Fix fix = Propose(Cache("    pages_[id] = Load(id);  // 0\n    return pages_[id];\n"));
  EXPECT_NE(fix.diff.find("pages_.size() >= kMaxPages && pages_.find(id) == pages_.end()"),
            std::string::npos)
      << fix.diff;
}

TEST(EvictFromCache, DeclinesWhereAnOldEntryIsStillUsed) {
  const Fix fix = Propose(
      Cache("    auto near = pages_.lower_bound(id);\n    pages_.emplace(id, Load(id));  // 0\n"
            "    return near->second;\n"));
  EXPECT_EQ(fix.diff, "");
  EXPECT_NE(fix.why_no_diff, "");
}

TEST(EvictFromCache, SaysWhichEntryGoesAndThatItDangles) {
  const std::string body = "    return pages_.emplace(id, Load(id)).first->second;  // 0\n";
  EXPECT_NE(Propose(Cache(body)).trade_off.find("the entry with the smallest key"),
            std::string::npos);
  const std::string hashed = "std::unordered_map<int, Page>";
  const Fix fix = Propose(Cache(body, hashed), hashed);
  EXPECT_NE(fix.trade_off.find("an arbitrary entry"), std::string::npos);
  EXPECT_NE(fix.trade_off.find("dangle"), std::string::npos);
}

TEST(EvictFromCache, DeclinesToDropAnArbitraryEntryThatACallerMayHold) {
  const std::string body = "    return pages_.emplace(id, Load(id)).first->second;  // 0\n";
  const std::string hashed = "std::unordered_map<int, Page>";
  const Fix fix = Propose(Cache(body, hashed), hashed);
  EXPECT_EQ(fix.diff, "");
  EXPECT_NE(fix.why_no_diff.find("may be one in use"), std::string::npos) << fix.why_no_diff;
}

TEST(EvictFromCache, RecentlyUsedAlternativeCompilesInItsPlace) {
  for (const std::string type : {"std::map<int, Page>", "std::unordered_map<std::string, Page>"}) {
    const Fix fix = Propose(
        Cache("    return pages_.emplace(id, Load(id)).first->second;  // 0\n", type), type);
    ASSERT_EQ(fix.alternatives.size(), 1u);
    const std::string source =
        std::string("#include <chrono>\n#include <cstddef>\n#include <list>\n") + kHead +
        fix.alternatives[0].snippet +
        "Page* Use() { RecentPages recent(2, std::chrono::seconds(1)); recent.Put({}, Load(1)); "
        "static_cast<void>(recent.Find({})); return nullptr; }\n";
    EXPECT_TRUE(Compiles(source)) << source;
  }
}

}  // namespace
}  // namespace memprof
