// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/diagnose/fixed_code.h"

namespace memprof {
namespace {

const char* const kPrelude = R"(#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <utility>
#include <vector>
struct Message {
  Message() = default;
  Message(int, const char*) {}
  int sum = 0;
  int Count() const { return sum; }
};
struct Point { int x; int y; };
struct Animal { virtual ~Animal() = default; };
struct Dog : Animal { explicit Dog(int) {} };
void Print(const Message*);
void Fill(char*);
bool Bad();
)";

struct Row {
  std::string code;
  std::string expected;  ///< of the line with the owner
};

const std::vector<Row>& Rows() {
  static const std::vector<Row> rows = {
      {R"(bool f(int checksum) {
  Message* m = new Message;  // LOST
  m->sum = 1;
  if (m->sum != checksum) return false;
  delete m;
  return true;
})",
       "const auto m = std::make_unique<Message>();"},
      {R"(int f() {
  auto* m = new Message(3, "x");  // LOST
  Print(m);
  if (m == nullptr || !m) return 1;
  (*m).sum = 2;
  return m->Count();
})",
       "const auto m = std::make_unique<Message>(3, \"x\");"},
      {R"(int f() {
  Point* p = new Point{1, 2};  // LOST
  if (p) {
    if (Bad()) { delete p; return 0; }
  }
  const int x = p->x;
  delete p;
  return x;
})",
       "const std::unique_ptr<Point> p(new Point{1, 2});"},
      {R"(int f(std::size_t n) {
  int* values = new int[n];  // LOST
  values[0] = 3;
  const int first = *values;
  if (Bad()) return first;
  delete[] values;
  return 2;
})",
       "const std::unique_ptr<int[]> values(new int[n]);"},
      {R"(void f() {
  Animal* a = new Dog(1);  // LOST
  if (Bad()) throw 1;
  delete a;
})",
       "const std::unique_ptr<Animal> a = std::make_unique<Dog>(1);"},
      {R"(void f() {
  Message* m = new Message(0, NULL);  // LOST
  m->sum = 4;
})",
       "const std::unique_ptr<Message> m(new Message(0, NULL));"},
      {R"(void f() {
  Message* m = new (std::nothrow) Message();  // LOST
  if (m == NULL) return;
  m->sum = 4;
})",
       "const std::unique_ptr<Message> m(new (std::nothrow) Message());"},
      {R"(void f() {
  const Message* const m = new Message;  // LOST
  Print(m);
})",
       "const std::unique_ptr<const Message> m = std::make_unique<Message>();"},
      // An early delete stays where it is.
      {R"(void f() {
  Message* m = new Message;  // LOST
  if (Bad()) return;
  delete m;
  Bad();
})",
       "auto m = std::make_unique<Message>();"},
      {R"(void f() {
  Message* m = nullptr;
  for (int i = 0; i < 3; ++i) {
    m = new Message;  // LOST
    m->sum = i;
  }
  delete m;
  m = nullptr;
})",
       "std::unique_ptr<Message> m;"},
      {R"(bool f(const char* name) {
  char* copy = strdup(name);  // LOST
  if (copy == nullptr) return false;
  if (copy[0] == 'x') return false;
  Fill(copy);
  free(copy);
  return true;
})",
       "const std::unique_ptr<char[], void (*)(void*)> copy(strdup(name), &std::free);"},
      {R"(bool f() {
  Point* p = static_cast<Point*>(std::malloc(sizeof(Point)));  // LOST
  p->x = 1;
  if (p->x == 1) return Bad();
  if (p != nullptr) std::free(p);
  return true;
})",
       "const std::unique_ptr<Point, void (*)(void*)> p(static_cast<Point*>("
       "std::malloc(sizeof(Point))), &std::free);"},
      {R"(void f() {
  auto m = std::make_unique<Message>();  // LOST
  m->sum = 1;
  m.release();
})",
       "m.reset();"},
      {R"(void f() {
  auto m = std::make_unique<Message>();  // LOST
  Message* raw = m.release();
  raw->sum = 3;
})",
       "Message* raw = m.get();"},
      {R"(struct Shape {};
struct Square : Shape { explicit Square(int n) : points(1, n) {} std::vector<int> points; };
std::unique_ptr<Shape> f() {
  return std::make_unique<Square>(3);  // LOST
})",
       "virtual ~Shape() = default;"},
      {R"(class Shape {
 public:
  int sides() const { return 3; }
};
class Square : public Shape { std::vector<int> points{1, 2}; };
std::unique_ptr<Shape> f() {
  return std::unique_ptr<Shape>(new Square);  // LOST
})",
       "virtual ~Shape() = default;"},
      {R"(struct Shape { ~Shape() {} };
struct Square : Shape { std::vector<int> points{1, 2}; };
void f() {
  std::unique_ptr<Shape> shape(new Square);  // LOST
})",
       "struct Shape { virtual ~Shape() {} };"},
      {R"(class Shape { int a = 0; public: int b() { return a; } };
struct Square : Shape { std::vector<int> points{1, 2}; };
std::unique_ptr<Shape> f() {
  return std::make_unique<Square>();  // LOST
})",
       "public: virtual ~Shape() = default; private: int a = 0;"},
  };
  return rows;
}

