// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// Every allocation of this whole program, GoogleTest's own among them: the stack that the trace
// keeps is the one that libgcc's unwinder sees. tests/bench/allocations.cc is part of it.
#include <dirent.h>
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <ucontext.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "gtest_plugin/trace/stack_anchor.h"
#include "gtest_plugin/trace/trace.h"
#include "tests/unit/trace/heap_observer.h"
#include "tests/unit/trace/traced_process.h"

namespace memprof {
namespace {

std::string Text(std::size_t i) { return std::to_string(i) + std::string(30, 'x'); }

TEST(StackEquality, OfContainersAndAlgorithms) {
  for (std::size_t round = 0; round < 20; ++round) {
    std::map<std::string, std::vector<std::string>> map;
    for (std::size_t i = 0; i < 200; ++i) map[Text(i * 7919 % 101)].push_back(Text(i));
    std::vector<std::string> all;
    for (const auto& [key, values] : map) all.insert(all.end(), values.begin(), values.end());
    std::sort(all.begin(), all.end(), [](const std::string& a, const std::string& b) {
      return std::string(a.rbegin(), a.rend()) < std::string(b.rbegin(), b.rend());
    });
    std::stable_sort(all.begin(), all.end());
    EXPECT_EQ(all.size(), 200u);
  }
}

int CompareWithMalloc(const void* a, const void* b) {
  free(malloc(40));
  return *static_cast<const int*>(a) - *static_cast<const int*>(b);
}

TEST(StackEquality, ThroughTheCLibrary) {
  for (int round = 0; round < 50; ++round) {
    std::vector<int> numbers;
    for (int i = 0; i < 300; ++i) numbers.push_back(i * 7919 % 1009);
    qsort(numbers.data(), numbers.size(), sizeof(int), &CompareWithMalloc);
    if (DIR* const directory = opendir("/")) closedir(directory);
    if (FILE* const file = fopen("/dev/null", "w")) {
      fprintf(file, "%d\n", round);
      fclose(file);
    }
    free(realloc(calloc(3, 5), 5000));
    free(aligned_alloc(64, 128));
    void* block = nullptr;
    if (posix_memalign(&block, 64, 100) == 0) free(block);
  }
}

TEST(StackEquality, OfRegularExpressionsAndStreams) {
  for (int round = 0; round < 30; ++round) {
    const std::regex expression("([a-z]+)-([0-9]+)(x|y)*");
    std::smatch match;
    const std::string text = "alpha-" + std::to_string(round) + "xyxy";
    ASSERT_TRUE(std::regex_match(text, match, expression));
    std::ostringstream out;
    out << std::hex << round << match[1] << match[2] << std::string(100, 's');
    std::istringstream in(out.str());
    std::string word;
    while (in >> word) EXPECT_FALSE(word.empty());
  }
}

int Descend(int depth, const std::function<void()>& at_the_end) {
  std::string own(static_cast<std::size_t>(20 + depth), 'd');
  const int below = depth == 0 ? (at_the_end(), 0) : Descend(depth - 1, at_the_end);
  return below + static_cast<int>(own.size());
}

TEST(StackEquality, OfDeepRecursionIsCut) {
  for (int round = 0; round < 10; ++round) Descend(150, [] { free(malloc(10)); });
  EXPECT_GT(StacksComparedSoFar().cut, 0u);
}

TEST(StackEquality, OfDepthsThatChangeAllTheTime) {
  for (int round = 0; round < 2000; ++round) Descend(round % 17, [] { free(malloc(10)); });
}

TEST(StackEquality, OfExceptions) {
  for (int round = 0; round < 300; ++round) {
    try {
      Descend(round % 9, [] { throw std::runtime_error(std::string(60, 'e')); });
    } catch (const std::exception& error) {
      EXPECT_EQ(std::string(error.what()).size(), 60u);
    }
  }
}

TEST(StackEquality, OfThreads) {
  for (int round = 0; round < 20; ++round) {
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([i] {
        std::map<int, std::string> map;
        for (int k = 0; k < 100; ++k) map[k * i] = Text(static_cast<std::size_t>(k));
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
}

volatile int g_handled;
void OnSignal(int) {
  Descend(3, [] { free(malloc(21)); });
  g_handled = g_handled + 1;
}

TEST(StackEquality, OfSignalHandlers) {
  g_handled = 0;
  struct sigaction action = {};
  action.sa_handler = &OnSignal;
  struct sigaction before = {};
  sigaction(SIGUSR1, &action, &before);
  for (int round = 0; round < 200; ++round) raise(SIGUSR1);
  sigaction(SIGUSR1, &before, nullptr);
  EXPECT_EQ(g_handled, 200);
}

TEST(StackEquality, OfSignalHandlersOnAStackOfTheirOwn) {
  std::vector<char> memory(1 << 16);
  stack_t own = {};
  own.ss_sp = memory.data();
  own.ss_size = memory.size();
  stack_t old = {};
  ASSERT_EQ(sigaltstack(&own, &old), 0);
  struct sigaction action = {};
  action.sa_handler = &OnSignal;
  action.sa_flags = SA_ONSTACK;
  struct sigaction before = {};
  sigaction(SIGUSR1, &action, &before);
  for (int round = 0; round < 200; ++round) raise(SIGUSR1);
  sigaction(SIGUSR1, &before, nullptr);
  sigaltstack(&old, nullptr);
}

ucontext_t g_main_context;
ucontext_t g_coroutine;
void Coroutine() {
  for (int round = 0; round < 100; ++round) {
    Descend(round % 5, [] { free(malloc(33)); });
    swapcontext(&g_coroutine, &g_main_context);
  }
}

TEST(StackEquality, OfCoroutines) {
  std::vector<char> stack(1 << 17);
  getcontext(&g_coroutine);
  g_coroutine.uc_stack.ss_sp = stack.data();
  g_coroutine.uc_stack.ss_size = stack.size();
  g_coroutine.uc_link = &g_main_context;
  makecontext(&g_coroutine, &Coroutine, 0);
  for (int round = 0; round < 100; ++round) {
    swapcontext(&g_main_context, &g_coroutine);
    std::string between(50, 'b');
    EXPECT_EQ(between.size(), 50u);
  }
}

__attribute__((noinline)) void WithRoomOnTheStack(std::size_t bytes) {
  char* const room = static_cast<char*>(__builtin_alloca(bytes));
  room[0] = 'r';
  free(malloc(bytes + static_cast<std::size_t>(room[0])));
}

TEST(StackEquality, OfFramesWhoseSizeIsKnownOnlyWhenTheyRun) {
  for (std::size_t round = 1; round < 500; ++round) WithRoomOnTheStack(round * 8);
}

TEST(StackEquality, OfPluginsThatComeAndGo) {
  for (int round = 0; round < 50; ++round) {
    void* const library = dlopen(MEMPROF_TEST_ALLOCATING_LIBRARY, RTLD_NOW | RTLD_LOCAL);
    ASSERT_NE(library, nullptr);
    std::string between(40, 'b');
    ASSERT_EQ(dlclose(library), 0);
  }
}

/// What a session does at the boundaries of a test.
class Boundaries : public testing::EmptyTestEventListener {
 public:
  void OnTestStart(const testing::TestInfo&) override { anchor_.OnTestStart(); }
  void OnTestEnd(const testing::TestInfo&) override { anchor_.OnTestEnd(); }

 private:
  StackAnchor anchor_;
};

/// When all tests are over.
class Judgement : public testing::Environment {
 public:
  void TearDown() override {
    const ComparedStacks seen = StacksComparedSoFar();
    std::cout << seen.compared << " stacks compared, " << seen.different << " different, "
              << seen.cut << " cut, " << seen.incomplete << " incomplete, at most "
              << seen.most_frames << " frames\n";
    EXPECT_EQ(seen.different, 0u) << seen.first;
    // A filter may have left most of them out.
    const testing::UnitTest& tests = *testing::UnitTest::GetInstance();
    if (tests.test_to_run_count() == tests.total_test_count()) {
      EXPECT_GT(seen.compared, 100000u);
    }
  }
};

}  // namespace
}  // namespace memprof

int main(int argc, char** argv) {
  setenv("MEMPROF_BENCH_SCALE", "1", 0);  // per cent of 43 million allocations
  if (!memprof::BeTraced(argv)) return 1;
  memprof::ObserveHeap();
  testing::InitGoogleTest(&argc, argv);
  testing::AddGlobalTestEnvironment(new memprof::Judgement);
  testing::UnitTest::GetInstance()->listeners().Append(new memprof::Boundaries);
  return RUN_ALL_TESTS();
}
