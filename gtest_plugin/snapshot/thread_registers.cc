// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/snapshot/thread_registers.h"

#include <elf.h>
#include <errno.h>
#include <stddef.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <unistd.h>

namespace memprof {
namespace {

// Bytes that were read; 0 where the thread has none of the kind or is gone.
size_t ReadRegisterSet(pid_t tid, uintptr_t kind, void* bytes, size_t capacity) {
  iovec range = {bytes, capacity};
  if (syscall(SYS_ptrace, PTRACE_GETREGSET, tid, kind, &range) != 0) return 0;
  return range.iov_len;
}

// `capacity` in words: the kernel reads nothing into a length that is no multiple of 8.
uint32_t ReadExtendedState(pid_t tid, uint64_t* words, size_t capacity) {
#if defined(__x86_64__)
  const size_t bytes = ReadRegisterSet(tid, NT_X86_XSTATE, words, capacity * 8);
  if (bytes != 0) return static_cast<uint32_t>(bytes / 8);
#endif
  return static_cast<uint32_t>(ReadRegisterSet(tid, NT_PRFPREG, words, capacity * 8) / 8);
}

#if defined(__x86_64__)
// Of include/linux/errno.h, which user space does not get to see: restart unless a handler runs.
constexpr long kRestartWithoutHandler = 514;

// The calls that return EINTR to a thread that was merely stopped, and that may be made again as
// if nothing had been: where something was already done they return that instead.
bool ReturnsEarly(long call) {
  switch (call) {
    case SYS_epoll_wait:
    case SYS_epoll_pwait:
#ifdef SYS_epoll_pwait2
    case SYS_epoll_pwait2:
#endif
    case SYS_semop:
    case SYS_semtimedop:
    case SYS_rt_sigtimedwait:
    case SYS_io_getevents:
#ifdef SYS_io_pgetevents
    case SYS_io_pgetevents:
#endif
#ifdef SYS_io_uring_enter
    case SYS_io_uring_enter:
#endif
    // Of sockets with SO_RCVTIMEO or SO_SNDTIMEO.
    case SYS_read:
    case SYS_readv:
    case SYS_recvfrom:
    case SYS_recvmsg:
    case SYS_recvmmsg:
    case SYS_accept:
    case SYS_accept4:
    case SYS_write:
    case SYS_writev:
    case SYS_sendto:
    case SYS_sendmsg:
    case SYS_sendmmsg:
    case SYS_connect:
      return true;
    default:
      return false;
  }
}
#endif

}  // namespace

#if defined(__x86_64__)

bool ReadRegisters(pid_t tid, uint64_t* words, StoppedThread* thread) noexcept {
  user_regs_struct read;
  if (ReadRegisterSet(tid, NT_PRSTATUS, &read, sizeof(read)) == 0) return false;
  const uint64_t general[kGeneralRegisters] = {
      read.rax, read.rdx, read.rcx, read.rbx, read.rsi, read.rdi, read.rbp, read.rsp,
      read.r8,  read.r9,  read.r10, read.r11, read.r12, read.r13, read.r14, read.r15};
  for (uint32_t i = 0; i < kGeneralRegisters; ++i) words[i] = general[i];
  thread->pc = read.rip;
  thread->sp = read.rsp;
  thread->bp = read.rbp;
  thread->thread_pointer = read.fs_base;
  thread->registers = words;
  thread->general_registers = kGeneralRegisters;
  thread->all_registers = kGeneralRegisters + ReadExtendedState(tid, words + kGeneralRegisters,
                                                                kRegisterWords - kGeneralRegisters);
  return true;
}

void KeepCallerRegisters(const CallerRegisters& caller, uint64_t sp, uint64_t* words,
                         StoppedThread* thread) noexcept {
  const uint64_t general[kGeneralRegisters] = {0,          0,          0,          caller.rbx, 0, 0,
                                               caller.bp,  sp,         0,          0,          0, 0,
                                               caller.r12, caller.r13, caller.r14, caller.r15};
  for (uint32_t i = 0; i < kGeneralRegisters; ++i) words[i] = general[i];
  thread->pc = caller.pc;
  thread->sp = sp;
  thread->bp = caller.bp;
  asm("mov %%fs:0, %0" : "=r"(thread->thread_pointer));
  thread->registers = words;
  thread->general_registers = kGeneralRegisters;
  thread->all_registers = kGeneralRegisters;
}

void HideInterruption(pid_t tid, const StoppedThread& thread) noexcept {
  if (thread.registers == nullptr || static_cast<int64_t>(thread.registers[0]) != -EINTR) return;
  // Not that of the code which runs: -1 where the thread came here by no system call.
  long call = -1;
  if (syscall(SYS_ptrace, PTRACE_PEEKUSER, tid, offsetof(user_regs_struct, orig_rax), &call) != 0 ||
      !ReturnsEarly(call)) {
    return;
  }
  syscall(SYS_ptrace, PTRACE_POKEUSER, tid, offsetof(user_regs_struct, rax),
          -kRestartWithoutHandler);
}

#else  // AArch64: not measured on this machine.

bool ReadRegisters(pid_t tid, uint64_t* words, StoppedThread* thread) noexcept {
  uint64_t read[34];  // x0 to x30, sp, pc, pstate
  if (ReadRegisterSet(tid, NT_PRSTATUS, read, sizeof(read)) == 0) return false;
  for (uint32_t i = 0; i < kGeneralRegisters; ++i) words[i] = read[i];
  thread->sp = read[31];
  thread->pc = read[32];
  thread->bp = read[29];
  ReadRegisterSet(tid, NT_ARM_TLS, &thread->thread_pointer, sizeof(thread->thread_pointer));
  thread->registers = words;
  thread->general_registers = kGeneralRegisters;
  thread->all_registers = kGeneralRegisters + ReadExtendedState(tid, words + kGeneralRegisters,
                                                                kRegisterWords - kGeneralRegisters);
  return true;
}

void KeepCallerRegisters(const CallerRegisters& caller, uint64_t sp, uint64_t* words,
                         StoppedThread* thread) noexcept {
  for (uint32_t i = 0; i < kGeneralRegisters; ++i) words[i] = 0;
  words[29] = caller.bp;
  words[31] = sp;
  thread->pc = caller.pc;
  thread->sp = sp;
  thread->bp = caller.bp;
  thread->thread_pointer = reinterpret_cast<uint64_t>(__builtin_thread_pointer());
  thread->registers = words;
  thread->general_registers = kGeneralRegisters;
  thread->all_registers = kGeneralRegisters;
}

// There the kernel has lost the call's first argument by the time that it stops the thread: these
// calls return EINTR.
void HideInterruption(pid_t, const StoppedThread&) noexcept {}

#endif

}  // namespace memprof