TEST(OwnLostMemory, MakesCodeThatCompilesWithoutAWarning) {
  std::string all = kPrelude;
  for (std::size_t i = 0; i < Rows().size(); ++i) {
    const std::string fixed = FixedCode(OwnLostMemory, Rows()[i].code);
    EXPECT_NE(fixed.find(Rows()[i].expected), std::string::npos) << fixed;
    all += "namespace row" + std::to_string(i) + " {\n" + fixed + "\n}\n";
  }
  EXPECT_TRUE(Compiles(all));
}

TEST(OwnLostMemory, TakesReleasesOutWhereTheScopeEnds) {
  EXPECT_EQ(FixedCode(OwnLostMemory, Rows()[0].code), R"(#include <memory>
bool f(int checksum) {
  const auto m = std::make_unique<Message>();  // LOST
  m->sum = 1;
  if (m->sum != checksum) return false;
  return true;
})");
  EXPECT_NE(FixedCode(OwnLostMemory, Rows()[8].code).find("  m.reset();\n  Bad();"),
            std::string::npos);
  EXPECT_NE(FixedCode(OwnLostMemory, Rows()[9].code).find("    m.reset(new Message);"),
            std::string::npos);
}

TEST(OwnLostMemory, GivesASnippetAndTheReasonWhereThePointerGoesElsewhere) {
  struct Escape {
    std::string code;
    std::string reason;
  };
  const std::vector<Escape> rows = {
      {"Message* f() {\n  Message* m = new Message;  // LOST\n  return m;\n}",
       "`m` is returned at line 3"},
      {"void f() {\n  Message* m = new Message;  // LOST\n  last_ = m;\n}",
       "`m` is copied at line 3"},
      {"void f() {\n  Message* m = new Message;  // LOST\n  run([m] { m->Count(); });\n}",
       "`m` is used by a closure at line 3"},
      {"void f() {\n  Message* m = new Message;  // LOST\n  Swap(&m);\n}",
       "the address of `m` is taken at line 3"},
      {"void f() {\n  Message* m = new Message;  // LOST\n  AddMessage(m);\n}",
       "`AddMessage` at line 3 may keep or free"},
      {"void Eat(Message* m) { delete m; }\nvoid f() {\n  Message* m = new Message;  // LOST\n"
       "  if (Bad()) Eat(m);\n}",
       "`Eat` at line 4 may keep or free"},
      {"void f() {\n  int* p = new int[3];  // LOST\n  int* q = p + 1;\n  q[0] = 1;\n}",
       "`p` is copied at line 3"},
      {"void f() {\n  int* p = new int[3];  // LOST\n  if (Bad()) return;\n  delete p;\n}",
       "does not go with `new[]`"},
      {"struct S { int a; };\nstruct D : S { std::string s; };\nstd::unique_ptr<S> f() {\n"
       "  S s = {1};\n  return std::make_unique<D>();  // LOST\n}",
       "`S` is made from a list of its members"},
      {"const int* f() {\n  Message* m = new Message;  // LOST\n  return &m->sum;\n}",
       "line 3 may let what `m` points to be used after its scope"},
      {"Message& f() {\n  Message* m = new Message;  // LOST\n  return *m;\n}", "line 3 may let"},
      {"const char* f() {\n  std::string* m = new std::string;  // LOST\n  return m->c_str();\n}",
       "line 3 may let"},
      {"int* f(int n) {\n  int* m = new int[9];  // LOST\n  return &m[n];\n}", "line 3 may let"},
      {"char* Trim(char* s) { return s; }\nchar* f() {\n  char* m = strdup(\"x\");  // LOST\n"
       "  return Trim(m);\n}",
       "line 4 may let"},
      {"const Message* Pick(const Message*);\nint f() {\n  const Message* best = nullptr;\n  {\n"
       "    Message* m = new Message;  // LOST\n    best = Pick(m);\n  }\n  return best->sum;\n}",
       "line 6 may let"},
      {"struct View { const int* sum; };\nView f() {\n  View view;\n"
       "  Message* m = new Message;  // LOST\n  view.sum = &m->sum;\n  return view;\n}",
       "line 5 may let"},
      {"const Message* last;\nvoid Visit(const Message& m) { last = &m; }\nvoid f() {\n"
       "  Message* m = new Message;  // LOST\n  Visit(*m);\n}",
       "line 5 may let"},
      {"const std::string* f() {\n  auto* m = new std::string;  // LOST\n"
       "  const std::string& all = *m;\n  return &all;\n}",
       "line 3 may let"},
      {"void f() {\n  std::vector<Message*> all;\n  all.push_back(new Message);  // LOST\n}",
       "every use of an element of `all`"},
  };
  for (const Escape& row : rows) {
    const std::optional<Fix> fix = FixOf(OwnLostMemory, row.code);
    ASSERT_TRUE(fix) << row.code;
    EXPECT_EQ(fix->diff, "") << row.code;
    EXPECT_NE(fix->snippet, "") << row.code;
    EXPECT_NE(fix->why_no_diff.find(row.reason), std::string::npos) << fix->why_no_diff;
  }
}

