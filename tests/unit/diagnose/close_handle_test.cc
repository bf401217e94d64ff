// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/diagnose/fixed_code.h"

namespace memprof {
namespace {

const char* const kPrelude = R"(#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cstdio>
#include <memory>
#include <string>
bool Bad();
)";

struct Row {
  std::string code;
  std::string expected;
  std::string gone;  ///< that is not in the result
};

const std::vector<Row>& Rows() {
  static const std::vector<Row> rows = {
      {R"(bool Load(const char* path, std::string* text) {
  const int file = open(path, O_RDONLY | O_CLOEXEC);  // LOST
  if (file < 0) return false;
  char buffer[4096];
  const ssize_t size = read(file, buffer, sizeof(buffer));
  if (size <= 0) return false;
  text->assign(buffer, static_cast<std::string::size_type>(size));
  close(file);
  return true;
})",
       "  } file_closer{file};\n", "  close(file);"},
      // Closed before the end: it stays there.
      {R"(bool Save(const char* path) {
  int fd = ::open(path, O_WRONLY);  // LOST
  if (fd == -1) { return false; }
  if (write(fd, "x", 1) != 1) return false;
  ::close(fd);
  return rename(path, "there") == 0;
})",
       "  fd_closer.Close();\n", "  ::close(fd);\n  return"},
      {R"(void Wait() {
  int e = epoll_create1(
      EPOLL_CLOEXEC);  // LOST
  if (Bad()) throw 1;
  if (e >= 0) close(e);
})",
       "  } e_closer{e};\n", "if (e >= 0)"},
      {R"(int First(const char* path) {
  FILE* f = std::fopen(path, "r");  // LOST
  if (!f) return -1;
  const int c = std::fgetc(f);
  if (c == 'x') return 1;
  std::fclose(f);
  return c;
})",
       "  const std::unique_ptr<FILE, int (*)(FILE*)> f_closer(f, &std::fclose);\n",
       "std::fclose(f);"},
      {R"(int Pipe() {
  auto* in = popen("ls", "r");  // LOST
  if (in == nullptr) return 1;
  if (Bad()) {
    pclose(in);
    return 2;
  }
  return 3;
})",
       "  const std::unique_ptr<FILE, int (*)(FILE*)> in_closer(in, &::pclose);\n", "pclose(in);"},
      {R"(bool Scan(const char* path) {
  DIR* my_dir = opendir(path);  // LOST
  if (my_dir == nullptr) return false;
  while (const dirent* entry = readdir(my_dir)) {
    if (entry->d_name[0] == 'x') return true;
  }
  closedir(my_dir);
  Bad();
  return false;
})",
       "  my_dir_closer.reset();\n  Bad();", "closedir(my_dir);\n"},
      {R"(bool Plug(const char* path) {
  void* library = dlopen(path, RTLD_NOW);  // LOST
  if (library == NULL) return false;
  return dlsym(library, "run") != nullptr;
})",
       "  const std::unique_ptr<void, int (*)(void*)> library_closer(library, &::dlclose);\n",
       "dlclose(library);"},
      {R"(bool Map(int length) {
  void* page = mmap(nullptr, length, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);  // LOST
  if (page == MAP_FAILED) return false;
  return static_cast<char*>(page)[0] == 'x';
})",
       "  } page_unmapper{page, static_cast<unsigned long>(length)};\n", "munmap(page, "},
  };
  return rows;
}

TEST(CloseHandle, MakesCodeThatCompilesWithoutAWarning) {
  std::string all = kPrelude;
  for (std::size_t i = 0; i < Rows().size(); ++i) {
    const std::string fixed = FixedCode(CloseHandle, Rows()[i].code);
    EXPECT_NE(fixed.find(Rows()[i].expected), std::string::npos) << fixed;
    EXPECT_EQ(fixed.find(Rows()[i].gone), std::string::npos) << fixed;
    all += "namespace row" + std::to_string(i) + " {\n" + fixed + "\n}\n";
  }
  EXPECT_TRUE(Compiles(all));
}

TEST(CloseHandle, PutsTheOwnerRightBehindTheCallWithItsHeader) {
  EXPECT_EQ(FixedCode(CloseHandle, Rows()[2].code), R"(#include <unistd.h>
void Wait() {
  int e = epoll_create1(
      EPOLL_CLOEXEC);  // LOST
  const struct ECloser {
    int descriptor;
    ~ECloser() {
      if (descriptor >= 0) ::close(descriptor);
    }
  } e_closer{e};
  if (Bad()) throw 1;
})");
}

TEST(CloseHandle, GivesASnippetAndTheReasonWhereTheHandleGoesElsewhere) {
  struct Escape {
    std::string code;
    std::string reason;
  };
  const std::vector<Escape> rows = {
      {"int f() {\n  int fd = open(\"x\", 0);  // LOST\n  return fd;\n}",
       "`fd` is returned at line 3"},
      {"int f() {\n  return open(\"x\", 0);  // LOST\n}",
       "the result of `open` is not kept by a plain statement of its own"},
      {"void f() {\n  fd_ = open(\"x\", 0);  // LOST\n}",
       "not kept by a plain statement of its own"},
      {"A::A() : fd_(open(\"x\", 0)) {  // LOST\n}", "not kept by a plain statement of its own"},
      {"void f() {\n  int fd = open(\"x\", 0);  // LOST\n  fd_ = fd;\n}", "`fd` is copied"},
      {"void f() {\n  int fd = open(\"x\", 0);  // LOST\n  FILE* s = fdopen(fd, \"r\");\n}",
       "`fdopen` at line 3 may keep"},
      {"void f() {\n  int fd = open(\"x\", 0);  // LOST\n  run([=] { read(fd, 0, 0); });\n}",
       "used by a closure"},
      {"int f() {\n  int fd = open(\"x\", 0);  // LOST\n  if (g()) return 1;\n"
       "  return close(fd);\n}",
       "the `close` at line 4 is part of a larger statement"},
      {"int f() { int fd = open(\"x\", 0); return g(); }  // LOST", "goes on behind the call"},
      {"void f() {\n  int fd = open(\"x\", 0);  // LOST\n  fd = 3;\n}", "gets another value"},
      {"void f(int n) {\n  void* p = mmap(0, n * 2, 1, 1, -1, 0);  // LOST\n}",
       "the length of the mapping"},
  };
  for (const Escape& row : rows) {
    const std::optional<Fix> fix = FixOf(CloseHandle, row.code);
    ASSERT_TRUE(fix) << row.code;
    EXPECT_EQ(fix->diff, "") << row.code;
    EXPECT_NE(fix->snippet, "") << row.code;
    EXPECT_NE(fix->why_no_diff.find(row.reason), std::string::npos) << fix->why_no_diff;
  }
}

TEST(CloseHandle, SaysNothingWhereNothingIsOpenedOnTheLine) {
  EXPECT_FALSE(FixOf(CloseHandle, "void f() {\n  file.open(\"x\");  // LOST\n}\n"));
  EXPECT_FALSE(CloseHandle(Finding(), Sources()));
}

}  // namespace
}  // namespace memprof
