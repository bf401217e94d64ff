// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/source/code_scope.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "runner/source/source_file.h"

namespace memprof {
namespace {

SourceFile File(const std::string& text) { return SourceFile("a.cc", text); }

TEST(CodeScope, NamesFunctionsOfAllKinds) {
  struct Row {
    std::string code;
    std::string name;
    std::string class_name;
    std::string returns;
  };
  const std::vector<Row> rows = {
      {"int main() { }", "main", "", "int"},
      {"static inline const std::string&\nName(int a) noexcept(true) { }", "Name", "",
       "const std::string&"},
      {"template <typename T, int N>\nvoid Ring<T, N>::Fill() { }", "Ring<T, N>::Fill", "Ring",
       "void"},
      {"template <typename T, int N = (3 > 2)> auto F(T t) -> std::vector<T> { }", "F", "",
       "std::vector<T>"},
      {"Trainer::Trainer(int a)\n    : a_{a},\n      b_(std::vector<int>{1, 2}) {\n}",
       "Trainer::Trainer", "Trainer", ""},
      {"Trainer::~Trainer() { }", "Trainer::~Trainer", "Trainer", ""},
      {"int Trainer::size() const { }", "Trainer::size", "Trainer", "int"},
      {"void io::Close(int fd) { }", "io::Close", "", "void"},
      {"TEST_F(Suite, Name) { }", "TEST_F(Suite, Name)", "", ""},
      {"REGISTER(x)\nstatic bool Load() { }", "Load", "", "bool"},
      {"bool operator<(const A& a, const A& b) { }", "operator<", "", "bool"},
      {"struct A { bool operator()(int x) const { } };", "operator()", "A", "bool"},
      {"struct A { explicit operator bool() const { } };", "operator bool", "A", ""},
      {"class A { explicit A(int x) : x_{x} { } int x_; };", "A", "A", ""},
      {"class A { public: class B { void F() { } }; };", "F", "B", "void"},
      {"class A { void Lock() ACQUIRES(mu_) { } };", "Lock", "A", "void"},
      {"extern \"C\" { int f(void) { } }", "f", "", "int"},
      {"extern \"C\" int f(void) { }", "f", "", "int"},
      {"struct stat* Stat(const char* path) { }", "Stat", "", "struct stat*"},
      {"std::unique_ptr<FILE, int (*)(FILE*)> Open() { }", "Open", "",
       "std::unique_ptr<FILE, int (*)(FILE*)>"},
      {"int f() try { } catch (...) { }", "f", "", "int"},
      {"[[nodiscard]] int f() { }", "f", "", "int"},
      {"void f(const char* s = R\"(} {)\") { }", "f", "", "void"},
      {"struct Point origin{1, 2};\nvoid f() { }", "f", "", "void"},
      {"const int table[] = {1, 2};\nvoid f() { }", "f", "", "void"},
      {"void Outer() { struct In { }; auto c = [](int a) -> int { return a; }; }", "Outer", "",
       "void"},
  };
  for (const Row& row : rows) {
    const SourceFile file = File(row.code);
    const std::vector<FunctionCode> found = FunctionsOf(file);
    ASSERT_EQ(found.size(), 1u) << row.code;
    EXPECT_EQ(found[0].name, row.name) << row.code;
    EXPECT_EQ(found[0].class_name, row.class_name) << row.code;
    EXPECT_EQ(found[0].returns, row.returns) << row.code;
  }
}

TEST(CodeScope, AnswersNothingWhereBranchesOpenABlockTwice) {
  const SourceFile file =
      File("void f() {\n#if A\n  if (x) {\n#else\n  if (y) {\n#endif\n  }\n}\n");
  EXPECT_TRUE(FunctionsOf(file).empty());
  EXPECT_FALSE(FunctionAt(file, 3));
  EXPECT_FALSE(StatementAt(file, 3));
  EXPECT_FALSE(ClassNamed(file, "A"));
}

TEST(CodeScope, FindsTheInnermostFunctionAndPassesOverClosures) {
  const SourceFile file = File(
      "void f() {\n"
      "  run([&] {\n"
      "    g();\n"
      "  });\n"
      "  struct L {\n"
      "    int h() { return 1; }\n"
      "  };\n"
      "}\n"
      "Suite::Suite()\n"
      "    : p_(new int),\n"
      "      q_(0)\n"
      "{\n"
      "}\n"
      "int a() { return 1; } int b() { return 2; }\n");
  EXPECT_EQ(FunctionAt(file, 3)->name, "f");
  const auto closure = FunctionAt(file, 3, true);
  ASSERT_TRUE(closure);
  EXPECT_TRUE(closure->is_closure);
  EXPECT_EQ(file.Text(closure->body), "\n    g();\n  ");
  EXPECT_EQ(FunctionAt(file, 6)->name, "h");
  EXPECT_EQ(FunctionAt(file, 10)->name, "Suite::Suite");
  EXPECT_FALSE(FunctionAt(file, 14)) << "two are beside each other";
  EXPECT_FALSE(FunctionAt(file, 15));
}

TEST(CodeScope, FindsTheStatementOfALine) {
  const SourceFile file = File(
      "int f(int a) {\r\n"
      "\tif (auto x = g()) return h(x,\r\n"
      "\t    a);\r\n"
      "\tfor (int i = 0; i < a; ++i) {\r\n"
      "\t\tint q = 1; int r = 2;\r\n"
      "\t}\r\n"
      "\tauto v = run([&] {\r\n"
      "\t\treturn new int;\r\n"
      "\t}, std::vector<int>{\r\n"
      "\t\t1});\r\n"
      "\tif (a)\r\n"
      "\t\tk();\r\n"
      "\tswitch (a) {\r\n"
      "\t\tcase N::A: l(); break;\r\n"
      "\t}\r\n"
      "}\r\n"
      "int g() { return 7; }");
  struct Row {
    int line;
    std::string text;
  };
  const std::vector<Row> rows = {
      {2, "if (auto x = g()) return h(x,\r\n\t    a);"},
      {3, "return h(x,\r\n\t    a);"},
      {4, "for (int i = 0; i < a; ++i)"},
      {5, "int q = 1;"},
      {8, "return new int;"},
      {10, "auto v = run([&] {\r\n\t\treturn new int;\r\n\t}, std::vector<int>{\r\n\t\t1});"},
      {12, "k();"},
      {14, "l();"},
      {17, "return 7;"},
  };
  for (const Row& row : rows) {
    const auto found = StatementAt(file, row.line);
    ASSERT_TRUE(found) << row.line;
    EXPECT_EQ(file.Text(found->range), row.text) << row.line;
  }
  EXPECT_FALSE(StatementAt(file, 16));
}

TEST(CodeScope, FindsClassesByTheirLastName) {
  const SourceFile file = File(
      "namespace drawing {\n"
      "struct Shape {};\n"
      "class EXPORT Polygon final : public Shape, private virtual Base<int, 2> {\n"
      "  int a;\n"
      "};\n"
      "template <typename T> struct Twice {};\n"
      "template <> struct Twice<int> {};\n"
      "class Later;\n"
      "}\n");
  const auto shape = ClassNamed(file, "drawing::Shape");
  ASSERT_TRUE(shape);
  EXPECT_TRUE(shape->is_struct);
  EXPECT_EQ(file.Text(shape->body), "");
  EXPECT_EQ(file.Text(shape->whole), "struct Shape {};");
  const auto polygon = ClassNamed(file, "Polygon");
  ASSERT_TRUE(polygon);
  EXPECT_FALSE(polygon->is_struct);
  EXPECT_EQ(polygon->bases, (std::vector<std::string>{"Shape", "Base<int, 2>"}));
  EXPECT_EQ(ClassAt(file, 4)->name, "Polygon");
  EXPECT_FALSE(ClassNamed(file, "Twice")) << "defined twice";
  EXPECT_FALSE(ClassNamed(file, "Later")) << "declared alone";
  EXPECT_FALSE(ClassAt(file, 8));
}

TEST(CodeScope, ReadsDeclarationsAndNothingElse) {
  struct Row {
    std::string code;
    std::string type;
    std::string name;
    std::string initializer;
  };
  const std::vector<Row> rows = {
      {"const int fd = open(path, 0);", "const int", "fd", "open(path, 0)"},
      {"Message *m = new Message;", "Message*", "m", "new Message"},
      {"static std::map<std::string, std::vector<int>> names;",
       "std::map<std::string, std::vector<int>>", "names", ""},
      {"auto f = [x = 1](int a, int b) { return a < b; };", "auto", "f",
       "[x = 1](int a, int b) { return a < b; }"},
      {"std::vector<int> points{0, 1};", "std::vector<int>", "points", "0, 1"},
      {"std::string line(begin, end);", "std::string", "line", "begin, end"},
      {"char buffer[16] = {};", "char", "buffer", "{}"},
      {"unsigned long long n = 1;", "unsigned long long", "n", "1"},
      {"auto&& x = *i;", "auto&&", "x", "*i"},
      {"const auto* p = &q;", "const auto*", "p", "&q"},
      {"struct stat s;", "struct stat", "s", ""},
      {"int a, b;", "", "", ""},
      {"int *a = f(x, y), *b = a;", "", "", ""},
      {"Foo g();", "", "", ""},
      {"Foo g(Bar b);", "", "", ""},
      {"void (*f)(int) = x;", "", "", ""},
      {"auto [a, b] = f();", "", "", ""},
      {"return x;", "", "", ""},
      {"delete p;", "", "", ""},
      {"x = 5;", "", "", ""},
      {"std::cout << x;", "", "", ""},
      {"g(x);", "", "", ""},
      {"using A = B;", "", "", ""},
      {"throw x;", "", "", ""},
  };
  for (const Row& row : rows) {
    const SourceFile file = File("void f() {\n  " + row.code + "\n}\n");
    const auto statement = StatementAt(file, 2);
    ASSERT_TRUE(statement) << row.code;
    const auto found = DeclarationIn(file, *statement);
    EXPECT_EQ(found.has_value(), !row.name.empty()) << row.code;
    if (!found) continue;
    EXPECT_EQ(found->type, row.type) << row.code;
    EXPECT_EQ(found->name, row.name) << row.code;
    EXPECT_EQ(file.Text(found->initializer), row.initializer) << row.code;
    EXPECT_EQ(file.Text(found->name_range), row.name) << row.code;
    EXPECT_EQ(file.Text(found->whole), row.code);
  }
}

TEST(CodeScope, FindsMembersOfTheClassItself) {
  const SourceFile file = File(
      "class A {\n"
      " public:\n"
      "  int size() const { int own = 1; return own; }\n"
      "  struct Node { int inner; };\n"
      "  void Declared(int a);\n"
      " private:\n"
      "  std::map<int, std::string> names_ GUARDED_BY(mutex_);\n"
      "  std::function<void(int)> callback_ = [](int a) { Use(a); };\n"
      "  mutable std::mutex mutex_;\n"
      "  unsigned flags_ : 3;\n"
      "  int first_, second_;\n"
      "};\n");
  const auto of = ClassNamed(file, "A");
  ASSERT_TRUE(of);
  EXPECT_EQ(MemberOf(file, *of, "names_")->type, "std::map<int, std::string>");
  EXPECT_EQ(MemberOf(file, *of, "names_")->line, 7);
  EXPECT_EQ(MemberOf(file, *of, "callback_")->type, "std::function<void(int)>");
  EXPECT_EQ(MemberOf(file, *of, "mutex_")->type, "std::mutex");
  EXPECT_EQ(MemberOf(file, *of, "flags_")->type, "unsigned");
  for (const char* name : {"own", "inner", "Declared", "first_", "second_", "size"}) {
    EXPECT_FALSE(MemberOf(file, *of, name)) << name;
  }
}

TEST(CodeScope, FindsALocalThatIsDeclaredOnce) {
  const SourceFile file = File(
      "void f(int a) {\n"
      "  int once = 1;\n"
      "  if (a > 0) { int nested = once; use(a * nested); }\n"
      "  int twice = 1;\n"
      "  for (const auto& twice : all) use(twice);\n"
      "  int looped = 1;\n"
      "  for (int looped = 0; looped < 2; ++looped) use(looped);\n"
      "  run([](int* captured) { return captured; });\n"
      "  int captured = 0;\n"
      "}\n");
  const auto of = FunctionAt(file, 2);
  ASSERT_TRUE(of);
  EXPECT_EQ(LocalOf(file, *of, "once")->line, 2);
  EXPECT_EQ(LocalOf(file, *of, "nested")->line, 3);
  for (const char* name : {"twice", "looped", "captured", "a", "none"}) {
    EXPECT_FALSE(LocalOf(file, *of, name)) << name;
  }
}

TEST(CodeScope, ClosesBracketsOfTemplates) {
  const SourceFile file = File("A<B<(1 > 2)>, C[3]> a = b < c; d > e;");
  const std::vector<std::size_t> open = UsesOf(file, {0, file.text().size()}, "<");
  ASSERT_EQ(open.size(), 3u);
  EXPECT_EQ(file.Text(RangeOf(file, open[0], ClosingToken(file, open[0]))), "<B<(1 > 2)>, C[3]>");
  EXPECT_EQ(ClosingToken(file, open[2]), file.tokens().size());
}

}  // namespace
}  // namespace memprof