TEST(OwnLostMemory, OwnsInTheCallerWhatAFunctionReturns) {
  const std::string code =
      "Message* Make() { return new Message; }  // LOST\n"
      "int Use() {\n  Message* m = Make();\n  if (Bad()) return 1;\n  delete m;\n  return 0;\n}\n";
  Finding finding;
  finding.location.function = "Make";
  finding.stack = {{"Make", "src/a.cc", 1, "a", 0}, {"Use", "src/a.cc", 3, "a", 0}};
  const std::optional<Fix> fix = FixOf(OwnLostMemory, code, finding);
  ASSERT_TRUE(fix);
  const std::string fixed = Patched("src/a.cc", code, fix->diff);
  EXPECT_NE(
      fixed.find("const std::unique_ptr<Message> m(Make());\n  if (Bad()) return 1;\n  return"),
      std::string::npos)
      << fixed << fix->why_no_diff;
}

TEST(OwnLostMemory, TellsOfAGotoInC) {
  const std::optional<Fix> fix =
      FixOf(OwnLostMemory,
            "int f(void) {\n  char* p = malloc(9);  // LOST\n  if (g()) return 1;\n"
            "  free(p);\n  return 0;\n}\n",
            {}, "a.c");
  ASSERT_TRUE(fix);
  EXPECT_EQ(fix->diff, "");
  EXPECT_NE(fix->snippet.find("free(p);"), std::string::npos);
  EXPECT_EQ(fix->why_no_diff, "C has no destructors");
}

TEST(OwnLostMemory, SaysNothingWhereNothingIsAllocatedOnTheLine) {
  EXPECT_FALSE(FixOf(OwnLostMemory, "void f() {\n  Load();  // LOST\n}\n"));
  EXPECT_FALSE(OwnLostMemory(Finding(), Sources()));
}

}  // namespace
}  // namespace memprof
