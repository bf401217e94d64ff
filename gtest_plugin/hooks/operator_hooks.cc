// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "gtest_plugin/hooks/counted_block.h"
#include "gtest_plugin/hooks/heap_functions.h"
#include "gtest_plugin/hooks/hooks.h"

// C++'s operators new and delete, interposed for the sake of jemalloc, tcmalloc and mimalloc:
// theirs do not come through malloc and free, so without this they would go by uncounted. Where
// they are the C++ library's, or somebody's own, the call is passed on by a jump, which leaves no
// frame, and is counted in malloc. The C++ library's delete is free, and is jumped over unless the
// program replaces one of those that the others call.
//
//                      +-> the allocator's own: counted, then the allocator's; or as below, where
//                      |   the allocator's comes to malloc after all
//     new, delete -jmp-+-> any other new:       the next definition --> malloc
//                      +-> the library's delete: free
//
// They are defined under the names that the Itanium C++ ABI gives them: a definition in C++ would
// be taken for the compiler's own operator within this library too.

namespace memprof {
namespace {

using Nothrow = const void*;  // the address of std::nothrow
enum Alignment : size_t {};   // std::align_val_t

/// Who is there, as addresses of modules; null where there is none.
struct Modules {
  const void* us;
  const void* allocator;  ///< of the malloc behind us
  const void* library;    ///< C++'s
  /// Whether the program replaces none of the deletes that the library's others call.
  bool deletes_are_ours;
};

void ResolveOperators() noexcept;
void* NextOperator(const char* symbol) noexcept;
const void* ModuleOf(const void* function) noexcept;

// What an operator is tried with.
constexpr size_t kTriedBytes = 64;
inline size_t TriedArgument(size_t) { return kTriedBytes; }
inline Alignment TriedArgument(Alignment) { return Alignment{kTriedBytes}; }
inline Nothrow TriedArgument(Nothrow) { return &kTriedBytes; }

inline size_t AlignmentIn(Nothrow) { return 0; }
inline size_t AlignmentIn(Alignment alignment) { return alignment; }
inline bool IsNothrow(Nothrow) { return true; }
inline bool IsNothrow(Alignment) { return false; }

/// An operator new by the name of its symbol, and the types of what follows the size.
template <class Name, class... More>
struct New {
  using Function = void*(size_t, More...);
  static inline Function* next = nullptr;  ///< the definition behind us
  static void* First(size_t size, More... more) {
    ResolveOperators();
    return call(size, more...);
  }
  /// Where calls go. Constant-initialised: the first may come before any constructor.
  static inline constinit Function* call = &First;

  __attribute__((noinline)) static void* Counted(size_t size, More... more) {
    const CallerFrame from = FrameOfCaller();
    if (t_asking_size) return next(size, more...);
    ThreadTrace* const trace = TraceToAllocate(from);
    void* const block = next(size, more...);
    return block != nullptr ? Keep(trace, block, size, from) : nullptr;
  }
  /// Of a program without a C++ library, which nobody calls but code that has one to itself.
  static void* Alone(size_t size, More... more) {
    // Where it is a constant 0, Clang warns of the call that is not made.
    size_t alignment = (size_t{0} | ... | AlignmentIn(more));
    if (size == 0) size = 1;
    void* const block = alignment != 0 ? memalign(alignment, size) : malloc(size);
    if (block == nullptr && !(false || ... || IsNothrow(more))) abort();
    return block;
  }
  static void Find() {
    void* const found = NextOperator(Name::kText);
    memcpy(&next, &found, sizeof(next));
    __atomic_store_n(&call, found != nullptr ? next : &Alone, __ATOMIC_RELEASE);
  }
  static void* TryNext() { return next(kTriedBytes, TriedArgument(More{})...); }
};

/// As New, of the operator delete for what `Maker`, a New, makes.
template <class Name, class Maker, class... More>
struct Delete {
  using Function = void(void*, More...);
  static inline Function* next = nullptr;

  static void First(void* block, More... more) {
    ResolveOperators();
    call(block, more...);
  }
  static inline constinit Function* call = &First;

