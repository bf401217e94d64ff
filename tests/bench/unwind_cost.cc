// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
//
// What a stack costs: by libgcc's unwinder, by ours, and by the memo. Nanoseconds a stack, the
// least of some rounds, over stacks of several depths that end in libstdc++ and libc like real
// ones.

#include <sys/mman.h>
#include <time.h>
#include <unwind.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <vector>

#include "gtest_plugin/unwind/stack_memo.h"
#include "gtest_plugin/unwind/stack_walk.h"

namespace {

using memprof::CallerFrame;
using memprof::FrameOfCaller;
using memprof::StackMemo;

enum class Method { kNothing, kLibgcc, kWalk, kWalkWithWords, kMemo };

Method g_method;
StackMemo* g_memo;
uint64_t g_calls;
uint64_t g_frames;
uint64_t g_misses;

struct Trace {
  uintptr_t pcs[memprof::kMaxFrames];
  uint32_t frames;
};

_Unwind_Reason_Code OnFrame(_Unwind_Context* context, void* data) {
  auto* const trace = static_cast<Trace*>(data);
  if (trace->frames == memprof::kMaxFrames) return _URC_END_OF_STACK;
  trace->pcs[trace->frames++] = _Unwind_GetIP(context);
  return _URC_NO_REASON;
}

/// What a hooked function does.
__attribute__((noinline)) void Hook() {
  const CallerFrame from = FrameOfCaller();
  ++g_calls;
  Trace trace;
  trace.frames = 0;
  memprof::StackWords words;
  switch (g_method) {
    case Method::kNothing:
      break;
    case Method::kLibgcc:
      _Unwind_Backtrace(OnFrame, &trace);
      break;
    case Method::kWalk:
      trace.frames = memprof::WalkStack(from, trace.pcs).frames;
      break;
    case Method::kWalkWithWords:
      trace.frames = memprof::WalkStack(from, trace.pcs, &words).frames;
      break;
    case Method::kMemo:
      if (const StackMemo::Entry* const entry = g_memo->Find(from)) {
        trace.frames = entry->user.stack;
        break;
      }
      ++g_misses;
      trace.frames = memprof::WalkStack(from, trace.pcs, &words).frames;
      g_memo->Insert(from, words, {nullptr, trace.frames});
      break;
  }
  g_frames += trace.frames;
}

int Compare(const void* a, const void* b) {
  Hook();
  return *static_cast<const int*>(a) - *static_cast<const int*>(b);
}

__attribute__((noinline)) int Deeper(int levels, const std::function<void()>& leaf) {
  if (levels == 0) {
    leaf();
    return 1;
  }
  const int below = Deeper(levels - 1, leaf);
  __asm__ volatile("" : : "r"(below));  // else the compiler makes it a loop
  return below + 1;
}

void Work() {
  std::vector<int> numbers;
  for (int i = 0; i < 64; ++i) numbers.push_back(i);
  const std::function<void()> sorts = [&numbers] {
    for (const int& number : numbers) {
      std::bsearch(&number, numbers.data(), numbers.size(), sizeof(int), Compare);
    }
    std::vector<int> copy = numbers;
    std::sort(copy.begin(), copy.end(), [](int a, int b) {
      Hook();
      return a < b;
    });
  };
  for (int levels = 4; levels < 10; ++levels) Deeper(levels, sorts);
}

double Now() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

/// Nanoseconds a call of Hook.
double Measure(Method method, int repeats) {
  g_method = method;
  Work();
  double least = 1e18;
  for (int round = 0; round < 7; ++round) {
    g_calls = g_frames = g_misses = 0;
    const double start = Now();
    for (int i = 0; i < repeats; ++i) Work();
    least = std::min(least, (Now() - start) / static_cast<double>(g_calls));
  }
  return least;
}

}  // namespace

int main() {
  g_memo = static_cast<StackMemo*>(
      mmap(nullptr, sizeof(StackMemo), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  const double nothing = Measure(Method::kNothing, 200);
  std::printf("%-18s %8s %8s %8s\n", "method", "ns", "frames", "misses");
  const struct {
    const char* name;
    Method method;
    int repeats;
  } rows[] = {
      {"libgcc", Method::kLibgcc, 5},
      {"walk", Method::kWalk, 100},
      {"walk with words", Method::kWalkWithWords, 100},
      {"memo", Method::kMemo, 200},
  };
  for (const auto& row : rows) {
    const double ns = Measure(row.method, row.repeats) - nothing;
    std::printf("%-18s %8.1f %8.1f %7.4f%%\n", row.name, ns,
                static_cast<double>(g_frames) / static_cast<double>(g_calls),
                100.0 * static_cast<double>(g_misses) / static_cast<double>(g_calls));
  }
}
