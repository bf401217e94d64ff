// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "tests/unit/scan/scanned.h"

namespace memprof::scan {
namespace {

constexpr const char* kDeclared = R"(
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>
[[noreturn]] void Die(const char* why) { throw std::runtime_error(why); }
void Unknown(int);
void Look(int fd) { char c; (void)read(fd, &c, 1); }
void Shut(int fd) { if (fd >= 0) close(fd); }
void Through(int fd) { Shut(fd); }
struct Conn { int fd; int other; };
struct Owner { explicit Owner(int f) : fd(f) {} ~Owner() { close(fd); } int fd; };
int g_fd;
struct Node { Node* next = nullptr; int value = 0; char text[10]; };
struct Base {};
struct Derived : Base { std::string text; };
struct VirtualBase { virtual ~VirtualBase() = default; };
struct VirtualDerived : VirtualBase { std::string text; };
struct thing;
thing* thing_create(int);
void thing_destroy(thing*);
thing* thing_find(int);
namespace testing { void KeepsIt(Node*); namespace internal { bool AlwaysTrue(); } }
)";

struct Row {
  const char* what;
  const char* code;  ///< one line; a risk is expected on it or not
};

/// Each row on a line of its own, in one unit; the lines that have a risk, by their rows.
std::vector<bool> Fires(const std::vector<Row>& rows) {
  std::string text = kDeclared;
  const auto first = std::count(text.begin(), text.end(), '\n') + 1;
  for (const Row& row : rows) text += std::string(row.code) + "\n";
  std::vector<bool> fires(rows.size());
  for (const StaticRisk& risk : RisksIn(text)) {
    const bool is_ours =
        risk.pattern == Pattern::kHandleNotClosed || risk.pattern == Pattern::kThreadNotJoined ||
        risk.pattern == Pattern::kObjectNotReleased || risk.pattern == Pattern::kLostOwner;
    const auto row = risk.place.line - first;
    if (is_ours && row >= 0 && row < static_cast<long>(rows.size())) {
      fires[static_cast<std::size_t>(row)] = true;
    }
  }
  return fires;
}

TEST(ResourceRisks, AWayOutThatReleasesNothingIsTold) {
  const std::vector<Row> rows = {
      {"never closed", "void F1() { int fd = open(\"x\", 0); Look(fd); }"},
      {"an early return",
       "bool F2(int a) { int fd = open(\"x\", 0); if (fd < 0) return false; if (a) return false; "
       "close(fd); return true; }"},
      {"a throw", "void F3(int a) { int fd = open(\"x\", 0); if (a) throw 1; close(fd); }"},
      {"a continue",
       "void F4(int n) { for (int i = 0; i < n; ++i) { FILE* f = fopen(\"x\", \"r\"); if (!f) "
       "continue; if (fgetc(f) < 0) continue; fclose(f); } }"},
      {"given to dup2 alone", "void F5() { dup2(open(\"/dev/null\", 0), 1); }"},
      {"compared alone", "bool F6() { return fopen(\"x\", \"r\") != nullptr; }"},
      {"one end of a pipe",
       "int F7(int a) { int p[2]; if (pipe(p) != 0) return 1; close(p[0]); if (a) return 2; "
       "close(p[1]); return 0; }"},
      {"overwritten", "void F8() { int fd = open(\"a\", 0); fd = open(\"b\", 0); close(fd); }"},
      {"a break out of a switch",
       "void F9(int a) { switch (a) { case 1: { int fd = socket(1, 2, 0); if (fd == -1) break; "
       "Look(fd); break; } default: break; } }"},
      {"new and an early return",
       "void F10() { Node* n = new Node; n->value = 1; if (n->value) return; delete n; }"},
      {"malloc",
       "int F11() { char* t = (char*)malloc(10); if (t == NULL) return 1; t[0] = 1; return t[0]; "
       "}"},
      {"a thread and an early return",
       "void F12(int a) { std::thread t([] {}); if (a) return; t.join(); }"},
      {"a pthread", "void F13() { pthread_t t; pthread_create(&t, nullptr, nullptr, nullptr); }"},
      {"a directory, from within a loop",
       "bool F15() { auto* d = opendir(\"x\"); while (dirent* e = readdir(d)) { if (e->d_name[0] "
       "== '.') return true; } closedir(d); return false; }"},
      {"a member",
       "struct F16 { F16() { fd_ = open(\"x\", 0); } int Size() { return (int)lseek(fd_, 0, 2); } "
       "int fd_; };"},
      {"a member made with new",
       "struct F17 { void Make() { n_ = new Node; } int Get() { return n_->value; } Node* n_ = "
       "nullptr; };"},
      {"a container of threads that only grows",
       "struct F18 { void Add() { ts_.emplace_back([] {}); } std::vector<std::thread> ts_; };"},
      {"a member thread that nobody joins",
       "struct F19 { void Go() { t_ = std::thread([] {}); } std::thread t_; };"},
      {"a detached thread without an end",
       "void F20() { std::thread([] { for (;;) sleep(1); }).detach(); }"},
      {"an object of a named pair",
       "int F21(int a) { thing* t = thing_create(a); if (a) return 1; thing_destroy(t); return 0; "
       "}"},
      {"a loop before the early return",
       "bool F22(int a) { Node* n = new Node; for (const char* c = n->text; *c; ++c) n->value += "
       "*c + (int)sizeof(n->text); if (n->value != a) return false; delete n; return true; }"},
  };
  const std::vector<bool> fires = Fires(rows);
  for (std::size_t i = 0; i < rows.size(); ++i) EXPECT_TRUE(fires[i]) << rows[i].what;
}

TEST(ResourceRisks, WhatIsReleasedStoredOrHandedOverIsNot) {
  const std::vector<Row> rows = {
      {"given to GoogleTest", "void Q0() { Node* n = new Node; testing::KeepsIt(n); }"},
      {"deleted within an assertion's macro",
       "void Q00() { Node* n = new Node; if (testing::internal::AlwaysTrue()) { delete n; } }"},
      {"given to an unknown function", "void Q1() { int fd = open(\"x\", 0); Unknown(fd); }"},
      {"given to a function that gives it on to close",
       "void Q2() { int fd = open(\"x\", 0); Through(fd); }"},
      {"goto cleanup",
       "int Q3(int a) { int r = -1; int fd = open(\"x\", 0); if (fd < 0) goto out; if (a) goto "
       "out; r = 0; out: if (fd >= 0) close(fd); return r; }"},
      {"acquired within the condition",
       "int Q4() { int fd; if ((fd = open(\"x\", 0)) < 0) return -1; close(fd); return 0; }"},
      {"returned in a struct", "Conn Q5() { int fd = open(\"x\", 0); return {fd, 1}; }"},
      {"stored through a pointer", "void Q6(int* out) { int fd = open(\"x\", 0); *out = fd; }"},
      {"std::exchange", "void Q7() { int fd = open(\"x\", 0); g_fd = std::exchange(fd, -1); }"},
      {"a guard made later",
       "void Q8() { FILE* f = fopen(\"x\", \"r\"); auto guard = std::unique_ptr<FILE, int "
       "(*)(FILE*)>(f, fclose); }"},
      {"a deleter that is a lambda",
       "void Q9() { std::unique_ptr<FILE, void (*)(FILE*)> f(fopen(\"x\", \"r\"), [](FILE* x) { "
       "fclose(x); }); }"},
      {"fdopen takes it over",
       "void Q10() { int fd = open(\"x\", 0); FILE* f = fdopen(fd, \"r\"); if (!f) { close(fd); "
       "return; } fclose(f); }"},
      {"released by the condition of its acquisition",
       "void Q11(bool own) { int fd = own ? open(\"x\", 0) : 0; Look(fd); if (own) close(fd); }"},
      {"functions that never return",
       "void Q12() { int fd = open(\"x\", 0); if (fd < 0) Die(\"no\"); if (fd > 10) { "
       "Die(\"far\"); } close(fd); }"},
      {"closed in a handler",
       "void Q13() { int fd = open(\"x\", 0); if (fd < 0) abort(); try { Look(fd); throw 1; } "
       "catch (int) { close(fd); throw; } }"},
      {"closed by a lambda",
       "void Q14() { int fd = open(\"x\", 0); auto shut = [&] { close(fd); }; shut(); }"},
      {"closed by a thread",
       "void Q15() { while (true) { int fd = accept(3, nullptr, nullptr); if (fd < 0) break; "
       "std::thread([fd] { close(fd); }).detach(); } }"},
      {"joinable", "void Q16() { std::thread t([] {}); if (t.joinable()) t.join(); }"},
      {"moved into a container",
       "void Q17(std::vector<std::thread>* all) { std::thread t([] {}); "
       "all->push_back(std::move(t)); }"},
      {"a pthread that is joined",
       "void Q18() { pthread_t t; if (pthread_create(&t, nullptr, nullptr, nullptr) != 0) return; "
       "pthread_join(t, nullptr); }"},
      {"given to a unique_ptr",
       "std::unique_ptr<Node> Q19() { Node* n = new Node; n->value = 3; return "
       "std::unique_ptr<Node>(n); }"},
      {"stored in a list",
       "void Q20(Node* head) { Node* n = new Node; n->next = head->next; head->next = n; }"},
      {"MAP_FAILED",
       "void Q21() { void* m = mmap(nullptr, 10, 1, 1, -1, 0); if (m == MAP_FAILED) return; "
       "munmap(m, 10); }"},
      {"both ends closed in a loop",
       "int Q23() { int p[2]; if (pipe(p) < 0) return 1; for (int fd : p) close(fd); return 0; }"},
      {"a variable knows whether it failed",
       "void Q25() { int fd = open(\"x\", 0); const bool ok = fd >= 0; if (!ok) return; close(fd); "
       "}"},
      {"tried in a loop",
       "void Q26() { FILE* f = nullptr; for (int i = 0; i < 3 && !f; ++i) f = fopen(\"x\", \"r\"); "
       "if (f) fclose(f); }"},
      {"owners and a static",
       "void Q27() { Owner o(open(\"x\", 0)); auto p = std::make_unique<Owner>(open(\"y\", 0)); "
       "static int once = open(\"z\", 0); (void)once; }"},
      {"declared in the condition",
       "void Q28() { if (FILE* f = fopen(\"x\", \"r\")) { fclose(f); } }"},
      {"tried in a do loop",
       "void Q29() { int fd = -1; do { fd = open(\"x\", 0); } while (fd < 0); close(fd); }"},
      {"a member that a method closes",
       "struct Q30 { Q30() : fd_(open(\"x\", 0)) {} ~Q30() { Close(); } void Close() { if (fd_ != "
       "-1) ::close(fd_); fd_ = -1; } int fd_; };"},
      {"a member that the destructor deletes",
       "struct Q31 { void Make() { n_ = new Node; } ~Q31() { delete n_; } Node* n_ = nullptr; };"},
      {"a pool",
       "struct Q32 { Q32() { for (int i = 0; i < 3; ++i) ts_.emplace_back([] {}); } ~Q32() { for "
       "(auto& t : ts_) t.join(); } std::vector<std::thread> ts_; };"},
      {"a member thread that is joined",
       "struct Q33 { void Go() { t_ = std::thread([] {}); } ~Q33() { t_.join(); } std::thread t_; "
       "};"},
      {"a detached thread that ends", "void Q34() { std::thread([] {}).detach(); }"},
      {"found, not made", "int Q35(int a) { thing* t = thing_find(a); return t != nullptr; }"},
      {"an object that is released",
       "void Q36(int a) { thing* t = thing_create(a); thing_destroy(t); }"},
      {"a base with a virtual destructor",
       "std::unique_ptr<VirtualBase> Q37() { return std::make_unique<VirtualDerived>(); }"},
      {"placement new", "void Q38(void* at) { Node* n = new (at) Node; n->value = 1; }"},
      {"main", "int main() { int fd = open(\"x\", 0); Look(fd); return 0; }"},
  };
  const std::vector<bool> fires = Fires(rows);
  for (std::size_t i = 0; i < rows.size(); ++i) EXPECT_FALSE(fires[i]) << rows[i].what;
}

// What another unit's function does with its argument decides.
TEST(ResourceRisks, AFunctionOfAnotherFileIsLookedInto) {
  const std::string user =
      "#include <fcntl.h>\n"
      "void Take(int fd);\n"
      "void Use() { int fd = open(\"x\", 0); Take(fd); }\n";
  const TestFile opens{"a.cc", user};
  EXPECT_EQ(Told(RisksIn(std::vector<TestFile>{opens})), "");
  EXPECT_EQ(
      Told(RisksIn({opens, {"b.cc", "#include <unistd.h>\nvoid Take(int fd) { close(fd); }"}})),
      "");
  EXPECT_EQ(
      Told(RisksIn({opens, {"b.cc", "#include <unistd.h>\nvoid Take(int fd) { fsync(fd); }"}})),
      "handle-not-closed fd a.cc:3\n");
}

TEST(ResourceRisks, AMemberThatAnotherFileReleasesIsFine) {
  const std::string head =
      "#include <fcntl.h>\n#include <unistd.h>\n"
      "struct Log { Log(); ~Log(); int fd_; };\n";
  const TestFile opens{"a.cc", head + "Log::Log() : fd_(open(\"x\", 0)) {}\n"};
  EXPECT_EQ(Told(RisksIn({opens, {"b.cc", head + "Log::~Log() { close(fd_); }\n"}})), "");
  EXPECT_EQ(Told(RisksIn({opens, {"b.cc", head + "Log::~Log() { fsync(fd_); }\n"}})),
            "handle-not-closed Log::fd_ a.cc:4\n");
}

TEST(ResourceRisks, TheWayOutIsToldWithItsLine) {
  const std::vector<StaticRisk> risks = RisksIn(
      "#include <stdio.h>\n"
      "bool Load(int a) {\n"
      "  FILE* file = fopen(\"x\", \"r\");\n"
      "  if (!file) return false;\n"
      "  if (a) return false;\n"
      "  fclose(file);\n"
      "  return true;\n"
      "}\n");
  ASSERT_EQ(risks.size(), 1U);
  EXPECT_EQ(risks[0].title, "file from fopen: returns at line 5 without fclose(file)");
  EXPECT_EQ(risks[0].place.line, 3);
  EXPECT_EQ(risks[0].function, "Load");
  ASSERT_EQ(risks[0].notes.size(), 2U);
  EXPECT_EQ(risks[0].notes[1].place.line, 5);
}

}  // namespace
}  // namespace memprof::scan