  static void Counted(void* block, More... more) {
    if (block != nullptr) Release(block);
    next(block, more...);
  }
  /// free, which does not see the arguments that a caller's registers hold beside the first.
  static Function* Free() {
    void (*const plain)(void*) = &free;
    Function* same;
    memcpy(&same, &plain, sizeof(same));
    return same;
  }
  static void Find(const Modules& modules) {
    void* const found = NextOperator(Name::kText);
    memcpy(&next, &found, sizeof(next));
    const bool is_free = ModuleOf(found) == modules.library && modules.deletes_are_ours;
    __atomic_store_n(&call, found == nullptr || is_free ? Free() : next, __ATOMIC_RELEASE);
  }
  /// Of what is the allocator's, counts those that do not come to malloc and free: some of
  /// jemalloc's do. The first try is not looked at, for allocators set themselves up in it.
  static void CountIfUnseen(const Modules& modules) {
    const auto is_allocators = [&](auto* function) {
      return function != nullptr &&
             ModuleOf(reinterpret_cast<const void*>(function)) == modules.allocator;
    };
    if (!is_allocators(Maker::next)) return;
    const bool is_pair = is_allocators(next);  // mimalloc has no delete that is nothrow
    const auto release = [is_pair](void* block) {
      is_pair ? next(block, TriedArgument(More{})...) : g_heap.free(block);
    };
    release(Maker::TryNext());
    const HeapTotals before = ReadHeapTotals();
    void* const block = Maker::TryNext();
    const HeapTotals between = ReadHeapTotals();
    release(block);
    const HeapTotals after = ReadHeapTotals();
    if (between.allocations == before.allocations) {
      __atomic_store_n(&Maker::call, &Maker::Counted, __ATOMIC_RELEASE);
    }
    if (is_pair && after.frees == between.frees) {
      __atomic_store_n(&call, &Counted, __ATOMIC_RELEASE);
    }
  }
};

}  // namespace
}  // namespace memprof

using memprof::Alignment;
using memprof::Nothrow;

// KIND(symbol, parameters, arguments, types of what follows the first parameter)
#define MEMPROF_OPERATORS(NEW, DELETE)                                                          \
  NEW(_Znwm, (size_t size), (size))                                                             \
  NEW(_Znam, (size_t size), (size))                                                             \
  NEW(_ZnwmRKSt9nothrow_t, (size_t size, Nothrow n), (size, n), Nothrow)                        \
  NEW(_ZnamRKSt9nothrow_t, (size_t size, Nothrow n), (size, n), Nothrow)                        \
  NEW(_ZnwmSt11align_val_t, (size_t size, Alignment a), (size, a), Alignment)                   \
  NEW(_ZnamSt11align_val_t, (size_t size, Alignment a), (size, a), Alignment)                   \
  NEW(_ZnwmSt11align_val_tRKSt9nothrow_t, (size_t size, Alignment a, Nothrow n), (size, a, n),  \
      Alignment, Nothrow)                                                                       \
  NEW(_ZnamSt11align_val_tRKSt9nothrow_t, (size_t size, Alignment a, Nothrow n), (size, a, n),  \
      Alignment, Nothrow)                                                                       \
  DELETE(_ZdlPv, (void* block), (block), Of_Znwm)                                               \
  DELETE(_ZdaPv, (void* block), (block), Of_Znam)                                               \
  DELETE(_ZdlPvm, (void* block, size_t size), (block, size), Of_Znwm, size_t)                   \
  DELETE(_ZdaPvm, (void* block, size_t size), (block, size), Of_Znam, size_t)                   \
  DELETE(_ZdlPvRKSt9nothrow_t, (void* block, Nothrow n), (block, n), Of_ZnwmRKSt9nothrow_t,     \
         Nothrow)                                                                               \
  DELETE(_ZdaPvRKSt9nothrow_t, (void* block, Nothrow n), (block, n), Of_ZnamRKSt9nothrow_t,     \
         Nothrow)                                                                               \
  DELETE(_ZdlPvSt11align_val_t, (void* block, Alignment a), (block, a), Of_ZnwmSt11align_val_t, \
         Alignment)                                                                             \
  DELETE(_ZdaPvSt11align_val_t, (void* block, Alignment a), (block, a), Of_ZnamSt11align_val_t, \
         Alignment)                                                                             \
  DELETE(_ZdlPvmSt11align_val_t, (void* block, size_t size, Alignment a), (block, size, a),     \
         Of_ZnwmSt11align_val_t, size_t, Alignment)                                             \
  DELETE(_ZdaPvmSt11align_val_t, (void* block, size_t size, Alignment a), (block, size, a),     \
         Of_ZnamSt11align_val_t, size_t, Alignment)                                             \
  DELETE(_ZdlPvSt11align_val_tRKSt9nothrow_t, (void* block, Alignment a, Nothrow n),            \
         (block, a, n), Of_ZnwmSt11align_val_tRKSt9nothrow_t, Alignment, Nothrow)               \
  DELETE(_ZdaPvSt11align_val_tRKSt9nothrow_t, (void* block, Alignment a, Nothrow n),            \
         (block, a, n), Of_ZnamSt11align_val_tRKSt9nothrow_t, Alignment, Nothrow)

