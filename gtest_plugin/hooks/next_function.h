// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_HOOKS_NEXT_FUNCTION_H_
#define MEMPROF_GTEST_PLUGIN_HOOKS_NEXT_FUNCTION_H_

namespace memprof {

/// The definition that a hooked name would have without us, as a constant-initialised variable in
/// a table that the linker gathers:
///
///     MEMPROF_NEXT_FUNCTION(next, "close");
///     auto* real = Next<int (*)(int)>(&next);      // null where libc has no such function
///
/// All of the table is looked up when the library is loaded. Doing so at the first call would be
/// too late: `close` is called in signal handlers and between vfork and exec, where dlsym may not
/// be, and dlsym forgets the error that the program has not yet asked dlerror for.
struct NextFunction {
  void* address;
  const char* name;
};

#define MEMPROF_NEXT_FUNCTION(variable, symbol)                                              \
  __attribute__((section("memprof_next"), used)) static ::memprof::NextFunction variable = { \
      nullptr, symbol}

/// Looks the function up; for calls that come before the library's constructors.
void* FindNext(NextFunction* next) noexcept;

template <class Function>
Function Next(NextFunction* next) noexcept {
  void* address = __atomic_load_n(&next->address, __ATOMIC_RELAXED);
  if (__builtin_expect(address == nullptr, 0)) address = FindNext(next);
  return reinterpret_cast<Function>(address);
}

}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_HOOKS_NEXT_FUNCTION_H_
