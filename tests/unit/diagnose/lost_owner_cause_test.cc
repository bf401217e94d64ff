// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/pattern/lost_owner_cause.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "runner/source/source_file.h"

namespace memprof {
namespace {

/// A loss at the line of `code` that has "// LOST".
std::optional<LostOwnerCause> CauseIn(const std::string& code, const Stack& stack = {}) {
  Sources sources;
  sources.Add(SourceFile("a.cc", code));
  Finding finding;
  finding.location.file = "a.cc";
  const SourceFile& file = *sources.Find("a.cc");
  for (int line = 1; line <= file.lines(); ++line) {
    if (file.Line(line).find("// LOST") != std::string_view::npos) finding.location.line = line;
  }
  finding.stack = stack;
  return FindLostOwnerCause(finding, sources);
}

TEST(LostOwnerCause, TellsHowAnOwnerWasLost) {
  struct Row {
    std::string code;
    std::string sub_cause;
    std::string clause;
  };
  const std::vector<Row> rows = {
      {R"(bool Accept(const char* bytes) {
  Message* m = new Message;  // LOST
  if (m == nullptr) return true;
  m->Read(bytes);
  if (m->sum != 3) return false;
  delete m;
  return true;
})",
       "early return", "returns at line 5 before the `delete` at line 6"},
      {R"(bool Accept(const char* bytes) {
  char* copy = static_cast<char*>(malloc(9));  // LOST
  if (!copy) {
    return false;
  }
  if (Bad(copy)) {
    free(copy);
    return false;
  }
  if (Worse(copy)) {
    return false;
  }
  free(copy);
  return true;
})",
       "early return", "returns at line 11 before the `free` at line 13"},
      {R"(void Each() {
  for (int i = 0; i < 3; ++i) {
    auto* m = new Message(i);  // LOST
    if (m->empty()) continue;
    delete m;
  }
})",
       "early return", "goes on with the loop at line 4 before the `delete` at line 5"},
      {R"(TEST(Suite, Name) {
  Message* m = new Message;  // LOST
  ASSERT_EQ(Count(), 1);
  delete m;
})",
       "early return", "`ASSERT_EQ` may return at line 3"},
      {R"(void Parse() {
  Message* m = new Message;  // LOST
  if (m->bad) throw std::runtime_error("bad");
  delete m;
})",
       "exception path", "throws at line 3 before the `delete` at line 4"},
      {R"(void Parse() {
  try {
    Message* m = new Message;  // LOST
    m->Read();
    delete m;
  } catch (const std::exception&) {
  }
})",
       "exception path", "when `Read` at line 4 throws, the handler at line 6"},
      {R"(void Parse() {
  Message* m = new Message;  // LOST
  m->Read();
  Print(m);
})",
       "never released", "`m` of line 2 is handed to nobody, and `Parse` has no `delete` of it"},
      {R"(TEST(Suite, Name) {
  auto run = [] {
    int* values = new int[4]{};  // LOST
    values[0] = 1;
  };
  run();
})",
       "never released", "the closure has no `delete[]` of it"},
      {R"(struct Shape {};
struct Square : public drawing::Shape { std::vector<int> points; };
std::unique_ptr<Shape> Make(int side) {
  std::vector<int> points{0, side};  // LOST
  return std::make_unique<drawing::Square>(std::move(points));
})",
       "missing virtual destructor",
       "Square is made at line 5, `std::unique_ptr<Shape>` deletes it, and the destructor of "
       "`Shape` "
       "(line 1) is not virtual"},
      {R"(class Shape { public: ~Shape() {} };
class Square : public Shape { std::vector<int> points; };
void Use() {
  Shape* shape = new Square;  // LOST
  delete shape;
})",
       "missing virtual destructor", "`delete` of a `Shape*` destroys it"},
      {R"(void Use() {
  auto plot = std::make_unique<Plot>();  // LOST
  plot->Draw();
  plot.release();
})",
       "released from its unique_ptr", "the result of `plot.release()` at line 4 is dropped"},
      {R"(void Use() {
  std::unique_ptr<Plot> plot(new Plot);  // LOST
  Plot* raw = plot.release();
  raw->Draw();
})",
       "released from its unique_ptr", "leaves it to `raw`, which nothing deletes"},
      {R"(void Use(const char* name) {
  char* copy = strdup(name);  // LOST
  puts(copy);
})",
       "C string duplicated", "nothing frees `copy`"},
      {R"(const char* Name(const char* name) {
  return strdup(name);  // LOST
})",
       "C string duplicated", "`strdup` at line 2 makes a C string"},
      {R"(void Use() {
  std::vector<Shape*> shapes;
  for (int i = 0; i < 3; ++i) {
    shapes.push_back(new Shape(i));  // LOST
  }
})",
       "container of raw pointers", "`shapes` (line 2) takes raw pointers at line 4"},
      {R"(class Canvas {
 public:
  Canvas(const Canvas&) = delete;
  void Add(int side) {
    Shape* shape = new Shape(side);  // LOST
    shapes_.push_back(shape);
  }
 private:
  std::vector<Shape*> shapes_;
};)",
       "container of raw pointers", "`shapes_` (line 9) takes raw pointers at line 6"},
      {R"(void Use() {
  Shape* shape = new Shape(1);  // LOST
  shape->Draw();
  shape = new Shape(2);
  delete shape;
})",
       "overwritten pointer",
       "`shape` is assigned again at line 4 before what it has since line 2"},
      {R"(void Use() {
  Shape* shape = nullptr;
  for (int i = 0; i < 3; ++i) {
    shape = new Shape(i);  // LOST
    shape->Draw();
  }
  delete shape;
})",
       "overwritten pointer", "assigned on each turn of the loop, at line 4"},
  };
  for (const Row& row : rows) {
    const auto cause = CauseIn(row.code);
    ASSERT_TRUE(cause) << row.code;
    EXPECT_EQ(cause->sub_cause, row.sub_cause) << row.code << '\n' << cause->clause;
    EXPECT_NE(cause->clause.find(row.clause), std::string::npos) << cause->clause << '\n'
                                                                 << row.code;
  }
}

