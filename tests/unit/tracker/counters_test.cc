// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/tracker/counters.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <malloc.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string>

#include "tests/unit/tracker/counted.h"

namespace memprof {
namespace {

// Through volatile, so that no compiler takes a pair of calls for nothing.
void* volatile g_block = nullptr;
void* volatile g_before_main = nullptr;

__attribute__((constructor(101))) void AllocateBeforeMain() { g_before_main = malloc(5000); }

// The last code of the program: whatever the hooks need must still be there.
__attribute__((destructor(101))) void UseTheHooksAfterStaticDestructors() {
  void* volatile block = malloc(100);
  block = realloc(block, 1000);
  free(block);
  void* const mapped = mmap(nullptr, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  munmap(mapped, 4096);
  close(open("/dev/null", O_RDONLY));
  if (getenv("MEMPROF_TEST_SAY_GOODBYE") != nullptr) {
    static_cast<void>(!write(STDERR_FILENO, "goodbye", 7));
  }
}

struct CallCase {
  const char* name;
  void* (*call)();  ///< leaves one block
};

class Allocates : public testing::TestWithParam<CallCase> {};

TEST_P(Allocates, OneBlockOfTheAllocatorsSize) {
  errno = 123;
  const Counted made = CountedDuring([] { g_block = GetParam().call(); });
  ASSERT_NE(g_block, nullptr);
  EXPECT_EQ(errno, 123);
  EXPECT_EQ(made.allocations - made.frees, 1u);
  EXPECT_EQ(made.live_bytes, SizeOf(g_block));
  const std::int64_t size = SizeOf(g_block);
  const Counted freed = CountedDuring([] { free(g_block); });
  EXPECT_EQ(errno, 123);
  EXPECT_EQ(freed.frees, 1u);
  EXPECT_EQ(freed.allocations, 0u);
  EXPECT_EQ(freed.live_bytes, -size);
}

void* PosixMemalign() {
  void* block = nullptr;
  return posix_memalign(&block, 256, 777) == 0 ? block : nullptr;
}

INSTANTIATE_TEST_SUITE_P(
    Call, Allocates,
    testing::Values(CallCase{"malloc", [] { return malloc(1000); }},
                    CallCase{"malloc_of_nothing", [] { return malloc(0); }},
                    CallCase{"calloc", [] { return calloc(10, 33); }},
                    CallCase{"realloc_of_null", [] { return realloc(nullptr, 50); }},
                    CallCase{"realloc_up", [] { return realloc(malloc(10), 60000); }},
                    CallCase{"realloc_down", [] { return realloc(malloc(60000), 10); }},
                    CallCase{"realloc_in_place", [] { return realloc(malloc(100), 101); }},
                    CallCase{"reallocarray", [] { return reallocarray(malloc(10), 30, 40); }},
                    CallCase{"memalign", [] { return memalign(64, 100); }},
                    CallCase{"aligned_alloc", [] { return aligned_alloc(128, 1280); }},
                    CallCase{"posix_memalign", &PosixMemalign},
                    CallCase{"valloc", [] { return valloc(100); }},
                    CallCase{"pvalloc", [] { return pvalloc(100); }},
                    CallCase{"operator_new", [] { return ::operator new(99); }},
                    CallCase{"operator_new_array", [] { return ::operator new[](99); }},
                    CallCase{"nothrow_new", [] { return ::operator new(99, std::nothrow); }},
                    CallCase{"aligned_new",
                             [] { return ::operator new (99, std::align_val_t{64}); }},
                    CallCase{"strdup", []() -> void* { return strdup("text"); }}),
    [](const auto& row) { return std::string(row.param.name); });

struct DeleteCase {
  const char* name;
  void (*call)(void*);
};

class Deletes : public testing::TestWithParam<DeleteCase> {};

TEST_P(Deletes, IsOneFree) {
  g_block = malloc(48);
  const Counted counted = CountedDuring([] { GetParam().call(g_block); });
  EXPECT_EQ(counted.frees, 1u);
  EXPECT_LT(counted.live_bytes, 0);
}

INSTANTIATE_TEST_SUITE_P(
    Call, Deletes,
    testing::Values(DeleteCase{"delete", [](void* block) { ::operator delete(block); }},
                    DeleteCase{"delete_array", [](void* block) { ::operator delete[](block); }},
                    DeleteCase{"sized", [](void* block) { ::operator delete(block, 48u); }},
                    DeleteCase{
                        "aligned",
                        [](void* block) { ::operator delete (block, std::align_val_t{16}); }}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Counters, FreeOfNullIsNothing) {
  const Counted counted = CountedDuring([] { free(nullptr); });
  EXPECT_EQ(counted.allocations + counted.frees, 0u);
}

TEST(Counters, ReallocToNothingIsAFree) {
  g_block = malloc(100);
  const Counted counted = CountedDuring([] { g_block = realloc(g_block, 0); });
  EXPECT_EQ(g_block, nullptr);
  EXPECT_EQ(counted.allocations, 0u);
  EXPECT_EQ(counted.frees, 1u);
}

TEST(Counters, AReallocIsAFreeAndAnAllocation) {
  g_block = malloc(100);
  const Counted counted = CountedDuring([] { g_block = realloc(g_block, 5000); });
  EXPECT_EQ(counted.allocations, 1u);
  EXPECT_EQ(counted.frees, 1u);
  EXPECT_EQ(counted.allocated_bytes, static_cast<std::uint64_t>(SizeOf(g_block)));
  free(g_block);
}

TEST(Counters, WhatFailsIsNotCounted) {
  g_block = malloc(100);
  volatile std::size_t huge = SIZE_MAX / 2;
  const Counted counted = CountedDuring([&] {
    errno = 0;
    EXPECT_EQ(malloc(huge), nullptr);
    EXPECT_EQ(errno, ENOMEM);
    EXPECT_EQ(calloc(huge, 16), nullptr);
    EXPECT_EQ(realloc(g_block, huge), nullptr);
    errno = 0;
    EXPECT_EQ(reallocarray(g_block, huge, 16), nullptr);
    EXPECT_EQ(errno, ENOMEM);
    void* out = nullptr;
    EXPECT_EQ(posix_memalign(&out, 3, 100), EINVAL);
    EXPECT_EQ(posix_memalign(&out, 64, huge), ENOMEM);
  });
  EXPECT_EQ(counted.allocations, 0u);
  EXPECT_EQ(counted.frees, 0u);
  EXPECT_EQ(counted.live_bytes, 0);
  free(g_block);
}

TEST(Counters, ABlockWithAMappingOfItsOwnCancelsOut) {
  const Counted counted = CountedDuring([] {
    g_block = malloc(10 << 20);
    g_block = realloc(g_block, 20 << 20);
    free(g_block);
  });
  EXPECT_EQ(counted.allocations, 2u);
  EXPECT_EQ(counted.frees, 2u);
  EXPECT_EQ(counted.live_bytes, 0);
}

TEST(Counters, CountFromBeforeMainOn) {
  ASSERT_NE(g_before_main, nullptr);
  const std::int64_t size = SizeOf(g_before_main);
  const Counted counted = CountedDuring([] {
    free(g_before_main);
    g_before_main = nullptr;
  });
  EXPECT_EQ(counted.live_bytes, -size);
  EXPECT_GT(ReadHeapTotals().live_bytes, 0) << "the block was counted when it was made";
}

TEST(CountersDeathTest, TheHooksWorkAfterStaticDestructors) {
  setenv("MEMPROF_TEST_SAY_GOODBYE", "1", 1);
  EXPECT_EXIT(std::exit(0), testing::ExitedWithCode(0), "goodbye");
  unsetenv("MEMPROF_TEST_SAY_GOODBYE");
}

TEST(Counters, AForkedChildCountsForItself) {
  const Counted counted = CountedDuring([] {
    const pid_t child = fork();
    if (child == 0) {
      for (int i = 0; i < 1000; ++i) g_block = malloc(100);
      mmap(nullptr, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      _exit(5);
    }
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_EQ(WEXITSTATUS(status), 5);
  });
  EXPECT_EQ(counted.allocations, 0u);
  EXPECT_EQ(counted.live_bytes, 0);
}

TEST(Counters, AChildOfVforkMayCallTheHooks) {
  const int null = open("/dev/null", O_WRONLY);
  const pid_t child = vfork();
  if (child == 0) {
    dup2(null, STDOUT_FILENO);
    close(null);
    execl("/bin/sh", "sh", "-c", "exit 6", nullptr);
    _exit(127);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 6);
  close(null);
}

TEST(Counters, FollowALibraryThatAllocatesWhenItIsLoaded) {
  std::int64_t kept[3] = {};
  for (std::int64_t& bytes : kept) {
    const Counted loaded = CountedDuring([&] {
      void* library = dlopen(MEMPROF_TEST_ALLOCATING_LIBRARY, RTLD_NOW);
      ASSERT_NE(library, nullptr) << dlerror();
      const auto* block = static_cast<void* const*>(dlsym(library, "block_of_constructor"));
      ASSERT_NE(block, nullptr);
      EXPECT_GE(SizeOf(*block), 3000);
      dlclose(library);
    });
    EXPECT_GE(loaded.allocated_bytes, 3000u);
    bytes = loaded.live_bytes;
  }
  EXPECT_EQ(kept[2], 0) << "its destructor freed what its constructor made";
}

TEST(Counters, AFailedDlopenKeepsItsErrorWhileHooksAreCalled) {
  EXPECT_EQ(dlopen("/nowhere/lib.so", RTLD_NOW), nullptr);
  free(malloc(10));
  close(open("/dev/null", O_RDONLY));
  const char* error = dlerror();
  ASSERT_NE(error, nullptr);
  EXPECT_NE(std::string(error).find("/nowhere/lib.so"), std::string::npos);
}

TEST(Peak, OfOneThreadIsExact) {
  const std::int64_t base = BeginPeak();
  void* volatile first = malloc(1000);
  void* volatile second = malloc(70000);
  const std::int64_t highest = SizeOf(first) + SizeOf(second);
  free(first);
  void* volatile third = malloc(500);
  EXPECT_EQ(PeakAbove(base), highest);
  free(second);
  free(third);
  EXPECT_EQ(PeakAbove(base), highest);
  EXPECT_EQ(PeakAbove(BeginPeak()), 0) << "a new peak begins with what is live";
}

TEST(Peak, OfAReallocIsTheLargerBlock) {
  g_block = malloc(1000);
  const std::int64_t before = SizeOf(g_block);
  const std::int64_t base = BeginPeak();
  g_block = realloc(g_block, 50000);
  EXPECT_EQ(PeakAbove(base), SizeOf(g_block) - before);
  free(g_block);
}

}  // namespace
}  // namespace memprof
