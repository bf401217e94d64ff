// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

#include <random>
#include <vector>

#include "gtest_plugin/record/format.h"
#include "gtest_plugin/unwind/own_stack.h"
#include "gtest_plugin/unwind/stack_walk.h"
#include "tests/unit/unwind/call_paths.h"

namespace memprof {
namespace {

std::vector<uintptr_t>* g_pcs;

__attribute__((noinline)) void Collect() {
  uintptr_t addresses[kMaxFrames];
  const WalkResult result = WalkStack(FrameOfCaller(), addresses);
  g_pcs->insert(g_pcs->end(), addresses, addresses + result.frames);
}

/// Return addresses as they are on real stacks, in code of many kinds.
std::vector<uintptr_t> RealPcs() {
  std::vector<uintptr_t> pcs;
  g_pcs = &pcs;
  for (const auto& paths : {PathsAtO0(), PathsAtO2(), PathsWithRealignedStacks()}) {
    for (const CallPath& path : paths) path.run(Collect);
  }
  return pcs;
}

struct Code {
  uintptr_t begin;
  uintptr_t end;
};

int AddCode(dl_phdr_info* info, size_t, void* data) {
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = info->dlpi_phdr[i];
    if (segment.p_type != PT_LOAD || (segment.p_flags & PF_X) == 0) continue;
    const uintptr_t begin = info->dlpi_addr + segment.p_vaddr;
    static_cast<std::vector<Code>*>(data)->push_back({begin, begin + segment.p_memsz});
  }
  return 0;
}

class Damage : public testing::Test {
 protected:
  Damage() : pcs_(RealPcs()) { dl_iterate_phdr(AddCode, &code_); }

  /// A return address, any code address (prologues, signal frames, tables in between), a place on
  /// the stack, or noise.
  uintptr_t Word(uintptr_t stack, size_t bytes) {
    const uint64_t noise = random_();
    switch (random_() % 8) {
      case 0:
      case 1:
      case 2:
        return pcs_[noise % pcs_.size()];
      case 3: {
        const Code& code = code_[random_() % code_.size()];
        return code.begin + noise % (code.end - code.begin);
      }
      case 4:
      case 5:
        return (stack + noise % bytes) & ~uintptr_t{7};
      case 6:
        return stack + noise % (2 * bytes);
      default:
        return noise >> (noise % 64);
    }
  }

  /// Walks from each of many places of a stack that was written over again and again.
  void WalkDamaged(uintptr_t* stack, size_t words, int rounds) {
    const uintptr_t at = reinterpret_cast<uintptr_t>(stack);
    const size_t bytes = words * sizeof(uintptr_t);
    uint32_t longest = 0;
    for (int round = 0; round < rounds; ++round) {
      for (size_t i = 0; i < words; ++i) stack[i] = Word(at, bytes);
      for (int start = 0; start < 50; ++start) {
        uintptr_t addresses[kMaxFrames];
        StackWords kept;
        const CallerFrame from = {Word(at, bytes), at + random_() % bytes / 8 * 8, Word(at, bytes)};
        const WalkResult result = WalkStack(from, addresses, &kept);
        ASSERT_GE(result.frames, 1u);
        ASSERT_LE(result.frames, kMaxFrames);
        ASSERT_EQ(addresses[0], from.pc);
        longest = std::max(longest, result.frames);
      }
    }
    EXPECT_GT(longest, 3u) << "the damage was too bad to test anything";
  }

  std::mt19937_64 random_{20240607};

 private:
  std::vector<uintptr_t> pcs_;
  std::vector<Code> code_;
};

TEST_F(Damage, AStackBetweenUnreadablePagesIsNeverLeft) {
  const size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  char* const pages =
      static_cast<char*>(mmap(nullptr, 5 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  mprotect(pages + page, 3 * page, PROT_READ | PROT_WRITE);
  WalkDamaged(reinterpret_cast<uintptr_t*>(pages + page), 3 * page / 8, 400);
  munmap(pages, 5 * page);
}

TEST_F(Damage, OurOwnStackIsNeverLeft) {
  uintptr_t stack[1500];
  WalkDamaged(stack, std::size(stack), 400);
}

TEST_F(Damage, AnUnalignedStackPointerIsRefused) {
  uintptr_t addresses[kMaxFrames];
  StackWords words;
  CallerFrame from = FrameOfCaller();
  from.sp += 3;
  const WalkResult result = WalkStack(from, addresses, &words);
  EXPECT_EQ(result.frames, 1u);
  EXPECT_EQ(result.flags, record::kStackIncomplete);
  EXPECT_FALSE(words.complete());
}

}  // namespace
}  // namespace memprof
