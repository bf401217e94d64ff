// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/snapshot/bad_pages.h"

#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace memprof {
namespace {

constexpr int kProtectionKey = 4;  // SEGV_PKUERR, which older headers lack
constexpr uintptr_t kLeastAddress = 65536;

uintptr_t g_page_mask;
uintptr_t g_last_page;
uint64_t g_unread_bytes;

// The page is replaced, and the read made once more. What fails there again is a bug of ours, for
// it is no read.
void OnFault(int, siginfo_t* info, void*) {
  const int saved = errno;
  const uintptr_t page = reinterpret_cast<uintptr_t>(info->si_addr) & g_page_mask;
  const uintptr_t bytes = ~g_page_mask + 1;
  // An address that is none at all comes as null.
  const bool is_hopeless = page < kLeastAddress || page == g_last_page ||
                           syscall(SYS_mmap, page, bytes, PROT_READ,
                                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == -1;
  if (is_hopeless) syscall(SYS_exit_group, EFAULT);
  g_last_page = page;
  if (info->si_code == kProtectionKey) g_unread_bytes += bytes;
  errno = saved;
}

#if defined(__x86_64__)
constexpr unsigned long kHasRestorer = 0x04000000;
extern "C" __attribute__((visibility("hidden"))) void memprof_end_fault_handler();
asm(R"(
  .pushsection .text
  .globl memprof_end_fault_handler
  .hidden memprof_end_fault_handler
  .type memprof_end_fault_handler, @function
memprof_end_fault_handler:
  mov $15, %eax
  syscall
  .size memprof_end_fault_handler, . - memprof_end_fault_handler
  .popsection
)");
#endif

}  // namespace

void ReadBadPagesAsZeros() noexcept {
  g_page_mask = ~(static_cast<uintptr_t>(sysconf(_SC_PAGESIZE)) - 1);
  // The kernel's struct sigaction: sigaction() may be somebody else's.
  struct {
    void (*handler)(int, siginfo_t*, void*);
    unsigned long flags;
    void (*restorer)();
    uint64_t mask;
  } action = {&OnFault, SA_SIGINFO, nullptr, ~uint64_t{0}};
#if defined(__x86_64__)
  action.flags |= kHasRestorer;
  action.restorer = &memprof_end_fault_handler;
#endif
  uint64_t signals = 0;
  const int faults[] = {SIGSEGV, SIGBUS};
  for (const int signal : faults) {
    syscall(SYS_rt_sigaction, signal, &action, nullptr, sizeof(action.mask));
    signals |= uint64_t{1} << (signal - 1);
  }
  syscall(SYS_rt_sigprocmask, SIG_UNBLOCK, &signals, nullptr, sizeof(signals));
}

uint64_t BytesInBadPages() noexcept { return g_unread_bytes; }

}  // namespace memprof
