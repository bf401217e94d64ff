// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/programs/pairs_calls.h"

#include <csetjmp>
#include <stdexcept>
#include <thread>
#include <vector>

#include "tests/programs/pairs_library.h"

// Compiled in several ways, for each finds the library's functions by another kind of relocation.
namespace {

std::vector<Figure*>& Kept() {
  static std::vector<Figure*> kept;
  return kept;
}

void Keep(Figure* figure) { Kept().push_back(figure); }

void Check(bool is_so, const char* what) {
  if (!is_so) throw std::logic_error(what);
}

void LeaksOne() { Keep(figure_new(1)); }

void ReleasesAll() {
  figure_free(figure_new(2));
  figure_free(nullptr);
}

void LeaksAReference() {
  Figure* const figure = figure_reference(figure_new(3));
  figure_free(figure);
  Keep(figure);
}

void ReleasesEachReference() {
  Figure* const figure = figure_reference(figure_new(3));
  figure_free(figure);
  figure_free(figure);
}

void LeaksANamedOne() {
  Keep(figure_named("dfdfdfdfdfdfdfdf", 1, 0.5, 2, 0.25, 3, 0.125, 4, 1.5, 5, 2.5, 6, 3.5, 7, 4.5,
                    8, 5.5));
  Check(Kept().back()->sum == 54.375, "variadic arguments");
}

void LeaksALargeOne() {
  Points first = {};
  Points second = {};
  for (int i = 0; i < 32; ++i) first.at[i] = i;
  for (int i = 0; i < 32; ++i) second.at[i] = 100 * i;
  Keep(figure_of(first, 1, 2, 3, 4, 5, 6, 7, 0.5, second));
  Check(Kept().back()->sum == 496 + 28 + 0.5 + 49600, "arguments on the stack");
}

void FailsToMakeOne() { Check(figure_or_null(true) == nullptr, "result"); }

void IsThrownThrough() {
  bool was_thrown = false;
  try {
    figure_or_throw(true);
  } catch (const std::runtime_error&) {
    was_thrown = true;
  }
  Check(was_thrown, "exception");
  figure_free(figure_or_throw(false));
}

void IsJumpedOver() {
  std::jmp_buf here;
  if (setjmp(here) == 0) {
    figure_or_jump(&here);
    Check(false, "longjmp");
  }
  figure_free(figure_or_jump(nullptr));
}

void LeaksAWrappedOne() { Keep(figure_wrapped(4)); }

void ReleasesAWrappedOne() { figure_free(figure_wrapped(5)); }

void OpensIntoAPointer() {
  Figure* figure = nullptr;
  Check(figure_open("figure", 1.25, &figure) == 2.5, "floating-point result");
  Check(figure->sum == 6, "pointer");
  Keep(figure);
}

void OpensByResult() {
  Figure* figure = nullptr;
  Check(figure_open_result(true, &figure) == 7, "result");
  Check(figure_open_result(false, &figure) == 0, "result");
  Check(figure_close(figure) == 0, "result");
}

void IsTooBusyToClose() {
  Figure* figure = nullptr;
  figure_open_result(false, &figure);
  figure->is_busy = true;
  Check(figure_close(figure) == 5, "result");
  Keep(figure);
}

void ClearsThePointer() {
  Figure* figure = figure_new(6);
  figure_clear(&figure);
  Check(figure == nullptr, "pointer");
}

void KeepsOneWithin() { figure_within(); }

void CallsByPointers() {
  static Figure* (*const make)(int) = &figure_new;
  static void (*const end)(Figure*) = &figure_free;
  end(make(7));
  Keep(make(8));
}

void CallsOnThreads() {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([] {
      for (int each = 0; each < 1000; ++each) figure_free(figure_reference(figure_new(each)));
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace

const PairedCall kPairedCalls[] = {
    {"LeaksOne", 1, &LeaksOne},
    {"ReleasesAll", 0, &ReleasesAll},
    {"LeaksAReference", 1, &LeaksAReference},
    {"ReleasesEachReference", 0, &ReleasesEachReference},
    {"LeaksANamedOne", 1, &LeaksANamedOne},
    {"LeaksALargeOne", 1, &LeaksALargeOne},
    {"FailsToMakeOne", 0, &FailsToMakeOne},
    {"IsThrownThrough", 0, &IsThrownThrough},
    {"IsJumpedOver", 0, &IsJumpedOver},
    {"LeaksAWrappedOne", 1, &LeaksAWrappedOne},
    {"ReleasesAWrappedOne", 0, &ReleasesAWrappedOne},
    {"OpensIntoAPointer", 1, &OpensIntoAPointer},
    {"OpensByResult", 0, &OpensByResult},
    {"IsTooBusyToClose", 1, &IsTooBusyToClose},
    {"ClearsThePointer", 0, &ClearsThePointer},
    {"KeepsOneWithin", 0, &KeepsOneWithin},
    {"CallsByPointers", 1, &CallsByPointers},
    {"CallsOnThreads", 4000, &CallsOnThreads},
};
const int kPairedCallCount = static_cast<int>(sizeof(kPairedCalls) / sizeof(kPairedCalls[0]));
