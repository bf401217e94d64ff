// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "tests/unit/scan/scanned.h"

namespace memprof::scan {
namespace {

constexpr const char* kHeaders = R"(
#include <algorithm>
#include <array>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>
)";

/// Code in a namespace of its own; `risks` are the subjects in it that are told.
struct Row {
  const char* name;
  const char* code;
  std::set<std::string> risks;
};

/// All rows are one unit: the headers are read once.
void Expect(const std::vector<Row>& rows) {
  std::string text = kHeaders;
  for (const Row& row : rows) {
    text += std::string("namespace ") + row.name + " {\n" + row.code + "\n}\n";
  }
  const std::vector<StaticRisk> risks = RisksIn(text);
  for (const Row& row : rows) {
    const std::string scope = std::string(row.name) + "::";
    std::set<std::string> told;
    for (const StaticRisk& risk : risks) {
      const bool is_ours = risk.pattern == Pattern::kUnboundedCollection ||
                           risk.pattern == Pattern::kCacheWithoutEviction ||
                           risk.pattern == Pattern::kBufferAccumulation ||
                           risk.pattern == Pattern::kStringConcatenation ||
                           risk.pattern == Pattern::kStaticLifetime;
      if (!is_ours || !risk.subject.starts_with(scope)) continue;
      told.insert(std::string(Name(risk.pattern)) + " " + risk.subject.substr(scope.size()));
    }
    EXPECT_EQ(told, row.risks) << row.name << row.code;
  }
}

TEST(ContainerRisks, WhatGrowsAndIsNeverTrimmedIsTold) {
  Expect({
      {"global",
       "std::vector<int> all; void f() { all.push_back(1); }",
       {"unbounded-collection all"}},
      {"text", "std::string log; void f() { log += \"x\"; }", {"unbounded-collection log"}},
      {"keyed",
       "std::map<int, int> seen; void f(int k) { seen[k] = 1; }",
       {"unbounded-collection seen"}},
      {"a_set",
       "std::set<int> seen; void f(int k) { seen.insert(k); }",
       {"unbounded-collection seen"}},
      {"inserter",
       "std::vector<int> all; void f(std::vector<int>& v) {"
       " std::copy(v.begin(), v.end(), std::back_inserter(all)); }",
       {"unbounded-collection all"}},
      {"alias",
       "std::vector<int> all; void f() { auto& a = all; a.push_back(1); }",
       {"unbounded-collection all"}},
      {"parameter",
       "std::vector<int> all; void add(std::vector<int>& to) { to.push_back(1); }"
       "void f() { add(all); }",
       {"unbounded-collection all"}},
      {"pointer_parameter",
       "std::vector<int> all; void add(std::vector<int>* to) { to->push_back(1); }"
       "void f() { add(&all); }",
       {"unbounded-collection all"}},
      {"accessor",
       "std::vector<int>& all() { static std::vector<int> kept; return kept; }"
       "void f() { all().push_back(1); }",
       {"unbounded-collection all::kept"}},
      {"leaky",
       "std::vector<int>& all() { static auto* kept = new std::vector<int>; return *kept; }"
       "void f() { all().push_back(1); }",
       {"unbounded-collection all::kept"}},
      {"thread_own",
       "void f() { thread_local std::vector<int> kept; kept.push_back(1); }",
       {"unbounded-collection f::kept"}},
      {"elements",
       "std::array<std::vector<int>, 2> both; void f(int i) { both[i].push_back(1); }",
       {"unbounded-collection both"}},
      {"elements_of_few_keys",
       "enum class E { a, b }; std::map<E, std::vector<int>> of; "
       "void f(E e) { of[e].push_back(1); }",
       {"unbounded-collection of"}},
      {"in_macro",
       "std::vector<int> all;\n#define PUT(x) all.push_back(x)\nvoid f() { PUT(1); }",
       {"unbounded-collection all"}},
      {"templates",
       "template <class T> struct Bag { std::vector<T> items; void put(T t) {"
       " items.push_back(t); } }; Bag<int>& bag() { static Bag<int> b; return b; }"
       "void f() { bag().put(1); }",
       {"unbounded-collection Bag::items"}},
      {"nested_member",
       "struct In { void put() { v.push_back(1); } std::vector<int> v; };"
       "struct Out { std::unique_ptr<In> in = std::make_unique<In>(); void f() { in->put(); } };"
       "Out out;",
       {"unbounded-collection In::v"}},
      {"base",
       "struct B { void put() { v.push_back(1); } std::vector<int> v; }; struct D : B {};"
       "D d; void f() { d.put(); }",
       {"unbounded-collection B::v"}},
      {"registration_and_a_reference",
       "std::vector<int> all; int add(int i) { all.push_back(i); return i; } static int o = add(1);"
       "void each(int (*visit)(int)); void f() { each(add); }",
       {"unbounded-collection all"}},
      {"initialiser_within_a_function",
       "std::vector<int> all; int add() { all.push_back(1); return 1; }"
       "int use(int i) { static int first = add(); all.push_back(i); return first; }",
       {"unbounded-collection all"}},
      {"setup_called_again",
       "std::vector<int> all; void init() { all.push_back(1); } void serve() { init(); }",
       {"unbounded-collection all"}},
  });
}

TEST(ContainerRisks, WhatIsTrimmedBoundedOrEscapesIsNot) {
  Expect({
      {"cleared", "std::vector<int> v; void f() { v.push_back(1); } void g() { v.clear(); }", {}},
      {"popped", "std::vector<int> v; void f() { v.push_back(1); } void g() { v.pop_back(); }", {}},
      {"assigned", "std::vector<int> v; void f() { v.push_back(1); } void g() { v = {}; }", {}},
      {"erased_if",
       "std::vector<int> v; void f() { v.push_back(1);"
       " std::erase_if(v, [](int i) { return i > 1; }); }",
       {}},
      {"swapped",
       "std::vector<int> v; void f() { v.push_back(1); std::vector<int> o; std::swap(v, o); }",
       {}},
      {"swapped_from",
       "std::vector<int> v; void f() { v.push_back(1); std::vector<int> o; o.swap(v); }",
       {}},
      {"moved",
       "std::vector<int> v; std::vector<int> f() { v.push_back(1); return std::move(v); }",
       {}},
      {"limited",
       "std::vector<int> v; void f() { if (v.size() >= 10) return; v.push_back(1); }",
       {}},
      {"limit_function",
       "std::vector<int> v; bool full() { return v.size() >= 10; }"
       "void f() { if (!full()) v.push_back(1); }",
       {}},
      {"filled_to_a_length",
       "std::vector<int> v; void f(unsigned n) { while (v.size() < n) v.push_back(1); }",
       {}},
      {"trimmed_by_alias",
       "std::vector<int> v; void f() { v.push_back(1); auto& a = v; a.clear(); }",
       {}},
      {"trimmed_by_accessor",
       "std::vector<int> v; std::vector<int>& all() { return v; }"
       "void f() { v.push_back(1); all().clear(); }",
       {}},
      {"trimmed_by_function",
       "std::vector<int> v; void drop(std::vector<int>* p) { p->clear(); }"
       "void f() { v.push_back(1); drop(&v); }",
       {}},
      {"trimmed_in_lambda",
       "std::vector<int> v; void f() { v.push_back(1); auto g = [] { v.clear(); }; g(); }",
       {}},
      {"escapes_by_argument",
       "std::vector<int> v; void other(std::vector<int>&); void f() { v.push_back(1); other(v); }",
       {}},
      {"escapes_by_ref",
       "std::vector<int> v; void g(std::vector<int>&);"
       "void f() { v.push_back(1); std::thread t(g, std::ref(v)); t.join(); }",
       {}},
      {"trimmed_elements",
       "std::array<std::vector<int>, 2> v; void f(int i) { v[i].push_back(1); }"
       "void g() { for (auto& e : v) e.clear(); }",
       {}},
      {"trimmed_bindings",
       "enum class E { a }; std::map<E, std::vector<int>> m; void f(E e) { m[e].push_back(1); }"
       "void g() { for (auto& [k, v] : m) v.clear(); }",
       {}},
      {"few_keys",
       "enum class E { a }; std::map<E, int> m; void f(E e) { m[e] = 1; }"
       "std::map<bool, int> b; void g(bool k) { b[k] = 1; }",
       {}},
      {"callables_are_another_rule",
       "std::vector<std::function<void()>> v; void f() { v.push_back([] {}); }",
       {}},
      {"reset",
       "std::unique_ptr<std::vector<int>> v; void f() { v->push_back(1); v.reset(); }",
       {}},
      {"read_only", "std::vector<int> v; unsigned long f() { return v.size(); }", {}},
  });
}

TEST(ContainerRisks, WhatIsFilledOnceIsNot) {
  Expect({
      {"constant", "const std::vector<int> v = {1, 2}; int f() { return v[0]; }", {}},
      {"when_empty",
       "int f() { static std::vector<int> v; if (v.empty()) v.push_back(1); return v[0]; }",
       {}},
      {"returns_when_filled",
       "std::vector<int> v; void f() { if (!v.empty()) return; v.push_back(1); }",
       {}},
      {"call_once",
       "std::once_flag once; std::vector<int> v;"
       "void f() { std::call_once(once, [] { v.push_back(1); }); }",
       {}},
      {"registered_and_handed_on",
       "std::vector<int>& all() { static std::vector<int> v; return v; } int add() { "
       "all().push_back(1); return 1; } static int one = add(); struct S { void run() { add(); } };"
       "void call(void (S::*)()); void start() { call(&S::run); }",
       {}},
      {"own_constructor",
       "struct S { S() { fill(); } void fill() { v.push_back(1); } std::vector<int> v; }; S s;",
       {}},
      {"static_registration",
       "std::vector<int>& all() { static std::vector<int> v; return v; }"
       "struct R { R() { all().push_back(1); } }; static R one; static R two;",
       {}},
      {"registration_for_others", "std::vector<int> v; void RegisterIt() { v.push_back(1); }", {}},
      {"registration_beside_what_nobody_calls",
       "std::vector<int> v; int add(int i) { v.push_back(i); return i; } int one = add(1);"
       "int add_old(int i) { return add(i); } static int two = add(2);",
       {}},
      {"initialiser",
       "std::vector<int> v; int add() { v.push_back(1); return 1; } int done = add();",
       {}},
  });
  EXPECT_EQ(Told(RisksIn("#include <vector>\nstd::vector<char*> v;\nvoid add(char* a) {\n"
                         "  v.push_back(a);\n}\nint main(int, char** a) { add(a[0]); }")),
            "");
}

TEST(ContainerRisks, MembersOfObjectsThatDoNotLiveLongAreNot) {
  Expect({
      {"locals",
       "struct S { void put() { v.push_back(1); } std::vector<int> v; };"
       "void f() { S s; s.put(); }",
       {}},
      {"locals_beside_an_empty_static",
       "struct S { std::vector<int> v; }; S& none() { static S s; return s; }"
       "void f() { S s; s.v.push_back(1); }",
       {}},
      {"methods_of_locals_beside_a_static",
       "struct S { void put() { v.push_back(1); } std::vector<int> v; }; S none;"
       "void f() { S s; s.put(); }",
       {}},
      {"rebuilt",
       "struct S { void put() { v.push_back(1); } std::vector<int> v; }; S now;"
       "void f() { now.put(); } void g() { now = S(); }",
       {}},
      {"rebuilt_pointer",
       "struct S { void put() { v.push_back(1); } std::vector<int> v; };"
       "std::unique_ptr<S> now; void f() { now->put(); } void g() { now.reset(); }",
       {}},
  });
}

TEST(ContainerRisks, EachPatternByWhatTheContainerIsFor) {
  Expect({
      {"cache",
       "std::unordered_map<int, std::string> known; std::string make(int);"
       "const std::string& get(int k) { auto it = known.find(k);"
       " if (it == known.end()) it = known.emplace(k, make(k)).first; return it->second; }",
       {"cache-without-eviction known"}},
      {"cache_by_name",
       "std::map<int, int> cache; void put(int k) { cache[k] = 1; }",
       {"cache-without-eviction cache"}},
      {"cache_with_erase",
       "std::map<int, int> cache; void put(int k) { cache[k] = 1; }"
       "void drop(int k) { cache.erase(k); }",
       {}},
      {"buffers",
       "std::vector<std::vector<float>> all; void f() { all.emplace_back(100); }",
       {"buffer-accumulation all"}},
      {"buffers_by_pointer",
       "std::vector<std::unique_ptr<char[]>> all; void f() { all.emplace_back(new char[9]); }",
       {"buffer-accumulation all"}},
      {"buffers_by_name",
       "struct Image { int id; }; std::vector<Image> all; void f() { all.push_back({1}); }",
       {"buffer-accumulation all"}},
      {"registry",
       "std::vector<int> all; void RegisterOne() { all.push_back(1); }"
       "struct P { P() { RegisterOne(); } }; void f() { P p; }",
       {"static-lifetime all"}},
      {"list",
       "struct N { N* next; }; N* head; void f() { N* n = new N; n->next = head; head = n; }",
       {"static-lifetime head"}},
      {"list_of_this",
       "struct N { N() : next(head) { head = this; } N* next; static N* head; }; N* N::head;"
       "void f() { new N; }",
       {"static-lifetime N::head"}},
      {"list_of_statics",
       "struct N { N() : next(head) { head = this; } N* next; static N* head; }; N* N::head;"
       "static N one;",
       {}},
      {"list_with_pop",
       "struct N { N* next; }; N* head; void f() { N* n = new N; n->next = head; head = n; }"
       "void g() { head = head->next; }",
       {}},
  });
}

TEST(ContainerRisks, StringsThatAreBuiltAnewInALoop) {
  Expect({
      {"append",
       "std::string f(int n) { std::string s; while (n-- > 0) s = s + \"x\" + \"y\";"
       " return s; }",
       {"string-concatenation f::s"}},
      {"copied_first",
       "std::string f(int n) { std::string s; while (n-- > 0) s = std::string(s) + \"x\";"
       " return s; }",
       {"string-concatenation f::s"}},
      {"at_the_front",
       "std::string f(int n) { std::string s; while (n-- > 0) s.insert(0, \"xyz\"); return s; }",
       {"string-concatenation f::s"}},
      {"member",
       "struct S { std::string s; void f(int n) { for (; n > 0; --n) s = s + \"x\"; } };",
       {"string-concatenation S::s"}},
      {"no_loop", "std::string f(std::string s) { s = s + \"x\"; return s; }", {}},
      {"in_place", "void f(std::string& s) { for (int i = 0; i < 99; ++i) s += \"x\"; }", {}},
      {"of_one_turn",
       "void f(int n) { while (n-- > 0) { std::string s = \"a\"; s = s + \"x\"; } }",
       {}},
      {"few_turns", "void f(std::string& s) { for (int i = 0; i < 8; ++i) s = s + \"x\"; }", {}},
      {"few_words", "void f(std::string& s) { for (auto w : {\"a\", \"b\"}) s = s + w; }", {}},
      {"padding", "void f(std::string& s) { while (s.size() < 8) s = s + \" \"; }", {}},
      {"handed_on",
       "void f(std::string& s, int n) { while (n-- > 0) s = std::move(s) + \"x\"; }",
       {}},
      {"set_again",
       "void f(std::string& s, int n) { while (n-- > 0) s = \"a\" + s.substr(1); }",
       {}},
  });
}

TEST(ContainerRisks, WhatOtherFilesTrimIsNotTold) {
  const std::string header = "#include <vector>\nextern std::vector<int> all;\n";
  const TestFile grows{"a.cc", header + "std::vector<int> all;\nvoid f() { all.push_back(1); }\n"};
  EXPECT_EQ(Told(RisksIn({grows, {"b.cc", header + "void g();\n"}})),
            "unbounded-collection all a.cc:3\n");
  EXPECT_EQ(Told(RisksIn({grows, {"b.cc", header + "void g() { all.clear(); }\n"}})), "");
}

TEST(ContainerRisks, ARegistryOfTheBuildIsFilledByThoseWhoIncludeItAsASystemHeader) {
  const std::string grows = "std::vector<int> all; int add(int i) { all.push_back(i); return i; }";
  const TestFile library{"a.cc", "#include <vector>\nnamespace lib {\n" + grows + "\n}\n"};
  EXPECT_EQ(RisksIn({library}).size(), 1u);
  const std::string user =
      "# 1 \"lib.h\" 1 3\nnamespace lib { int add(int); }\n# 2 \"b.cc\" 2\nint o = lib::add(1);\n";
  EXPECT_EQ(Told(RisksIn({library, {"b.cc", user}})), "");
}

TEST(ContainerRisks, AFunctionOfAnotherFileIsSeenInside) {
  const std::string header = "#include <vector>\nvoid use(std::vector<int>& to);\n";
  const TestFile grows{
      "a.cc", header + "std::vector<int> all;\nvoid f() { all.push_back(1); use(all); }\n"};
  EXPECT_EQ(Told(RisksIn({grows})), "");
  EXPECT_EQ(Told(RisksIn({grows,
                          {"b.cc", header + "void use(std::vector<int>& to) {\n"
                                            "  to.push_back(1);\n}\n"}})),
            "unbounded-collection all a.cc:3\n");
  EXPECT_EQ(Told(RisksIn({grows,
                          {"b.cc", header + "void use(std::vector<int>& to) {\n"
                                            "  to.clear();\n}\n"}})),
            "");
}

TEST(ContainerRisks, TheEvidenceIsEachPlaceThatGrowsUpToFive) {
  std::string text = "#include <vector>\nstd::vector<int> all;\n";
  for (int i = 0; i < 7; ++i) {
    text += "void f" + std::to_string(i) + "() { all.push_back(1); }\n";
  }
  const std::vector<StaticRisk> risks = RisksIn(text);
  ASSERT_EQ(risks.size(), 1u);
  EXPECT_EQ(risks[0].title, "all grows in 7 places and nothing is ever taken out");
  EXPECT_EQ(risks[0].subject_type, "std::vector<int>");
  EXPECT_EQ(risks[0].confidence, Confidence::kHigh);
  ASSERT_EQ(risks[0].notes.size(), 5u);
  EXPECT_EQ(risks[0].notes[0].function, "f0");
  EXPECT_EQ(risks[0].notes[0].place.line, 3);
  EXPECT_EQ(risks[0].notes[0].text, "grows here: push_back");
  EXPECT_EQ(risks[0].notes[4].text, "grows here: push_back, and 2 more");
}

TEST(ContainerRisks, WhatAHeaderHasIsToldOnce) {
  const std::string text =
      "#include <vector>\ninline std::vector<int> all;\ninline void f() { all.push_back(1); }\n";
  EXPECT_EQ(RisksIn({{"a.cc", text}, {"a.cc", text}}).size(), 1u);
}

}  // namespace
}  // namespace memprof::scan