TEST(LostOwnerCause, SaysNothingWhereTheCodeDoesNotShowIt) {
  const std::vector<std::string> rows = {
      // Freed on every way out.
      "void f() {\n  A* a = new A;  // LOST\n  if (a->b) { delete a; return; }\n  delete a;\n}",
      // Out only where there is nothing to free.
      "int f() {\n  A* a = new (std::nothrow) A;  // LOST\n  if (!a) return 1;\n  delete a;\n"
      "  return 0;\n}",
      // Another's return.
      "void f() {\n  A* a = new A;  // LOST\n  run([] { return 1; });\n  delete a;\n}",
      // Handed out.
      "A* f() {\n  A* a = new A;  // LOST\n  return a;\n}",
      "void f() {\n  A* a = new A;  // LOST\n  registry.Add(a);\n}",
      "void f() {\n  A* a = new A;  // LOST\n  member_ = a;\n}",
      "void f() {\n  A* a = new A;  // LOST\n  run([a] { a->b(); });\n}",
      "void f() {\n  A* a = new A;  // LOST\n  fill(&a);\n}",
      "void f() {\n  A* a = new A;  // LOST\n  std::unique_ptr<A> owner(a);\n}",
      // A continue of another loop.
      "void f() {\n  A* a = new A;  // LOST\n  for (int i : v) { if (i) continue; g(); }\n"
      "  delete a;\n}",
      // Elements are deleted.
      "void f() {\n  std::vector<A*> all;\n  all.push_back(new A);  // LOST\n"
      "  for (A* a : all) delete a;\n}",
      // The destructor is virtual, or the class is elsewhere.
      "struct B { virtual ~B() = default; };\nstruct D : B {};\nstd::unique_ptr<B> f() {\n"
      "  return std::make_unique<D>();  // LOST\n}",
      "struct D : B {};\nstd::unique_ptr<B> f() {\n  return std::make_unique<D>();  // LOST\n}",
      // Its own type.
      "struct B {};\nstruct D : B {};\nstd::unique_ptr<D> f() {\n"
      "  return std::make_unique<D>();  // LOST\n}",
      // Taken over.
      "void f() {\n  auto a = std::make_unique<A>();  // LOST\n  A* raw = a.release();\n"
      "  delete raw;\n}",
      // What it has is freed before.
      "void f() {\n  A* a = new A;  // LOST\n  delete a;\n  a = new A;\n  delete a;\n}",
      // Brackets do not match.
      "void f() {\n#if A\n  {\n#else\n  {\n#endif\n  A* a = new A;  // LOST\n  }\n}",
  };
  for (const std::string& row : rows) {
    const auto cause = CauseIn(row);
    EXPECT_FALSE(cause) << row << '\n' << (cause ? cause->sub_cause + ": " + cause->clause : "");
  }
}

TEST(LostOwnerCause, FollowsWhatAFunctionReturnsToItsCaller) {
  const std::string make = "Message* Make(int a) {\n  return new Message(a);  // LOST\n}\n";
  const Stack stack = {{"chat::Make(int)", "a.cc", 2, "a", 0}, {"chat::Use", "a.cc", 5, "a", 0}};
  const auto never =
      CauseIn(make + "void Use() {\n  Message* m = Make(1);\n  m->Read();\n}\n", stack);
  ASSERT_TRUE(never);
  EXPECT_EQ(never->sub_cause, "never released");
  EXPECT_NE(never->clause.find("`m` of line 5"), std::string::npos) << never->clause;
  const auto early = CauseIn(
      make + "void Use() {\n  Message* m = chat::Make(1);\n  if (m->a) return;\n  delete m;\n}\n",
      stack);
  ASSERT_TRUE(early);
  EXPECT_EQ(early->sub_cause, "early return");
  EXPECT_FALSE(CauseIn(make + "void Use() {\n  Keep(Make(1));\n}\n", stack));
  EXPECT_FALSE(CauseIn(make + "void Use() {\n  Message* m = Other(1);\n}\n", stack));
}

TEST(LostOwnerCause, KnowsCStringsByTheStackWithoutAnySource) {
  Finding finding;
  finding.location = {"gone.cc", 7, "f"};
  finding.stack = {{"__strdup", "", 0, "libc.so.6", 0}, {"f", "gone.cc", 7, "a", 0}};
  const auto cause = FindLostOwnerCause(finding, Sources());
  ASSERT_TRUE(cause);
  EXPECT_EQ(cause->sub_cause, "C string duplicated");
  finding.stack[0].function = "malloc";
  EXPECT_FALSE(FindLostOwnerCause(finding, Sources()));
}

}  // namespace
}  // namespace memprof
