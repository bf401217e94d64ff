// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/unwind/stack_walk.h"

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <ucontext.h>

#include <thread>
#include <vector>

#include "gtest_plugin/record/format.h"
#include "tests/unit/unwind/call_paths.h"
#include "tests/unit/unwind/observer.h"

// Called without call-frame information, as hand-written assembler is.
extern "C" void MemprofCallWithoutCfi(void (*function)());
__asm__(
    ".text\n"
    "MemprofCallWithoutCfi:\n"
    "  subq $8, %rsp\n"
    "  call *%rdi\n"
    "  addq $8, %rsp\n"
    "  ret\n"
    "MemprofAfterCallWithoutCfi:\n"
    "  nop\n");

namespace memprof {
namespace {

struct Compiled {
  const char* name;
  const std::vector<CallPath>& (*paths)();
};

const Compiled kCompiled[] = {
    {"O0", PathsAtO0},
    {"O2", PathsAtO2},
    {"FramePointers", PathsWithFramePointers},
    {"Realigned", PathsWithRealignedStacks},
};

void ExpectSameAsLibgcc(const Observed& seen, const char* what) {
  EXPECT_GT(seen.stacks, 0) << what;
  EXPECT_EQ(seen.differences, 0) << what << ", ours and libgcc's:\n" << seen.first;
  EXPECT_EQ(seen.wrong_hits, 0) << what;
}

void RunAllPaths() {
  for (const Compiled& compiled : kCompiled) {
    for (const CallPath& path : compiled.paths()) path.run(Observe);
  }
}

class StackWalkOf : public testing::TestWithParam<Compiled> {};

TEST_P(StackWalkOf, EachPathIsWholeAndAsLibgccSeesIt) {
  for (const CallPath& path : GetParam().paths()) {
    BeginObserving();
    for (int i = 0; i < 3; ++i) path.run(Observe);
    const Observed seen = EndObserving();
    ExpectSameAsLibgcc(seen, path.name);
    EXPECT_EQ(seen.incomplete, 0) << path.name;
    EXPECT_EQ(seen.cut, 0) << path.name;
    // A frame of 3 MiB is farther than the memo's entries reach.
    const bool reachable = std::string(path.name) != "HugeFrame";
    EXPECT_EQ(seen.hits > 0, reachable) << path.name;
  }
}

INSTANTIATE_TEST_SUITE_P(Code, StackWalkOf, testing::ValuesIn(kCompiled),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(StackWalk, WorkerThreadsAreWhole) {
  Observed seen;
  std::thread([&seen] {
    BeginObserving();
    RunAllPaths();
    RunAllPaths();
    seen = EndObserving();
  }).join();
  ExpectSameAsLibgcc(seen, "thread");
  EXPECT_EQ(seen.incomplete, 0);
  EXPECT_GT(seen.hits, 0);
}

void OnSignal(int) { RunAllPaths(); }

/// Raises a signal whose handler runs all paths.
Observed ObserveInHandler(int flags) {
  struct sigaction action = {};
  struct sigaction before;
  action.sa_handler = OnSignal;
  action.sa_flags = flags;
  sigaction(SIGUSR1, &action, &before);
  BeginObserving();
  raise(SIGUSR1);
  raise(SIGUSR1);
  const Observed seen = EndObserving();
  sigaction(SIGUSR1, &before, nullptr);
  return seen;
}

TEST(StackWalk, SignalHandlersAreWholeDownToWhatTheyInterrupted) {
  const Observed seen = ObserveInHandler(0);
  ExpectSameAsLibgcc(seen, "handler");
  EXPECT_EQ(seen.incomplete, 0);
  EXPECT_GT(seen.hits, 0);
}

TEST(StackWalk, HandlersOnAnAlternateStackAreWhole) {
  constexpr size_t kBytes = 8 << 20;
  void* const memory =
      mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  const stack_t alternate = {memory, 0, kBytes};
  stack_t before;
  ASSERT_EQ(sigaltstack(&alternate, &before), 0);
  const Observed seen = ObserveInHandler(SA_ONSTACK);
  sigaltstack(&before, nullptr);
  munmap(memory, kBytes);
  ExpectSameAsLibgcc(seen, "alternate stack");
  EXPECT_EQ(seen.incomplete, 0);
  EXPECT_EQ(seen.hits, 0) << "nothing is to be kept of memory that may be unmapped";
}

constexpr long long kTrapFlag = 0x100;
volatile int g_steps_left;  // the handler's and the loop's that waits for it

/// After each instruction, until enough were seen.
void OnTrap(int, siginfo_t*, void* context) {
  Observe();
  g_steps_left = g_steps_left - 1;
  if (g_steps_left > 0) return;
  static_cast<ucontext_t*>(context)->uc_mcontext.gregs[REG_EFL] &= ~kTrapFlag;
}

/// Has the processor trap behind each instruction, this function's `ret` first.
void BeginSteps() {
  __asm__ volatile(
      "leaq -128(%%rsp), %%rsp\n\t"  // what the compiler may keep below the stack pointer
      "pushfq\n\t"
      "orq %0, (%%rsp)\n\t"
      "popfq\n\t"
      "leaq 128(%%rsp), %%rsp"
      :
      : "i"(kTrapFlag)
      : "cc", "memory");
}

TEST(StackWalk, CodeInterruptedAtAnyInstructionIsSeenAsLibgccSeesIt) {
  struct sigaction action = {};
  struct sigaction before;
  action.sa_sigaction = OnTrap;
  action.sa_flags = SA_SIGINFO;
  sigaction(SIGTRAP, &action, &before);
  constexpr int kStepsOfAPath = 300;
  for (const auto& paths : {PathsAtO0(), PathsAtO2(), PathsWithFramePointers()}) {
    // Not with realigned stacks: in their epilogues the compiler's rules are wrong for some
    // instructions, and libgcc's unwinder follows them to addresses that aren't there.
    for (const CallPath& path : paths) {
      static volatile int calls;
      const auto run = path.run;
      BeginObserving(false);
      g_steps_left = kStepsOfAPath;
      BeginSteps();
      run([] { calls = calls + 1; });
      while (g_steps_left > 0) calls = calls + 1;
      const Observed seen = EndObserving();
      EXPECT_GE(seen.stacks, kStepsOfAPath) << path.name;
      ExpectSameAsLibgcc(seen, path.name);
    }
  }
  sigaction(SIGTRAP, &before, nullptr);
}

ucontext_t g_main_context;
ucontext_t g_coroutine;

void RunCoroutine() { RunAllPaths(); }

TEST(StackWalk, CoroutinesEndAtTheirOwnOutermostFunction) {
  constexpr size_t kBytes = 8 << 20;
  void* const memory =
      mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  getcontext(&g_coroutine);
  g_coroutine.uc_stack.ss_sp = memory;
  g_coroutine.uc_stack.ss_size = kBytes;
  g_coroutine.uc_link = &g_main_context;
  makecontext(&g_coroutine, RunCoroutine, 0);
  BeginObserving();
  swapcontext(&g_main_context, &g_coroutine);
  const Observed seen = EndObserving();
  munmap(memory, kBytes);
  ExpectSameAsLibgcc(seen, "coroutine");
  EXPECT_EQ(seen.incomplete, 0);
}

TEST(StackWalk, CodeBoundLazilyIsWhole) {
  void* const library = dlopen(MEMPROF_TEST_LAZY_LIBRARY, RTLD_LAZY | RTLD_LOCAL);
  ASSERT_NE(library, nullptr) << dlerror();
  auto* const set = reinterpret_cast<void (*)(void (*)())>(dlsym(library, "SetLeaf"));
  auto* const call = reinterpret_cast<int (*)()>(dlsym(library, "CallChosen"));
  BeginObserving();
  set(Observe);
  call();
  const Observed seen = EndObserving();
  dlclose(library);
  FlushUnwindCaches();
  ExpectSameAsLibgcc(seen, "lazy binding");
  EXPECT_EQ(seen.incomplete, 0);
}

__attribute__((noinline)) int Dive(int levels) {
  if (levels == 0) {
    Observe();
    return 0;
  }
  const int below = Dive(levels - 1);
  __asm__ volatile("" : : "r"(&below) : "memory");  // or it becomes a loop
  return below + 1;
}

TEST(StackWalk, DeepRecursionIsCutAndSaysSo) {
  BeginObserving();
  EXPECT_EQ(Dive(200), 200);
  EXPECT_EQ(Dive(20000), 20000);
  const Observed seen = EndObserving();
  ExpectSameAsLibgcc(seen, "recursion");
  EXPECT_EQ(seen.cut, 2);
  EXPECT_EQ(seen.incomplete, 0);
  EXPECT_EQ(seen.most_frames, static_cast<int>(kMaxFrames));
}

void ObserveAndReturn() {
  Observe();
  __asm__ volatile("");
}

TEST(StackWalk, EndsAtCodeWithoutInformationAndSaysSo) {
  BeginObserving();
  MemprofCallWithoutCfi(ObserveAndReturn);
  const Observed seen = EndObserving();
  ExpectSameAsLibgcc(seen, "assembler");
  EXPECT_EQ(seen.incomplete, 1);
  EXPECT_EQ(seen.most_frames, 2);
}

}  // namespace
}  // namespace memprof