#define MEMPROF_DEFINE(kind, result, symbol, parameters, arguments, ...) \
  namespace {                                                            \
  struct NameOf##symbol {                                                \
    static constexpr const char* kText = #symbol;                        \
  };                                                                     \
  using Of##symbol = kind<NameOf##symbol __VA_OPT__(, ) __VA_ARGS__>;    \
  }                                                                      \
  MEMPROF_EXPORT result symbol parameters { return Of##symbol::call arguments; }
#define MEMPROF_DEFINE_NEW(symbol, ...) MEMPROF_DEFINE(memprof::New, void*, symbol, __VA_ARGS__)
#define MEMPROF_DEFINE_DELETE(symbol, ...) \
  MEMPROF_DEFINE(memprof::Delete, void, symbol, __VA_ARGS__)
MEMPROF_OPERATORS(MEMPROF_DEFINE_NEW, MEMPROF_DEFINE_DELETE)

namespace memprof {
namespace {

const void* ModuleOf(const void* function) noexcept {
  Dl_info info;
  return function != nullptr && dladdr(function, &info) != 0 ? info.dli_fbase : nullptr;
}

/// The definition behind us; also that of a C++ library which was loaded for a plug-in alone.
void* NextOperator(const char* symbol) noexcept {
  void* next = NextSymbol(symbol);
  static const char* const kLibraries[] = {"libstdc++.so.6", "libc++abi.so.1"};
  for (const char* library : kLibraries) {
    if (next != nullptr) return next;
    void* const handle = dlopen(library, RTLD_LAZY | RTLD_NOLOAD);
    if (handle == nullptr) continue;
    next = dlsym(handle, symbol);
    dlclose(handle);
  }
  if (next == nullptr) dlerror();
  return next;
}

void ResolveOperators() noexcept {
  const int saved = errno;
  ResolveHeapFunctions();
  Modules modules;
  modules.us = ModuleOf(reinterpret_cast<const void*>(&ResolveOperators));
  modules.allocator = ModuleOf(reinterpret_cast<const void*>(g_heap.malloc));
  // By a name that only the C++ library has.
  modules.library = ModuleOf(NextOperator("__cxa_guard_acquire"));
  modules.deletes_are_ours = true;
  static const char* const kCalled[] = {"_ZdlPv", "_ZdaPv", "_ZdlPvSt11align_val_t",
                                        "_ZdaPvSt11align_val_t"};
  for (const char* symbol : kCalled) {
    const bool is_ours = ModuleOf(dlsym(RTLD_DEFAULT, symbol)) == modules.us;
    modules.deletes_are_ours = modules.deletes_are_ours && is_ours;
  }
#define MEMPROF_FIND_NEW(symbol, ...) Of##symbol::Find();
#define MEMPROF_FIND_DELETE(symbol, ...) Of##symbol::Find(modules);
#define MEMPROF_COUNT(symbol, ...) Of##symbol::CountIfUnseen(modules);
#define MEMPROF_NOTHING(...)
  MEMPROF_OPERATORS(MEMPROF_FIND_NEW, MEMPROF_FIND_DELETE)
  // With a sanitizer before us nobody calls these, and the allocator behind us is half replaced.
  const uint64_t before = ReadHeapTotals().allocations;
  free(malloc(kTriedBytes));
  if (ReadHeapTotals().allocations != before) {
    MEMPROF_OPERATORS(MEMPROF_NOTHING, MEMPROF_COUNT)
  }
  errno = saved;
}

// Early, for dlsym may not be called wherever an operator may.
__attribute__((constructor(101))) void ResolveAtLoad() { ResolveOperators(); }

}  // namespace
}  // namespace memprof
