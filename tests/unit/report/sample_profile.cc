// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/report/sample_profile.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace memprof {
namespace {

constexpr char kProgram[] = "/home/user/alma/build/cache_test";

/// Indices into CacheFrames().
enum CacheFrame : std::uint32_t {
  kAllocate,
  kGetNode,
  kIndexed,
  kConsolidate,
  kCompute,
  kBuildReport,
  kLookupBody,
  kRefreshBody,
  kWarmBody,
  kRunTest,
  kRunAll,
  kMain,
  kAppend,
  kFormat,
  kCopyName,
  kUnnamed,
};

std::vector<Frame> CacheFrames() {
  return {
      {"std::__new_allocator<std::_Rb_tree_node<std::pair<int const, Result>>>::allocate",
       "/usr/include/c++/12/bits/new_allocator.h", 137, kProgram},
      {"std::_Rb_tree<int, std::pair<int const, Result>>::_M_get_node",
       "/usr/include/c++/12/bits/stl_tree.h", 588, kProgram},
      {"std::map<int, Result>::operator[]", "/usr/include/c++/12/bits/stl_map.h", 511, kProgram},
      {"alma::consolidate(int)", "src/consolidation.cpp", 88, kProgram},
      {"alma::Compute(int)", "src/consolidation.cpp", 83, kProgram},
      {"alma::Report::Build(std::vector<int> const&)", "src/report.cpp", 31, kProgram},
      {"Cache_Lookup_Test::TestBody()", "tests/cache_test.cpp", 52, kProgram},
      {"Cache_Refresh_Test::TestBody()", "tests/cache_test.cpp", 64, kProgram},
      {"Cache_Warm_Test::TestBody()", "tests/cache_test.cpp", 74, kProgram},
      {"testing::Test::Run()", "/usr/src/gtest.cc", 2687, kProgram},
      {"RUN_ALL_TESTS()", "/usr/include/gtest/gtest.h", 2317, kProgram},
      {"main", "tests/main.cpp", 9, kProgram},
      {"std::__cxx11::basic_string<char>::_M_append", "", 0, "/usr/lib/libstdc++.so.6"},
      {"alma::Report::Format() const", "src/report.cpp", 58, kProgram},
      {"alma::copy_name(char const*)", "src/core/name.cpp", 42, kProgram},
      {"", "", 0, "/usr/lib/libalma_plugin.so", 0x14f0a0},
  };
}

using Way = std::vector<std::uint32_t>;

Way Node(std::uint32_t body) {
  return {kAllocate, kGetNode, kIndexed, kConsolidate, kBuildReport,
          body,      kRunTest, kRunAll,  kMain};
}

Way Rows(std::uint32_t body) {
  return {kCompute, kConsolidate, kBuildReport, body, kRunTest, kRunAll, kMain};
}

Way Formatted(std::uint32_t body) { return {kAppend, kFormat, body, kRunTest, kRunAll, kMain}; }

Profile CacheTests() {
  Profile profile;
  profile.name = "3 suspects, 12 runs";
  profile.tests = {"Cache.Lookup", "Cache.Refresh", "Cache.Warm"};
  profile.runs = 12;
  profile.frames = CacheFrames();
  profile.sites = {
      {Rows(kLookupBody), {576'000, 4'800, 0, 0, 144'156, 1'200}},
      {Rows(kRefreshBody), {288'000, 2'400, 0, 0, 144'156, 1'200}},
      {Rows(kWarmBody), {144'156, 1'200, 0, 0, 144'156, 1'200}},
      {Node(kLookupBody), {67'200, 1'200, 0, 0, 67'200, 1'200}},
      {Node(kRefreshBody), {67'200, 1'200, 0, 0, 67'200, 1'200}},
      {Node(kWarmBody), {67'200, 1'200, 0, 0, 67'200, 1'200}},
      {{kCopyName, kLookupBody, kRunTest, kRunAll, kMain}, {396, 12, 0, 0, 396, 12}},
      {Formatted(kLookupBody), {245'760, 960, 184'320, 720, 0, 0}},
      {Formatted(kRefreshBody), {61'440, 240, 61'440, 240, 0, 0}},
      {{kUnnamed, kBuildReport, kLookupBody, kRunTest, kRunAll, kMain}, {38'400, 12, 0, 0, 0, 0}},
  };
  profile.types = {"Row[]", "std::_Rb_tree_node<std::pair<int const, Result>>", "char[]"};
  // 120 bytes each; a Result's row lives until its key is looked up again.
  const BlockShape rows = {0, 0, 0, 240, {0, 0, 0, 0, 0, 0, 0, 4'000, 800}, {0, 0, 12, 40, 3}};
  const BlockShape text = {700, 168'000, 6, 512, {0, 0, 0, 0, 0, 0, 160, 320, 320, 160}, {90}};
  for (const std::size_t site : {0, 1, 2}) profile.sites[site].type = 0;
  for (const std::size_t site : {3, 4, 5}) profile.sites[site].type = 1;
  profile.sites[0].shape = rows;
  for (const std::size_t site : {7, 8}) {
    profile.sites[site].type = 2;
    profile.sites[site].shape = text;
  }
  profile.other = {4'096, 64, 1'024, 16, 512, 8};
  profile.left_out = ProfileFigures{31'000, 260, 12'000, 130, 9'000, 44};
  profile.counted_in_tests = 12'200;
  for (std::int64_t run = 1; run <= profile.runs; ++run) {
    profile.live_bytes.push_back(634'976 * run / profile.runs);
  }
  profile.peaks = {{"Cache.Lookup",
                    {{Rows(kLookupBody), 24'000, 200, 0},
                     {Node(kLookupBody), 5'600, 100, 1},
                     {{kUnnamed, kBuildReport, kLookupBody, kRunTest, kRunAll, kMain}, 3'200, 1},
                     {Formatted(kLookupBody), 256, 1}},
                    1'200,
                    17},
                   {"Cache.Refresh",
                    {{Rows(kRefreshBody), 18'000, 150}, {Node(kRefreshBody), 5'600, 100}},
                    0,
                    0}};
  return profile;
}

Profile LookupAlone() {
  Profile profile;
  profile.name = "Cache.Lookup alone, 1 run";
  profile.tests = {"Cache.Lookup"};
  profile.frames = CacheFrames();
  profile.sites = {{Rows(kLookupBody), {48'000, 400, 0, 0, 12'013, 100}},
                   {Node(kLookupBody), {5'600, 100, 0, 0, 5'600, 100}},
                   {Formatted(kLookupBody), {20'480, 80, 15'360, 60, 0, 0}}};
  profile.live_bytes = {53'646};
  return profile;
}

Profile JoinAlone() {
  Profile profile;
  profile.name = "Format.Join alone, 1 run";
  profile.tests = {"Format.Join"};
  profile.frames = {
      {"std::__cxx11::basic_string<char>::_M_create", "", 0, "/usr/lib/libstdc++.so.6"},
      {"std::operator+<char>", "/usr/include/c++/12/bits/basic_string.h", 3478, kProgram},
      {"alma::join(std::vector<std::string> const&)", "src/join.cpp", 19, kProgram},
      {"Format_Join_Test::TestBody()", "tests/format_test.cpp", 8, kProgram},
      {"testing::Test::Run()", "/usr/src/gtest.cc", 2687, kProgram}};
  profile.sites = {{{0, 1, 2, 3, 4}, {1'258'291, 1'024, 1'209'139, 1'022, 0, 0}},
                   {{3, 4}, {32'768, 1'025, 0, 0, 0, 0}}};
  profile.other = {738, 5, 0, 0, 0, 0};
  profile.live_bytes = {0};
  profile.peaks = {{"Format.Join", {{{0, 1, 2, 3, 4}, 65'536, 2}, {{3, 4}, 32'768, 1'025}}, 0, 0}};
  return profile;
}

}  // namespace

std::vector<Profile> SampleProfiles() { return {CacheTests(), LookupAlone(), JoinAlone()}; }

std::vector<SourceExcerpt> SampleSources() {
  return {{"src/consolidation.cpp",
           78,
           {"Result Compute(int key) {", "  Result result;", "  result.key = key;",
            "  // Ten rows of a key, of which most callers read one.",
            "  const int rows = RowsOf(key);", "  result.rows = std::make_unique<Row[]>(rows);",
            "  return result;", "}", "", "const Result& consolidate(int key) {",
            "  return consolidation_cache[key] = Compute(key);", "}", "",
            "void Consolidator::Stop() {", "  running_ = false;"}},
          {"src/join.cpp",
           15,
           {"std::string join(const std::vector<std::string>& parts) {", "  std::string joined;",
            "  for (const std::string& part : parts) {", "    // Every turn copies all before it.",
            "    joined = joined + part;", "  }", "  return joined;", "}"}}};
}

Profile ProfileOf(const std::string& text) {
  Profile profile;
  profile.name = text;
  profile.tests = {text};
  profile.frames = {{text, "dir/" + text + ".cpp", 3, text, 1}};
  profile.sites = {{{0}, {100, 1, 100, 1, 100, 1}}};
  profile.live_bytes = {100};
  profile.peaks = {{text, {{{0}, 100, 1}}, 0, 0}};
  return profile;
}

}  // namespace memprof
