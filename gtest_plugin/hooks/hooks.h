// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_HOOKS_HOOKS_H_
#define MEMPROF_GTEST_PLUGIN_HOOKS_HOOKS_H_

#include <stddef.h>
#include <stdint.h>

/// The seam between the interposed functions and the tracker. The hooks know how to reach the
/// real functions and when to speak; the tracker knows what it means. Everything here may be
/// called on any thread, before constructors and after destructors, must not allocate, throw or
/// change errno.
///
/// The two calls of the hot path, OnAllocate and OnFree, are inline in tracker/counters.h.
namespace memprof {

/// A call that may have changed the set of open descriptors was made.
void OnDescriptorCall() noexcept;

/// A thread was created.
void OnThreadCreate() noexcept;

/// A call opened `fd`, or closes [first, last]; in addition to OnDescriptorCall. `origin` is
/// OriginHere's. A close must be told before the real call.
void OnOpened(int fd, uint32_t origin) noexcept;
void OnClose(unsigned first, unsigned last) noexcept;

/// The calling thread begins to run; `origin` is that of its creation, from OriginHere.
void OnThreadStart(uint32_t origin) noexcept;

/// [begin, begin + length) was mapped, by mmap or mremap. Must be called after the real call.
void OnMap(void* begin, size_t length, uint32_t origin) noexcept;

/// [begin, begin + length) is to be unmapped. Must be called before the real call: afterwards
/// another thread may be handed the same addresses, and its OnMap would come first.
void OnUnmap(void* begin, size_t length) noexcept;

/// GoogleTest's streaming listener wrote `count` bytes: see stream_hooks.cc.
void OnStreamWrite(const char* bytes, size_t count) noexcept;

/// The number under which a full trace knows who calls, 0 without one. In hooks.h's terms the
/// frame of the hook's caller: see unwind/stack_walk.h.
struct CallerFrame;
uint32_t OriginHere(const CallerFrame& from) noexcept;

/// Before and after a library may be unloaded.
void OnUnload() noexcept;

/// The definition that `name` would have without us, or null; dlerror has nothing to say of it.
void* NextSymbol(const char* name) noexcept;

}  // namespace memprof

#define MEMPROF_EXPORT extern "C" __attribute__((visibility("default")))

#endif  // MEMPROF_GTEST_PLUGIN_HOOKS_HOOKS_H_
