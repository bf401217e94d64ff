// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_DETAIL_TRACKER_ACCESS_H_
#define MEMPROF_DETAIL_TRACKER_ACCESS_H_

#include <cstring>

#include "memprof/tracker.h"

/// How memprof/gtest.h finds what may be in the process and need not be. Private to it.
namespace memprof {
namespace detail {

using LeakCheckSwitch = void (*)();

#if defined(__linux__) && (defined(__GNUC__) || defined(__clang__))

// References that may stay unresolved, under names of their own, so that the program's own uses of
// these functions are not made weak. `dlsym` finds what was preloaded; it is not in a program that
// is linked with -static, nor with an older glibc without -ldl, and then the other three find what
// was linked.
__attribute__((weakref("dlsym"))) static void* WeakDlsym(void*, const char*);
__attribute__((weakref("memprof_tracker_of"))) static const memprof_tracker* WeakTrackerOf(
    std::uint32_t);
__attribute__((weakref("__lsan_disable"))) static void WeakLeakCheckDisable();
__attribute__((weakref("__lsan_enable"))) static void WeakLeakCheckEnable();

/// The function `name` of this process, or null; `linked` is what the linker knows of it.
template <class Function>
Function* Find(const char* name, Function* linked) noexcept {
  if (&WeakDlsym == nullptr) return linked;
  void* const found = WeakDlsym(nullptr, name);  // RTLD_DEFAULT of glibc and musl
  if (found == nullptr) return linked;
  Function* function = nullptr;
  std::memcpy(&function, &found, sizeof(function));
  return function;
}

inline const memprof_tracker* FindTracker() noexcept {
  const auto tracker_of = Find("memprof_tracker_of", &WeakTrackerOf);
  return tracker_of != nullptr ? tracker_of(MEMPROF_TRACKER_VERSION) : nullptr;
}
inline LeakCheckSwitch FindLeakCheckDisable() noexcept {
  return Find("__lsan_disable", &WeakLeakCheckDisable);
}
inline LeakCheckSwitch FindLeakCheckEnable() noexcept {
  return Find("__lsan_enable", &WeakLeakCheckEnable);
}

#else

inline const memprof_tracker* FindTracker() noexcept { return nullptr; }
inline LeakCheckSwitch FindLeakCheckDisable() noexcept { return nullptr; }
inline LeakCheckSwitch FindLeakCheckEnable() noexcept { return nullptr; }

#endif

/// What is in this process.
struct Found {
  /// Null where libmemprof.so is not, or is told to keep still.
  const memprof_tracker* tracker = FindTracker();
  /// LeakSanitizer's; both or none.
  LeakCheckSwitch disable_leak_check = FindLeakCheckDisable();
  LeakCheckSwitch enable_leak_check = FindLeakCheckEnable();
};

/// Looked for once: a library that is loaded later has no hooks in place, and counts nothing.
inline const Found& LookUp() noexcept {
  static const Found found;
  return found;
}

/// Before `main`: a search in vain leaves a message for dlerror on the heap, which would be the
/// first test's.
template <class Unused>
struct LookedUpEarly {
  static const bool value;
};
template <class Unused>
const bool LookedUpEarly<Unused>::value = (LookUp(), true);

inline const Found& Here() noexcept {
  static_cast<void>(&LookedUpEarly<void>::value);
  return LookUp();
}
inline const memprof_tracker* Tracker() noexcept { return Here().tracker; }

}  // namespace detail
}  // namespace memprof

#endif  // MEMPROF_DETAIL_TRACKER_ACCESS_H_
