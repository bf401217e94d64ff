// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/snapshot/thread_areas.h"

#include "gtest_plugin/snapshot/thread_pointers.h"

namespace memprof {
namespace {

constexpr uint64_t kPage = 4096;
constexpr uint64_t kDescriptionBytes = 2304;  // sizeof(struct pthread) of glibc 2.36; others differ
constexpr uint64_t kRedZone = 128;            // below sp, and yet the function's

// By the ABI's two variants of thread-local storage (Drepper, "ELF Handling For Thread-Local
// Storage", section 3): where struct pthread lies, and the pointer to the dynamic thread vector.
#if defined(__x86_64__)
constexpr uint64_t kDescriptionBefore = 0;  // of the thread pointer
constexpr uint64_t kVectorPlace = 8;
#else
constexpr uint64_t kDescriptionBefore = kDescriptionBytes;
constexpr uint64_t kVectorPlace = 0;
#endif

// struct pthread has the begin and the size of the thread's stack side by side, at a place that is
// glibc's secret. No other two words there span the thread pointer.
MemoryRange FindStackBlock(const ProcessMaps& maps, uint64_t thread_pointer) {
  constexpr uint64_t kMostBytes = uint64_t{1} << 40;
  const uint64_t begin = thread_pointer - kDescriptionBefore;
  for (uint64_t at = begin; at < begin + kDescriptionBytes; at += 8) {
    uint64_t low;
    uint64_t bytes;
    if (!maps.ReadWord(at, &low) || !maps.ReadWord(at + 8, &bytes)) break;
    if (bytes < kDescriptionBytes || bytes > kMostBytes || low >= begin) continue;
    const uint64_t end = low + bytes;
    if (end > thread_pointer && end < thread_pointer + kDescriptionBytes + 16 * kPage) {
      return {low, end};
    }
  }
  return {0, 0};
}

void FindUsual(const ScanPlan& plan, uint64_t thread_pointer, ThreadStack* stack) {
  const Mapping* const mapping = plan.maps.Find(thread_pointer);
  if (mapping == nullptr || !mapping->is_readable) return;
  MemoryRange block = FindStackBlock(plan.maps, thread_pointer);
  if (block.end == 0) {
    const uint64_t end = thread_pointer - kDescriptionBefore + kDescriptionBytes;
    block = {mapping->begin, (end + kPage - 1) & ~(kPage - 1)};
  }
  // The guard at its low end is a mapping of its own.
  const uint64_t low = block.begin > mapping->begin ? block.begin : mapping->begin;
  stack->whole = {low, block.end};
  stack->usual = {low, thread_pointer - kDescriptionBefore};
}

void FindMainStack(const ScanPlan& plan, ThreadStack* stack) {
  for (const Mapping& mapping : plan.maps) {
    if (mapping.kind != Mapping::kMainStack) continue;
    if (stack->usual.end == 0) stack->usual.begin = mapping.begin;
    stack->usual.end = mapping.end;
  }
  stack->whole = stack->usual;
}

}  // namespace

ThreadStack FindThreadStack(const ScanPlan& plan, const StoppedThread& thread) noexcept {
  ThreadStack stack = {};
  if (thread.tid == plan.owner) {
    FindMainStack(plan, &stack);
  } else if (thread.thread_pointer != 0) {
    FindUsual(plan, thread.thread_pointer, &stack);
  }
  stack.live = stack.usual;
  if (thread.state == record::kThreadUnparked || thread.sp == 0) return stack;
  // The caller has called us, so that nothing of its lies below.
  const uint64_t sp = thread.sp & ~uint64_t{7};
  const uint64_t lowest = thread.state == record::kThreadCaller ? sp : sp - kRedZone;
  if (sp >= stack.usual.begin && sp < stack.usual.end) {
    stack.live.begin = lowest > stack.usual.begin ? lowest : stack.usual.begin;
    return stack;
  }
  stack.is_elsewhere = true;
  stack.live = {0, 0};
  BlockIndex::Target target;
  if (plan.blocks.FindBlock(sp, &target) && target.weak == 0) {
    const uint64_t begin = plan.blocks.address(target.block);
    stack.live = {begin, begin + plan.blocks.bytes(target.block)};
  } else if (const Mapping* const mapping = plan.maps.Find(sp)) {
    stack.live = {mapping->begin, mapping->end};
  }
  if (lowest > stack.live.begin) stack.live.begin = lowest;
  return stack;
}

uint64_t FindThreadPointer(const ProcessMaps& maps, const StoppedThread& caller,
                           pid_t tid) noexcept {
  const auto has_number = [&](uint64_t thread_pointer, uint64_t place, pid_t number) {
    uint64_t word;
    return maps.ReadWord(thread_pointer - kDescriptionBefore + place, &word) &&
           static_cast<uint32_t>(word) == static_cast<uint32_t>(number);
  };
  // The place is glibc's secret. That another word there is the caller's number by chance does not
  // matter: the same word of no thread is that thread's number.
  for (uint64_t place = 0; place < kDescriptionBytes; place += 8) {
    if (!has_number(caller.thread_pointer, place, caller.tid)) continue;
    for (const uint64_t pointer : g_thread_pointers) {
      if (pointer != 0 && has_number(pointer, place, tid)) return pointer;
    }
  }
  return 0;
}

uint64_t ThreadVectorPlace(uint64_t thread_pointer) noexcept {
  return thread_pointer + kVectorPlace;
}

MemoryRange FindEndedStack(const ScanPlan& plan, uint64_t thread_pointer) noexcept {
  ThreadStack stack = {};
#if defined(__x86_64__)
  // Its first word and its third point to itself. Where the stack was given back, and another
  // mapping lies there now, they don't.
  uint64_t word;
  if (!plan.maps.ReadWord(thread_pointer, &word) || word != thread_pointer) return {0, 0};
  if (!plan.maps.ReadWord(thread_pointer + 16, &word) || word != thread_pointer) return {0, 0};
#else
  if (FindStackBlock(plan.maps, thread_pointer).end == 0) return {0, 0};
#endif
  FindUsual(plan, thread_pointer, &stack);
  return stack.whole;
}

MemoryRange FindThreadDescription(const ProcessMaps& maps, uint64_t thread_pointer) noexcept {
  const uint64_t begin = thread_pointer - kDescriptionBefore;
  const Mapping* const mapping = maps.Find(begin);
  if (mapping == nullptr || !mapping->is_readable) return {0, 0};
  const uint64_t end = begin + kDescriptionBytes;
  return {begin, end < mapping->end ? end : mapping->end};
}

MemoryRange FindThreadLocals(const ProcessMaps& maps, uint64_t thread_pointer,
                             const PlannedModule& module) noexcept {
  // The vector has entries of two words, by module; that before the first is its length.
  constexpr uint64_t kEntry = 16;
  constexpr uint64_t kMostModules = 1 << 20;
  uint64_t vector;
  uint64_t length;
  uint64_t begin;
  if (module.thread_local_id == 0) return {0, 0};
  if (!maps.ReadWord(thread_pointer + kVectorPlace, &vector)) return {0, 0};
  if (!maps.ReadWord(vector - kEntry, &length) || length > kMostModules) return {0, 0};
  if (module.thread_local_id > length) return {0, 0};
  // All bits are set where the thread has not used the module's variables yet.
  if (!maps.ReadWord(vector + kEntry * module.thread_local_id, &begin)) return {0, 0};
  if (begin == 0 || !maps.IsReadable(begin)) return {0, 0};
  return {begin, begin + module.thread_local_bytes};
}

}  // namespace memprof
