// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "runner/diagnose/fix/fix_template.h"
#include "tests/unit/source/compiles.h"

namespace memprof {
namespace {

Fix Propose(const std::string& text) {
  const SourceFile file("reader.cc", text);
  Sources sources;
  sources.Add(file);
  Finding finding;
  finding.kind = FindingKind::kThreadLeak;
  finding.pattern = Pattern::kThreadNotJoined;
  finding.location = {"reader.cc", file.LineOf(text.find("/*here*/")), "reader::Start"};
  return JoinThread(finding, sources).value_or(Fix());
}

std::string Program(const std::string& code) {
  return "#include <condition_variable>\n#include <mutex>\n#include <thread>\n#include <vector>\n"
         "int Unknown();\n"
         "int total = 0;\n"
         "std::mutex mutex;\n"
         "std::condition_variable changed;\n"
         "void Sum(int n) { for (int i = 0; i < n; ++i) total += i; }\n"
         "void Serve() {\n  std::unique_lock<std::mutex> lock(mutex);\n"
         "  while (true) { changed.wait(lock, [] { return total > 0; }); ++total; }\n}\n"
         "bool stop = false;\n"
         "void Poll() { while (!stop) ++total; }\n" +
         code + "\n";
}

TEST(JoinThread, AThreadThatEndsByItselfIsJoinedInPlaceOfDetach) {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"void Start() {\n  std::thread sum(Sum, 9);  /*here*/\n  sum.detach();\n}",
       "  sum.join();\n"},
      {"void Start() { std::thread([] { Sum(3); }).detach(); }  /*here*/", "}).join();"},
      {"class Reader {\n public:\n  ~Reader() { worker_.detach(); }\n"
       "  void Start() {\n    worker_ = std::thread(&Reader::Work, this);  /*here*/\n  }\n"
       "  void Work() { Sum(4); }\n private:\n  std::thread worker_;\n};",
       "  ~Reader() { worker_.join(); }\n"},
  };
  for (const auto& [code, expected] : rows) {
    const Fix fix = Propose(Program(code));
    ASSERT_NE(fix.diff, "") << code << "\n" << fix.why_no_diff;
    const std::string after = Patched("reader.cc", Program(code), fix.diff);
    EXPECT_NE(after.find(expected), std::string::npos) << after;
    EXPECT_TRUE(Compiles(after));
  }
}

TEST(JoinThread, APosixThreadIsJoinedByItsFunction) {
  const std::string text =
      "#include <pthread.h>\nvoid* Add(void* n) { return n; }\n"
      "void Start(int* n) {\n  pthread_t id;\n"
      "  if (pthread_create(&id, nullptr, Add, n) != 0) return;  /*here*/\n"
      "  pthread_detach(id);\n}\n";
  const std::string after = Patched("reader.cc", text, Propose(text).diff);
  EXPECT_NE(after.find("  pthread_join(id, nullptr);\n"), std::string::npos) << after;
}

TEST(JoinThread, WhatMayNotEndIsNotJoinedByADiff) {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"Serve", "`Serve` loops for ever and nothing tells it to stop, so a join would hang"},
      {"Poll", "`Poll` goes on while `!stop`"},
      {"Unknown", "the code of `Unknown` was not found"},
      {"[] { Unknown(); }", "the closure calls `Unknown`, whose code was not found"},
      {"[] { std::unique_lock<std::mutex> lock(mutex); changed.wait(lock); }",
       "waits on `changed`"},
  };
  for (const auto& [what, why] : rows) {
    const Fix fix = Propose(Program("void Start() {\n  std::thread serve(" + what +
                                    ");  /*here*/\n  serve.detach();\n}"));
    EXPECT_EQ(fix.diff, "") << what;
    EXPECT_NE(fix.why_no_diff.find(why), std::string::npos) << what << "\n" << fix.why_no_diff;
    EXPECT_NE(fix.snippet.find("serve.join();"), std::string::npos) << fix.snippet;
  }
}

TEST(JoinThread, AJoinUnderALockIsDeclined) {
  const Fix fix =
      Propose(Program("void Start() {\n  const std::lock_guard<std::mutex> guard(mutex);\n"
                      "  std::thread sum(Sum, 9);  /*here*/\n  sum.detach();\n}"));
  EXPECT_EQ(fix.diff, "");
  EXPECT_NE(fix.why_no_diff.find("a lock is taken"), std::string::npos);
}

TEST(JoinThread, TheSnippetNamesWhatTheThreadWaitsOn) {
  const Fix fix = Propose(
      Program("void Start() {\n  std::thread serve(Serve);  /*here*/\n  serve.detach();\n}"));
  EXPECT_NE(fix.snippet.find("while (!stopping) {  // in Serve"), std::string::npos);
  EXPECT_NE(fix.snippet.find("changed.notify_all();"), std::string::npos) << fix.snippet;
}

}  // namespace
}  // namespace memprof
