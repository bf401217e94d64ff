// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/snapshot/root_scan.h"

#include "gtest_plugin/snapshot/thread_areas.h"
#include "gtest_plugin/snapshot/thread_pointers.h"
#include "gtest_plugin/trace/reserved_memory.h"

namespace memprof {
namespace {

void LookAt(ScanPlan* plan, uint64_t word, uint64_t address, record::RootKind kind,
            uint32_t thread) {
  BlockIndex::Target target;
  if (!plan->blocks.IsCandidate(word) || !plan->blocks.FindBlock(word, &target)) return;
  const uint32_t offset =
      target.offset < UINT32_MAX ? static_cast<uint32_t>(target.offset) : UINT32_MAX;
  plan->root_records.Append({address, target.block, offset, kind, thread, target.weak, 0});
}

void Scan(ScanPlan* plan, uint64_t begin, uint64_t end, record::RootKind kind, uint32_t thread) {
  begin = (begin + 7) & ~uint64_t{7};
  end &= ~uint64_t{7};
  if (begin >= end) return;
  plan->reader.ForEachReadable(begin, end, [&](uint64_t from, uint64_t to) {
    for (uint64_t at = from; at < to; at += 8) {
      LookAt(plan, *reinterpret_cast<const uint64_t*>(at), at, kind, thread);
    }
  });
}

void ScanModules(ScanPlan* plan) {
  for (uint32_t i = 0; i < plan->module_count; ++i) {
    const PlannedModule& module = plan->modules[i];
    for (uint32_t s = 0; s < module.segments && !module.is_ours; ++s) {
      plan->not_data.ForEachOutside(
          module.writable[s].begin, module.writable[s].end,
          [&](uint64_t begin, uint64_t end) { Scan(plan, begin, end, record::kRootData, 0); });
    }
    // To the page's end, for the kernel's mapping goes as far.
    plan->not_mapping.Add(module.begin & ~uint64_t{4095}, (module.end + 4095) & ~uint64_t{4095});
  }
  size_t bytes;
  const auto arguments = reinterpret_cast<uint64_t>(ArgumentsOfNewThreads(&bytes));
  bool is_scanned = false;  // with the program that we are a part of
  for (uint32_t i = 0; i < plan->module_count; ++i) {
    const PlannedModule& module = plan->modules[i];
    is_scanned =
        is_scanned || (!module.is_ours && arguments >= module.begin && arguments < module.end);
  }
  if (!is_scanned) Scan(plan, arguments, arguments + bytes, record::kRootData, 0);
}

void ScanThreadLocals(ScanPlan* plan, const StoppedWorld& world) {
  for (uint32_t t = 0; t < world.count; ++t) {
    const uint64_t pointer = world.threads[t].thread_pointer;
    if (pointer == 0) continue;
    for (uint32_t i = 0; i < plan->module_count; ++i) {
      const MemoryRange area = FindThreadLocals(plan->maps, pointer, plan->modules[i]);
      plan->not_mapping.Add(area.begin, area.end);
      if (plan->modules[i].is_ours) continue;
      Scan(plan, area.begin, area.end, record::kRootThreadLocal, t);
    }
    const MemoryRange description = FindThreadDescription(plan->maps, pointer);
    Scan(plan, description.begin, description.end, record::kRootThreadLocal, t);
    plan->not_mapping.Add(description.begin, description.end);
  }
}

void ScanStacks(ScanPlan* plan, const StoppedWorld& world) {
  for (uint32_t t = 0; t < world.count; ++t) {
    const ThreadStack stack = FindThreadStack(*plan, world.threads[t]);
    const auto scan = [&](uint64_t begin, uint64_t end) {
      Scan(plan, begin, end, record::kRootStack, t);
    };
    // Static thread-local variables lie within, but those of a module that was loaded later and
    // that the thread's vector doesn't know yet: these count as stack.
    plan->thread_locals.ForEachOutside(stack.live.begin, stack.live.end, scan);
    plan->not_mapping.Add(stack.live.begin, stack.live.end);
    if (stack.is_elsewhere) {
      plan->thread_locals.ForEachOutside(stack.usual.begin, stack.usual.end, scan);
    }
    plan->not_mapping.Add(stack.whole.begin, stack.whole.end);
  }
}

void ScanRegisters(ScanPlan* plan, const StoppedWorld& world) {
  constexpr uint32_t kExtended = 1000;  // numbers of words that are no general registers
  for (uint32_t t = 0; t < world.count; ++t) {
    const StoppedThread& thread = world.threads[t];
    for (uint32_t i = 0; i < thread.all_registers; ++i) {
      const uint32_t number =
          i < thread.general_registers ? i : kExtended + i - thread.general_registers;
      LookAt(plan, thread.registers[i], number, record::kRootRegister, t);
    }
  }
}

bool IsLiving(const StoppedWorld& world, uint64_t thread_pointer) {
  for (uint32_t t = 0; t < world.count; ++t) {
    if (world.threads[t].thread_pointer == thread_pointer) return true;
  }
  return false;
}

// glibc keeps the stacks of threads that have ended for those to come.
void LeaveOutEndedStacks(ScanPlan* plan, const StoppedWorld& world) {
  for (uint32_t t = 0; t < world.count; ++t) {
    // A thread that could not be parked may be any of them.
    if (world.threads[t].thread_pointer == 0) return;
  }
  for (const uint64_t pointer : g_thread_pointers) {
    if (pointer == 0 || IsLiving(world, pointer)) continue;
    const MemoryRange stack = FindEndedStack(*plan, pointer);
    plan->not_mapping.Add(stack.begin, stack.end);
    // The next thread with this stack takes over the vector of thread-local storage, which is a
    // block of the heap.
    const uint64_t vector = ThreadVectorPlace(pointer);
    if (stack.begin != stack.end) {
      Scan(plan, vector, vector + sizeof(uint64_t), record::kRootThreadLocal, 0);
    }
  }
}

void ScanMappings(ScanPlan* plan, const StoppedWorld& world) {
  ForEachReservedRange([plan](uint64_t begin, uint64_t end) { plan->not_mapping.Add(begin, end); });
  // Registers that lie about would hold what they held.
  for (uint32_t t = 0; t < world.count; ++t) {
    const auto registers = reinterpret_cast<uint64_t>(world.threads[t].registers);
    plan->not_mapping.Add(registers, registers + world.threads[t].all_registers * sizeof(uint64_t));
  }
  plan->not_mapping.Sort();
  // Also those that may not be written (any more): a program may seal what it has filled.
  for (const Mapping& mapping : plan->maps) {
    const bool is_memory = mapping.kind == Mapping::kAnonymous || mapping.kind == Mapping::kShared;
    if (!is_memory || !mapping.is_readable) continue;
    plan->not_mapping.ForEachOutside(mapping.begin, mapping.end, [&](uint64_t begin, uint64_t end) {
      Scan(plan, begin, end, record::kRootMapping, 0);
    });
  }
}

}  // namespace

void ScanRoots(const StoppedWorld& world, ScanPlan* plan) noexcept {
  ScanModules(plan);
  ScanThreadLocals(plan, world);
  ScanStacks(plan, world);
  ScanRegisters(plan, world);
  LeaveOutEndedStacks(plan, world);
  ScanMappings(plan, world);
  plan->root_records.Flush();
}

}  // namespace memprof
