// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <vector>

#include "tests/unit/diagnose/fix/growing_code.h"
#include "tests/unit/source/compiles.h"

namespace memprof {
namespace {

std::string Added(const std::string& diff) {
  std::string added;
  for (std::size_t begin = 0; begin < diff.size();) {
    const std::size_t end = diff.find('\n', begin);
    const std::string line = diff.substr(begin, end - begin);
    if (line.starts_with("+") && !line.starts_with("+++")) added += line.substr(1) + "\n";
    begin = end == std::string::npos ? diff.size() : end + 1;
  }
  return added;
}

struct Shape {
  const char* what;
  const char* holder;
  const char* type;
  const char* source;
  const char* eviction;  ///< a line of the diff; for what is declined, of the reason
};

Fix Propose(const Shape& shape) {
  GrowingCode code(Pattern::kUnboundedCollection, shape.holder, shape.type, shape.source);
  return code.Propose();
}

TEST(BoundCollection, EvictsTheOldestWhereItIsInserted) {
  const std::vector<Shape> shapes = {
      {"deque member", "app::Log()::log.records_", "std::deque<int>",
       "#include <deque>\nclass Log {\n  void Add(int v) {\n    records_.push_back(v);  // 0\n  }\n"
       "  std::deque<int> records_;\n};\n",
       "    while (records_.size() > kMaxRecords) records_.pop_front();\n"},
      {"list that grows at the front", "history", "std::list<int>",
       "std::list<int> history;\nvoid Add(int v) {\n  history.emplace_front(v);  // 0\n}\n",
       "  while (history.size() > kMaxHistory) history.pop_back();\n"},
      {"vector of another object", "app::state.log", "std::vector<int>",
       "struct State { std::vector<int> log; };\nvoid Add(State* self, int v) {\n"
       "  self->log.push_back(v);  // 0\n}\n",
       "  if (self->log.size() > kMaxLog) self->log.erase(self->log.begin(), self->log.end() - "
       "kMaxLog);\n"},
      {"through an accessor", "History()::history.records", "std::deque<int>",
       "struct H { std::deque<int> records; };\nH& History() {\n  static H history;\n"
       "  return history;\n}\nvoid Add(int v) {\n  History().records.push_back(v);  // 0\n}\n",
       "  while (History().records.size() > kMaxRecords) History().records.pop_front();\n"},
      {"accessor's own static", "Lines()::lines", "std::deque<std::string>",
       "std::deque<std::string>& Lines() {\n  static std::deque<std::string> lines;\n"
       "  return lines;\n}\nvoid Add(const std::string& v) {\n  Lines().push_back(v);  // 0\n}\n",
       "  while (Lines().size() > kMaxLines) Lines().pop_front();\n"},
      {"queue", "jobs.c", "std::deque<int>",
       "std::queue<int> jobs;\nvoid Add(int v) {\n  jobs.push(v);  // 0\n}\n",
       "  while (jobs.size() > kMaxJobs) jobs.pop();\n"},
      {"text", "log_", "std::string",
       "struct L {\n  void Add(const std::string& s) {\n    log_ += s;  // 0\n  }\n"
       "  std::string log_;\n};\n",
       "    if (log_.size() > kMaxLogLength) log_.erase(0, log_.size() - kMaxLogLength);\n"},
      {"set", "seen", "std::set<int>",
       "std::set<int> seen;\nvoid Add(int v) {\n  seen.insert(v);  // 0\n}\n",
       "  while (seen.size() >= kMaxSeen && seen.find(v) == seen.end()) "
       "seen.erase(seen.begin());\n"},
      {"set in a condition", "seen", "std::unordered_set<int>",
       "std::unordered_set<int> seen;\nbool Add(int v) {\n  if (!seen.insert(v).second) return "
       "false;  // 0\n  return true;\n}\n",
       "  while (seen.size() >= kMaxSeen && seen.find(v) == seen.end()) "
       "seen.erase(seen.begin());\n"},
      {"map by index", "table", "std::map<int, int>",
       "std::map<int, int> table;\nvoid Add(int k, int v) {\n  table[k] = v;  // 0\n}\n",
       "  while (table.size() >= kMaxTable && table.find(k) == table.end()) "
       "table.erase(table.begin());\n"},
      {"body of an if gets braces", "log", "std::deque<int>",
       "std::deque<int> log;\nvoid Add(int v) {\n  if (v > 0)\n    log.push_back(v);  // 0\n"
       "  else\n    --v;\n}\n",
       "    while (log.size() > kMaxLog) log.pop_front();\n  }\n"},
      {"tabs", "log", "std::deque<int>",
       "std::deque<int> log;\nvoid Add(int v)\n{\n\tlog.push_back(v);\t// 0\n}\n",
       "\twhile (log.size() > kMaxLog) log.pop_front();\n"},
      {"the name is taken", "log", "std::deque<int>",
       "int kMaxLog = 0;\nstd::deque<int> log;\nvoid Add(int v) {\n  log.push_back(v);  // 0\n}\n",
       "  while (log.size() > kMaxLog2) log.pop_front();\n"},
      {"under a lock", "log_", "std::deque<int>",
       "struct L {\n  void Add(int v) {\n    {\n      std::lock_guard<std::mutex> lock(mutex_);\n"
       "      log_.push_back(v);  // 0\n    }\n    Tell();\n  }\n  std::deque<int> log_;\n};\n",
       "      while (log_.size() > kMaxLog) log_.pop_front();\n"},
  };
  for (const Shape& shape : shapes) {
    const Fix fix = Propose(shape);
    EXPECT_NE(Added(fix.diff).find(shape.eviction), std::string::npos)
        << shape.what << ": " << fix.diff << fix.why_no_diff;
    EXPECT_FALSE(Patched("app.cc", shape.source, fix.diff).empty()) << shape.what;
  }
}

TEST(BoundCollection, DeclinesWhereEntriesAreKnownElsewhere) {
  const std::vector<Shape> shapes = {
      {"pointer handed out", "all", "std::deque<std::string>",
       "std::deque<std::string> all;\nconst char* Keep(const std::string& v) {\n"
       "  all.push_back(v);  // 0\n  return all.back().c_str();\n}\n",
       "hands out a reference"},
      {"place kept in a struct", "all", "std::map<int, int>",
       "std::map<int, int> all;\nTicket Book(int k) {\n  Ticket t;\n"
       "  t.at = all.emplace(k, 1).first;  // 0\n  return t;\n}\n",
       "keeps where the entry is"},
      {"address kept", "all", "std::map<int, Obj>",
       "std::map<int, Obj> all;\nvoid Add(int k) {\n  Obj& o = all[k];  // 0\n  last = &o;\n}\n",
       "the address of `o` is kept"},
      {"in step", "names", "std::vector<int>",
       "std::vector<int> names;\nstd::vector<int> ages;\nvoid Add(int n, int a) {\n"
       "  names.push_back(n);  // 0\n  ages.push_back(a);\n}\n",
       "`ages` is filled beside `names`"},
      {"numbered by the size", "ids", "std::map<int, int>",
       "std::map<int, int> ids;\nint Add(int k) {\n  const int id = ids.size();\n"
       "  ids.emplace(k, id);  // 0\n  return id;\n}\n",
       "reckons with the size"},
      {"offsets into text", "arena", "std::string",
       "std::string arena;\nstd::size_t Intern(const std::string& s) {\n"
       "  const std::size_t at = arena.size();\n  arena.append(s);  // 0\n  return at;\n}\n",
       "reckons with the size"},
      {"cursor", "items", "std::deque<int>",
       "std::deque<int> items;\nstd::size_t read_at = 0;\nint Take() { return "
       "items.at(read_at++); }\nvoid Put(int v) {\n  items.push_back(v);  // 0\n}\n",
       "finds entries of `items` by their index"},
      {"pair of const", "all", "std::vector<std::pair<const int, int>>",
       "std::vector<std::pair<const int, int>> all;\nvoid Add(int v) {\n"
       "  all.emplace_back(v, v);  // 0\n}\n",
       "cannot be assigned"},
      {"base with a const", "all", "std::vector<Derived>",
       "struct Base { const int k = 3; };\nstruct Derived : Base {};\n"
       "std::vector<Derived> all;\nvoid Add() {\n  all.push_back(Derived());  // 0\n}\n",
       "depends on its bases"},
      {"preprocessor", "all", "std::vector<int>",
       "std::vector<int> all;\nvoid Add(int v) {\n  if (v)\n#ifdef A\n    Other(v);\n#else\n"
       "    all.push_back(v);  // 0\n#endif\n}\n",
       "the preprocessor"},
      {"inner container", "all", "std::map<int, std::vector<int>>",
       "std::map<int, std::vector<int>> all;\nvoid Add(int k) {\n"
       "  all[k].push_back(k);  // 0\n}\n",
       "is a container, and may be what grows"},
  };
  for (const Shape& shape : shapes) {
    const Fix fix = Propose(shape);
    EXPECT_EQ(fix.diff, "") << shape.what;
    EXPECT_NE(fix.why_no_diff.find(shape.eviction), std::string::npos)
        << shape.what << ": " << fix.why_no_diff;
  }
}

TEST(BoundCollection, DeclinesWhereMoreThanTheGrowthWouldChange) {
  const std::vector<Shape> shapes = {
      {"plain pointers", "all", "std::vector<Widget*>",
       "std::vector<Widget*> all;\nvoid Add(Widget* w) {\n  all.push_back(w);  // 0\n}\n",
       "plain pointers"},
      {"running threads", "all", "std::vector<std::thread>",
       "std::vector<std::thread> all;\nvoid Add() {\n  all.emplace_back(Work);  // 0\n}\n",
       "running task"},
      {"index as identity", "all", "std::vector<int>",
       "std::vector<int> all;\nint Get(int id) { return all[id]; }\n"
       "void Add(int v) {\n  all.push_back(v);  // 0\n}\n",
       "by their index"},
      {"index handed out", "all", "std::vector<int>",
       "std::vector<int> all;\nstd::size_t Add(int v) {\n  all.push_back(v);  // 0\n"
       "  return all.size() - 1;\n}\n",
       "returns an entry's index"},
      {"reference handed out", "all", "std::deque<int>",
       "std::deque<int> all;\nint& Add(int v) {\n  return all.emplace_back(v);  // 0\n}\n",
       "hands out a reference"},
      {"sorted", "all", "std::vector<int>",
       "std::vector<int> all;\nvoid Add(int v) {\n"
       "  all.insert(std::lower_bound(all.begin(), all.end(), v), v);  // 0\n}\n",
       "into the middle"},
      {"not assignable", "all", "std::vector<Entry>",
       "struct Entry {\n  const int id;\n};\nstd::vector<Entry> all;\nvoid Add(int v) {\n"
       "  all.push_back(Entry{v});  // 0\n}\n",
       "cannot be assigned"},
      {"kept iterators", "all_", "std::list<int>",
       "class C {\n  void Add(int v) {\n    all_.push_back(v);  // 0\n  }\n  std::list<int> all_;\n"
       "  std::map<int, std::list<int>::iterator> index_;\n};\n",
       "iterators into a container"},
      {"iterator used behind it", "all", "std::list<int>",
       "std::list<int> all;\nvoid Add(int v) {\n  auto first = all.begin();\n"
       "  all.push_back(v);  // 0\n  *first = 1;\n}\n",
       "`first` refers into `all`"},
      {"reference set behind it", "all", "std::list<int>",
       "std::list<int> all;\nvoid Add(int v) {\n  auto& first = all.front();\n"
       "  all.push_back(v);  // 0\n  first = 1;\n}\n",
       "`first` refers into `all`"},
      {"in a loop over itself", "all", "std::list<int>",
       "std::list<int> all;\nvoid Add() {\n  for (int v : all) {\n    all.push_back(v);  // 0\n"
       "  }\n}\n",
       "goes over `all`"},
      {"made of its entries", "all", "std::deque<int>",
       "std::deque<int> all;\nint Add() {\n  return Use(all.emplace_back(all.front()));  // 0\n}\n",
       "made of its other entries"},
      {"receiver that moves on", "log", "std::deque<int>",
       "struct S { std::deque<int> log; };\nS& Next();\nvoid Add(int v) {\n"
       "  Next().log.push_back(v);  // 0\n}\n",
       "calls `Next`"},
  };
  for (const Shape& shape : shapes) {
    const Fix fix = Propose(shape);
    EXPECT_EQ(fix.diff, "") << shape.what;
    EXPECT_NE(fix.why_no_diff.find(shape.eviction), std::string::npos)
        << shape.what << ": " << fix.why_no_diff;
    EXPECT_NE(fix.snippet, "") << shape.what;
  }
}

TEST(BoundCollection, SaysNothingOfAVariableThatOnlyHasTheSameName) {
  const Fix fix =
      GrowingCode(Pattern::kUnboundedCollection, "app::log", "std::deque<int>",
                  "void Add(int v) {\n  std::deque<int> log;\n  log.push_back(v);  // 0\n"
                  "}\n")
          .Propose();
  EXPECT_EQ(fix.summary, "");
}

TEST(BoundCollection, LimitIsTenRunsOfEntries) {
  const struct {
    std::int64_t bytes;
    const char* limit;
  } rows[] = {{4 * 100, "= 16;"}, {4 * 100 * 9, "= 128;"}, {4 * 100 * 50, "= 512;"}};
  for (const auto& row : rows) {
    GrowingCode code(Pattern::kUnboundedCollection, "log", "std::deque<int>",
                     "std::deque<int> log;\nvoid Add(int v) {\n  log.push_back(v);  // 0\n}\n");
    code.Step({"", "int[]", row.bytes, 100, 1});
    EXPECT_NE(code.Propose().diff.find(row.limit), std::string::npos) << code.Propose().diff;
  }
}

TEST(BoundCollection, AppliedDiffCompilesWithoutWarnings) {
  const std::string source =
      "#include <map>\n#include <set>\n#include <string>\n#include <vector>\n\n"
      "struct Entry {\n  std::string text;\n};\n"
      "struct App {\n"
      "  void Log(int v) { if (v > 0) log_.push_back({std::to_string(v)}); }  // 0\n"
      "  std::vector<Entry> log_;\n"
      "};\n";
  const Fix fix =
      GrowingCode(Pattern::kUnboundedCollection, "app.log_", "std::vector<Entry>", source)
          .Propose();
  ASSERT_NE(fix.diff, "") << fix.why_no_diff;
  const std::string patched = Patched("app.cc", source, fix.diff);
  EXPECT_TRUE(Compiles(patched)) << patched;
}

TEST(BoundCollection, WindowsNewlinesStay) {
  const std::string source =
      "#include <deque>\r\nstd::deque<int> log;\r\nvoid Add(int v) {\r\n  log.push_back(v);  // "
      "0\r\n"
      "}\r\n";
  const Fix fix =
      GrowingCode(Pattern::kUnboundedCollection, "log", "std::deque<int>", source).Propose();
  EXPECT_NE(fix.diff.find("+  while (log.size() > kMaxLog) log.pop_front();\r\n"),
            std::string::npos)
      << fix.diff;
}

}  // namespace
}  // namespace memprof
