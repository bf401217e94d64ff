// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_UNIT_SYMBOLS_SCRATCH_PROGRAM_H_
#define MEMPROF_TESTS_UNIT_SYMBOLS_SCRATCH_PROGRAM_H_

namespace memprof {

/// Source of what a tracker does, for programs that tests compile: `Capture()` prints the return
/// addresses of its callers, and PrintModules() what is loaded, as ScratchBuild::Capture reads it.
inline constexpr char kTracker[] = R"cc(
#include <elf.h>
#include <execinfo.h>
#include <link.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define KEEP asm volatile("" ::: "memory")  // what follows a call is not a tail call

  extern "C" __attribute__((noinline)) void Capture() {
    void* addresses[64];
    const int count = backtrace(addresses, 64);
    printf("stack");
    for (int i = 1; i < count; ++i) printf(" %lx", (unsigned long)addresses[i]);
    printf("\n");
  }

  static void PrintBuildId(const char* note, size_t size) {
    for (const char* end = note + size; note + sizeof(ElfW(Nhdr)) <= end;) {
      const ElfW(Nhdr)* header = (const ElfW(Nhdr)*)note;
      const char* name = note + sizeof(*header);
      const unsigned char* text = (const unsigned char*)name + ((header->n_namesz + 3) & ~3u);
      if (header->n_type == NT_GNU_BUILD_ID && strcmp(name, "GNU") == 0) {
        for (unsigned i = 0; i < header->n_descsz; ++i) printf("%02x", text[i]);
      }
      note = (const char*)text + ((header->n_descsz + 3) & ~3u);
    }
  }

  static int PrintModule(dl_phdr_info* info, size_t, void*) {
    char path[4096] = "";
    if (info->dlpi_name[0] != '\0') {
      strcpy(path, info->dlpi_name);
    } else if (readlink("/proc/self/exe", path, sizeof path - 1) < 0) {
      return 1;
    }
    unsigned long begin = ~0ul, end = 0;
    for (int i = 0; i < info->dlpi_phnum; ++i) {
      const ElfW(Phdr)& segment = info->dlpi_phdr[i];
      if (segment.p_type != PT_LOAD) continue;
      const unsigned long low = info->dlpi_addr + segment.p_vaddr;
      if (low < begin) begin = low;
      if (low + segment.p_memsz > end) end = low + segment.p_memsz;
    }
    printf("module %lx %lx %lx ", (unsigned long)info->dlpi_addr, begin, end);
    for (int i = 0; i < info->dlpi_phnum; ++i) {
      const ElfW(Phdr)& segment = info->dlpi_phdr[i];
      if (segment.p_type == PT_NOTE) {
        PrintBuildId((const char*)info->dlpi_addr + segment.p_vaddr, segment.p_memsz);
      }
    }
    printf("- %s\n", path);
    return 0;
  }

  extern "C" void PrintModules() { dl_iterate_phdr(PrintModule, nullptr); }
)cc";

}  // namespace memprof

#endif  // MEMPROF_TESTS_UNIT_SYMBOLS_SCRATCH_PROGRAM_H_
