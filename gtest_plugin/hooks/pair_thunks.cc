// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/hooks/pair_calls.h"

// See pair_calls.h for what calls what, and for PairCall, whose offsets these are.
#if defined(__x86_64__)

// r11 alone is nobody's at a call (System V ABI, section 3.2.1).
asm(R"(
    .pushsection .text.memprof_pairs, "ax", @progbits
    .p2align 4
    .globl memprof_pair_thunks
    .hidden memprof_pair_thunks
    .type memprof_pair_thunks, @function
memprof_pair_thunks:
    .cfi_startproc
    .set memprof_thunk_number, 0
    .rept 512
    .p2align 4
    endbr64
    movl $memprof_thunk_number, %r11d
    jmp memprof_pair_call
    .set memprof_thunk_number, memprof_thunk_number + 1
    .endr
    .p2align 4
    .cfi_endproc
    .size memprof_pair_thunks, . - memprof_pair_thunks
    .globl memprof_pair_thunks_end
    .hidden memprof_pair_thunks_end
memprof_pair_thunks_end:

    .macro memprof_restore_arguments
    movups 64(%r11), %xmm0
    movups 80(%r11), %xmm1
    movups 96(%r11), %xmm2
    movups 112(%r11), %xmm3
    movups 128(%r11), %xmm4
    movups 144(%r11), %xmm5
    movups 160(%r11), %xmm6
    movups 176(%r11), %xmm7
    movq 0(%r11), %rdi
    movq 8(%r11), %rsi
    movq 16(%r11), %rdx
    movq 24(%r11), %rcx
    movq 32(%r11), %r8
    movq 40(%r11), %r9
    movq 48(%r11), %rax
    movq 56(%r11), %r10
    .endm

    .p2align 4
    .globl memprof_pair_call
    .hidden memprof_pair_call
    .type memprof_pair_call, @function
memprof_pair_call:
    .cfi_startproc
    pushq %rbp
    .cfi_def_cfa_offset 16
    .cfi_offset %rbp, -16
    movq %rsp, %rbp
    .cfi_def_cfa_register %rbp
    subq $272, %rsp
    movq %rdi, 0(%rsp)
    movq %rsi, 8(%rsp)
    movq %rdx, 16(%rsp)
    movq %rcx, 24(%rsp)
    movq %r8, 32(%rsp)
    movq %r9, 40(%rsp)
    movq %rax, 48(%rsp)
    movq %r10, 56(%rsp)
    movups %xmm0, 64(%rsp)
    movups %xmm1, 80(%rsp)
    movups %xmm2, 96(%rsp)
    movups %xmm3, 112(%rsp)
    movups %xmm4, 128(%rsp)
    movups %xmm5, 144(%rsp)
    movups %xmm6, 160(%rsp)
    movups %xmm7, 176(%rsp)
    movl %r11d, %edi
    movq %rsp, %rsi
    movq %rbp, %rdx
    call memprof_enter_pair_call
    movq %rsp, %r11
    testq %rax, %rax
    js 1f

    movq %rax, %rcx
    shlq $3, %rax
    subq %rax, %rsp
    leaq 16(%rbp), %rsi
    movq %rsp, %rdi
    rep movsq
    memprof_restore_arguments
    call *192(%r11)
    leaq -272(%rbp), %rsp
    movq %rax, 200(%rsp)
    movq %rdx, 208(%rsp)
    movups %xmm0, 64(%rsp)
    movups %xmm1, 80(%rsp)
    movq %rsp, %rdi
    movq %rbp, %rsi
    call memprof_leave_pair_call
    movq 200(%rsp), %rax
    movq 208(%rsp), %rdx
    movups 64(%rsp), %xmm0
    movups 80(%rsp), %xmm1
    .cfi_remember_state
    leave
    .cfi_def_cfa %rsp, 8
    .cfi_restore %rbp
    ret
    .cfi_restore_state

1:  memprof_restore_arguments
    movq 192(%r11), %r11
    leave
    .cfi_def_cfa %rsp, 8
    .cfi_restore %rbp
    jmp *%r11
    .cfi_endproc
    .size memprof_pair_call, . - memprof_pair_call

    .p2align 4
    .globl memprof_pair_dlopen
    .hidden memprof_pair_dlopen
    .type memprof_pair_dlopen, @function
memprof_pair_dlopen:
    .cfi_startproc
    endbr64
    pushq %rdi
    .cfi_adjust_cfa_offset 8
    pushq %rsi
    .cfi_adjust_cfa_offset 8
    movq 16(%rsp), %rsi
    subq $8, %rsp
    .cfi_adjust_cfa_offset 8
    call memprof_opens_the_same_from_here
    addq $8, %rsp
    .cfi_adjust_cfa_offset -8
    popq %rsi
    .cfi_adjust_cfa_offset -8
    popq %rdi
    .cfi_adjust_cfa_offset -8
    testl %eax, %eax
    jnz memprof_open_and_look
    jmp *memprof_real_dlopen(%rip)
    .cfi_endproc
    .size memprof_pair_dlopen, . - memprof_pair_dlopen

    .p2align 4
    .globl memprof_pair_dlsym
    .hidden memprof_pair_dlsym
    .type memprof_pair_dlsym, @function
memprof_pair_dlsym:
    .cfi_startproc
    endbr64
    pushq %rdi
    .cfi_adjust_cfa_offset 8
    pushq %rsi
    .cfi_adjust_cfa_offset 8
    subq $8, %rsp
    .cfi_adjust_cfa_offset 8
    call memprof_look_before_dlsym
    addq $8, %rsp
    .cfi_adjust_cfa_offset -8
    popq %rsi
    .cfi_adjust_cfa_offset -8
    popq %rdi
    .cfi_adjust_cfa_offset -8
    jmp *memprof_real_dlsym(%rip)
    .cfi_endproc
    .size memprof_pair_dlsym, . - memprof_pair_dlsym
    .popsection
)");

static_assert(memprof::kPairThunks == 512, "the thunks are as many as .rept says");

#endif
