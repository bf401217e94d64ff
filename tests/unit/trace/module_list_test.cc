// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/trace/module_list.h"

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <vector>

#include "gtest_plugin/trace/trace.h"
#include "tests/unit/trace/traced_record.h"

namespace memprof {
namespace {

constexpr const char* kPlugin = MEMPROF_TEST_ALLOCATING_LIBRARY;

class ModuleListTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(list_->Start()); }

  /// What the record says of the modules with this path.
  std::vector<RecordedModule> Recorded(const std::string& path) {
    list_->WriteTo(record_.writer());
    std::vector<RecordedModule> found;
    const RecordFile file = record_.Read();
    for (const RecordedModule& module : file.trace->modules) {
      if (module.path == path) found.push_back(module);
    }
    return found;
  }

  static uint32_t Epoch() { return __atomic_load_n(&g_module_epoch, __ATOMIC_RELAXED); }
  uint32_t EpochOf(const void* address) const {
    const auto number = reinterpret_cast<uintptr_t>(address);
    return list_->EpochOf(&number, 1);
  }

  std::unique_ptr<ModuleList> list_ = std::make_unique<ModuleList>();
  TracedRecord record_;
};

TEST_F(ModuleListTest, HasTheExecutableAndItsLibraries) {
  char path[4096] = {};
  ASSERT_GT(readlink("/proc/self/exe", path, sizeof(path) - 1), 0);
  const std::vector<RecordedModule> executable = Recorded(path);
  ASSERT_EQ(executable.size(), 1u);
  const auto here = reinterpret_cast<uintptr_t>(kPlugin);
  EXPECT_LE(executable[0].begin, here);
  EXPECT_GT(executable[0].end, here);
  EXPECT_EQ(executable[0].last_epoch, UINT32_MAX);
  Dl_info libc;
  ASSERT_NE(dladdr(reinterpret_cast<void*>(&getpid), &libc), 0);
  const std::vector<RecordedModule> library = Recorded(libc.dli_fname);
  ASSERT_EQ(library.size(), 1u);
  EXPECT_EQ(library[0].begin, reinterpret_cast<uintptr_t>(libc.dli_fbase));
  EXPECT_EQ(library[0].build_id.size(), 20u);
}

TEST_F(ModuleListTest, APluginIsThereWhileItIsLoadedAndGoneWithItsEpoch) {
  EXPECT_EQ(Recorded(kPlugin).size(), 0u);
  void* const plugin = dlopen(kPlugin, RTLD_NOW | RTLD_LOCAL);
  ASSERT_NE(plugin, nullptr);
  list_->Refresh();
  const uint32_t loaded_in = Epoch();
  std::vector<RecordedModule> modules = Recorded(kPlugin);
  ASSERT_EQ(modules.size(), 1u);
  EXPECT_EQ(modules[0].first_epoch, loaded_in);
  EXPECT_EQ(modules[0].last_epoch, UINT32_MAX);
  const auto symbol = reinterpret_cast<uintptr_t>(dlsym(plugin, "block_of_constructor"));
  EXPECT_LE(modules[0].begin, symbol);
  EXPECT_GT(modules[0].end, symbol);

  list_->EndEpoch();
  dlclose(plugin);
  list_->EndEpoch();
  const uint32_t epoch = Epoch();
  modules = Recorded(kPlugin);
  ASSERT_EQ(modules.size(), 1u);
  EXPECT_GE(modules[0].last_epoch, loaded_in);
  EXPECT_LE(modules[0].last_epoch, epoch);
  EXPECT_GT(epoch, loaded_in);
}

TEST_F(ModuleListTest, OneThatComesAgainIsAnother) {
  for (int i = 0; i < 3; ++i) {
    void* const plugin = dlopen(kPlugin, RTLD_NOW | RTLD_LOCAL);
    ASSERT_NE(plugin, nullptr);
    list_->EndEpoch();
    dlclose(plugin);
    list_->EndEpoch();
  }
  const std::vector<RecordedModule> modules = Recorded(kPlugin);
  ASSERT_EQ(modules.size(), 3u);
  for (size_t i = 1; i < modules.size(); ++i) {
    EXPECT_GT(modules[i].first_epoch, modules[i - 1].first_epoch);
    EXPECT_GE(modules[i].last_epoch, modules[i].first_epoch);
  }
}

TEST_F(ModuleListTest, ManyThatCameAndWentTakeTheRoomOfThoseBeforeThem) {
  for (int i = 0; i < 300; ++i) {
    void* const plugin = dlopen(kPlugin, RTLD_NOW | RTLD_LOCAL);
    ASSERT_NE(plugin, nullptr);
    list_->EndEpoch();
    dlclose(plugin);
    list_->EndEpoch();
    if (i % 10 == 0) list_->WriteTo(record_.writer());
  }
  EXPECT_EQ(Recorded(kPlugin).size(), 300u);
  EXPECT_EQ(list_->lost(), 0u);
}

TEST_F(ModuleListTest, StacksOfWhatWasThereFromTheStartBelongToNoLaterEpoch) {
  void* const plugin = dlopen(kPlugin, RTLD_NOW | RTLD_LOCAL);
  ASSERT_NE(plugin, nullptr);
  list_->EndEpoch();
  const void* const in_plugin = dlsym(plugin, "block_of_constructor");
  EXPECT_EQ(EpochOf(reinterpret_cast<void*>(&getpid)), 0u);
  EXPECT_EQ(EpochOf(kPlugin), 0u);
  EXPECT_EQ(EpochOf(in_plugin), Epoch());
  const uintptr_t both[] = {reinterpret_cast<uintptr_t>(kPlugin),
                            reinterpret_cast<uintptr_t>(in_plugin)};
  EXPECT_EQ(list_->EpochOf(both, 2), Epoch());
  dlclose(plugin);
  list_->EndEpoch();
  EXPECT_EQ(EpochOf(nullptr), Epoch());
}

TEST_F(ModuleListTest, WhatWasThereFromTheStartAndWentIsOfItsEpoch) {
  void* const plugin = dlopen(kPlugin, RTLD_NOW | RTLD_LOCAL);
  ASSERT_NE(plugin, nullptr);
  const void* const in_plugin = dlsym(plugin, "block_of_constructor");
  ModuleList& later = *new ModuleList;  // its memory is never given back, as the plugin's
  ASSERT_TRUE(later.Start());
  later.EndEpoch();
  const auto address = reinterpret_cast<uintptr_t>(in_plugin);
  EXPECT_EQ(later.EpochOf(&address, 1), 0u);
  dlclose(plugin);
  later.EndEpoch();
  EXPECT_EQ(later.EpochOf(&address, 1), Epoch());
}

}  // namespace
}  // namespace memprof
