// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/unwind/call_paths.h"

#include <alloca.h>
#include <link.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unwind.h>

#include <algorithm>
#include <functional>
#include <future>
#include <iomanip>
#include <locale>
#include <map>
#include <memory>
#include <mutex>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <string>

// Compiled several times, with MEMPROF_PATHS the name of the function to define.

namespace memprof {
namespace {

using Leaf = void (*)();
Leaf g_leaf;

#define NOINLINE __attribute__((noinline, noclone))

/// Behind a call, so that the call is not made a jump.
NOINLINE void Pin(const void* address) { __asm__ volatile("" : : "r"(address) : "memory"); }

NOINLINE void Direct(Leaf leaf) {
  leaf();
  Pin(&leaf);
}

NOINLINE int Recurse(int levels, Leaf leaf) {
  if (levels == 0) {
    leaf();
    return 0;
  }
  return Recurse(levels - 1, leaf) + 1;
}

void Recursion(Leaf leaf) {
  for (int levels : {1, 7, 30}) Pin(reinterpret_cast<void*>(Recurse(levels, leaf)));
}

int CompareInts(const void* a, const void* b) {
  g_leaf();
  return *static_cast<const int*>(a) - *static_cast<const int*>(b);
}

void SortedByLibc(Leaf leaf) {
  g_leaf = leaf;
  int numbers[20];
  for (int i = 0; i < 20; ++i) numbers[i] = (i * 7) % 20;
  qsort(numbers, 20, sizeof(int), CompareInts);
  const int key = 3;
  Pin(bsearch(&key, numbers, 20, sizeof(int), CompareInts));
}

void SortedByTemplates(Leaf leaf) {
  std::vector<int> numbers;
  for (int i = 0; i < 40; ++i) numbers.push_back((i * 7) % 40);
  std::sort(numbers.begin(), numbers.end(), [leaf](int a, int b) {
    leaf();
    return a < b;
  });
  std::stable_sort(numbers.begin(), numbers.end(), [leaf](int a, int b) {
    leaf();
    return a > b;
  });
}

void MapWithComparator(Leaf leaf) {
  const auto less = [leaf](const std::string& a, const std::string& b) {
    leaf();
    return a < b;
  };
  std::map<std::string, int, decltype(less)> map(less);
  for (int i = 0; i < 10; ++i)
    map["a key that is longer than fits inline " + std::to_string(i)] = i;
}

void NestedFunctions(Leaf leaf) {
  std::function<void()> inner = leaf;
  for (int i = 0; i < 5; ++i) inner = [inner] { inner(); };
  inner();
  std::packaged_task<void()> task(inner);
  task();
  std::once_flag once;
  std::call_once(once, inner);
}

class ObservedBuffer : public std::streambuf {
 public:
  explicit ObservedBuffer(Leaf leaf) : leaf_(leaf) {}

 private:
  int_type overflow(int_type c) override {
    leaf_();
    return c;
  }
  std::streamsize xsputn(const char*, std::streamsize count) override {
    leaf_();
    return count;
  }
  Leaf leaf_;
};

class Grouping : public std::numpunct<char> {
 public:
  explicit Grouping(Leaf leaf) : leaf_(leaf) {}

