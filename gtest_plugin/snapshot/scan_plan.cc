// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/snapshot/scan_plan.h"

#include <gnu/libc-version.h>
#include <link.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "gtest_plugin/trace/reserved_memory.h"
#include "gtest_plugin/trace/trace.h"

namespace memprof {
namespace {

// Where an address lies among the program headers.
bool Holds(const dl_phdr_info& info, uint64_t address) {
  for (int i = 0; i < info.dlpi_phnum; ++i) {
    const ElfW(Phdr)& header = info.dlpi_phdr[i];
    const uint64_t begin = info.dlpi_addr + header.p_vaddr;
    if (header.p_type == PT_LOAD && address >= begin && address - begin < header.p_memsz) {
      return true;
    }
  }
  return false;
}

int VisitModule(dl_phdr_info* info, size_t, void* of_plan) {
  auto* const plan = static_cast<ScanPlan*>(of_plan);
  PlannedModule module = {};
  module.begin = UINT64_MAX;
  bool is_executable = false;
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const ElfW(Phdr)& header = info->dlpi_phdr[i];
    const uint64_t begin = info->dlpi_addr + header.p_vaddr;
    if (header.p_type == PT_INTERP) is_executable = true;
    if (header.p_type == PT_TLS) {
      module.thread_local_id = info->dlpi_tls_modid;
      module.thread_local_bytes = header.p_memsz;
    }
    if (header.p_type != PT_LOAD) continue;
    if (begin < module.begin) module.begin = begin;
    if (begin + header.p_memsz > module.end) module.end = begin + header.p_memsz;
    if ((header.p_flags & PF_W) == 0) continue;
    if (module.segments == PlannedModule::kWritableSegments) {
      plan->lost_modules += 1;
    } else {
      module.writable[module.segments++] = {begin, begin + header.p_memsz};
    }
  }
  if (module.end == 0) return 0;
  if (plan->module_count == ScanPlan::kModules) {
    plan->lost_modules += 1;
    return 0;
  }
  // In a program that we are a part of, as our own tests are, all the rest is the program's.
  module.is_ours = !is_executable && Holds(*info, reinterpret_cast<uint64_t>(&g_tables));
  // By a name that nobody interposes: other allocators define __libc_malloc as well.
  module.has_main_arena = Holds(*info, reinterpret_cast<uint64_t>(&gnu_get_libc_version));
  plan->modules[plan->module_count++] = module;
  return 0;
}

}  // namespace

ScanPlan* MakeScanPlan(uint32_t number, uint32_t iteration, const char* path,
                       const char** why_not) noexcept {
  if (strlen(path) >= sizeof(ScanPlan::path)) {
    *why_not = "the path of its file is too long";
    return nullptr;
  }
  auto* const plan = static_cast<ScanPlan*>(ReserveMemory(sizeof(ScanPlan)));
  if (plan == nullptr) {
    *why_not = "there is no address space for its tables (ulimit -v)";
    return nullptr;
  }
  plan->number = number;
  plan->iteration = iteration;
  plan->owner = static_cast<pid_t>(syscall(SYS_getpid));
  strcpy(plan->path, path);
  plan->module_epoch = __atomic_load_n(&g_module_epoch, __ATOMIC_ACQUIRE);
  dl_iterate_phdr(&VisitModule, plan);
  return plan;
}

void ForgetScanPlan(ScanPlan* plan) noexcept { ReleaseMemory(plan, sizeof(ScanPlan)); }

}  // namespace memprof