 private:
  std::string do_grouping() const override {
    leaf_();
    return "\3";
  }
  Leaf leaf_;
};

void StreamsAndLocales(Leaf leaf) {
  ObservedBuffer buffer(leaf);
  std::ostream stream(&buffer);
  stream.imbue(std::locale(std::locale::classic(), new Grouping(leaf)));
  stream << 1234567 << ' ' << std::setw(30) << 3.25 << std::string("text") << std::endl;
  std::istringstream in("12 words of text that is longer than fits inline");
  int number;
  std::string word;
  in >> number >> word;
  std::getline(in, word);
}

void RegularExpressions(Leaf) {
  const std::regex expression("(a|b)*c([0-9]+)x?");
  std::smatch match;
  const std::string text = "ababababababc12345x";
  Pin(reinterpret_cast<void*>(std::regex_match(text, match, expression)));
}

NOINLINE void WithAlloca(size_t bytes, Leaf leaf) {
  void* const block = alloca(bytes);
  Pin(block);
  leaf();
  Pin(block);
}

NOINLINE void WithAlignedLocals(size_t bytes, Leaf leaf) {
  alignas(64) double values[8] = {};
  void* const block = alloca(bytes);
  Pin(block);
  Pin(values);
  leaf();
  Pin(values);
}

NOINLINE void WithAlignedLocalsAlone(Leaf leaf) {
  alignas(32) double values[8] = {};
  Pin(values);
  leaf();
  Pin(values);
}

void OddFrames(Leaf leaf) {
  for (size_t bytes : {8, 100, 5000}) {
    WithAlloca(bytes, leaf);
    WithAlignedLocals(bytes, leaf);
  }
  WithAlignedLocalsAlone(leaf);
}

NOINLINE void HugeFrame(Leaf leaf) {
  char block[3 << 20];
  Pin(block);
  leaf();
  Pin(block);
}

jmp_buf g_return;

[[noreturn]] NOINLINE void LeaveByJump(Leaf leaf) {
  leaf();
  longjmp(g_return, 1);
}

// Its call is its last instruction: the return address belongs to the function behind it.
NOINLINE void CallsLast(Leaf leaf) {
  Pin(&leaf);
  LeaveByJump(leaf);
}

void CallsThatDoNotReturn(Leaf leaf) {
  if (setjmp(g_return) == 0) CallsLast(leaf);
}

NOINLINE void TailCalled(Leaf leaf) {
  Pin(&leaf);
  leaf();
}
NOINLINE void TailCalls(Leaf leaf) {
  Pin(nullptr);
  return TailCalled(leaf);
}

struct CallsInDestructor {
  Leaf leaf;
  ~CallsInDestructor() { leaf(); }
};

void Exceptions(Leaf leaf) {
  try {
    const CallsInDestructor guard{leaf};
    throw std::runtime_error("a text that is longer than fits inline, so that it is allocated");
  } catch (const std::exception& error) {
    leaf();
  }
}

_Unwind_Reason_Code Stop(int, _Unwind_Action, _Unwind_Exception_Class, _Unwind_Exception*,
                         _Unwind_Context*, void*) {
  g_leaf();
  longjmp(g_return, 1);
}

// The unwinder's own frames keep all registers, in libgcc as well as here.
void ForcedUnwind(Leaf leaf) {
  g_leaf = leaf;
  static _Unwind_Exception exception;
  if (setjmp(g_return) == 0) _Unwind_ForcedUnwind(&exception, Stop, nullptr);
}

ssize_t OnWrite(void*, const char*, size_t size) {
  g_leaf();
  return static_cast<ssize_t>(size);
}

int OnModule(dl_phdr_info*, size_t, void*) {
  g_leaf();
  return 1;
}

void CallbacksOfLibc(Leaf leaf) {
  g_leaf = leaf;
  FILE* const file = fopencookie(nullptr, "w", {nullptr, OnWrite, nullptr, nullptr});
  fprintf(file, "%s %d %g\n", "text", 7, 2.5);
  fclose(file);
  dl_iterate_phdr(OnModule, nullptr);
}

struct Base {
  virtual ~Base() = default;
  virtual void Call(Leaf leaf) = 0;
};
struct Left : virtual Base {};
struct Bottom : Left {
  NOINLINE void Call(Leaf leaf) override {
    leaf();
    Pin(this);
  }
};

void VirtualCalls(Leaf leaf) {
  const std::shared_ptr<Base> object = std::make_shared<Bottom>();
  object->Call(leaf);
  (object.get()->*&Base::Call)(leaf);
}

}  // namespace

const std::vector<CallPath>& MEMPROF_PATHS() {
  static const std::vector<CallPath> paths = {
      {"Direct", Direct},
      {"Recursion", Recursion},
      {"SortedByLibc", SortedByLibc},
      {"SortedByTemplates", SortedByTemplates},
      {"MapWithComparator", MapWithComparator},
      {"NestedFunctions", NestedFunctions},
      {"StreamsAndLocales", StreamsAndLocales},
      {"RegularExpressions", RegularExpressions},
      {"OddFrames", OddFrames},
      {"HugeFrame", HugeFrame},
      {"CallsThatDoNotReturn", CallsThatDoNotReturn},
      {"TailCalls", TailCalls},
      {"Exceptions", Exceptions},
      {"ForcedUnwind", ForcedUnwind},
      {"CallbacksOfLibc", CallbacksOfLibc},
      {"VirtualCalls", VirtualCalls},
  };
  return paths;
}

}  // namespace memprof
