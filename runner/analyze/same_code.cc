// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/same_code.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <string>
#include <utility>

namespace memprof {
namespace {

/// The modules that were there in an epoch, which only advances.
class LoadedModules {
 public:
  explicit LoadedModules(const std::vector<RecordedModule>& modules) : modules_(modules) {
    std::map<std::pair<std::string, std::string>, std::uint64_t> files;
    for (std::size_t i = 0; i < modules.size(); ++i) {
      const std::pair file(modules[i].path, modules[i].build_id);
      file_of_.push_back(files.emplace(file, files.size() + 1).first->second);
      coming_.push_back(i);
    }
    std::stable_sort(coming_.begin(), coming_.end(), [&](std::size_t a, std::size_t b) {
      return modules[a].first_epoch < modules[b].first_epoch;
    });
  }

  void AdvanceTo(std::uint32_t epoch) {
    std::erase_if(loaded_, [&](const auto& each) { return IsGone(each.second, epoch); });
    for (; next_ < coming_.size(); ++next_) {
      const std::size_t module = coming_[next_];
      if (modules_[module].first_epoch > epoch) return;
      if (!IsGone(module, epoch)) loaded_[modules_[module].begin] = module;
    }
  }

  /// Two words that name the code at an address, wherever it was loaded.
  std::pair<std::uint64_t, std::uint64_t> CodeAt(std::uint64_t address) const {
    auto after = loaded_.upper_bound(address);
    if (after == loaded_.begin()) return {0, address};
    const RecordedModule& module = modules_[(--after)->second];
    if (address > module.end) return {0, address};  // a return address may be the end itself
    return {file_of_[after->second], address - module.bias};
  }

 private:
  bool IsGone(std::size_t module, std::uint32_t epoch) const {
    return modules_[module].last_epoch < epoch;
  }

  const std::vector<RecordedModule>& modules_;
  std::vector<std::uint64_t> file_of_;  ///< by module; those of one file are equal
  std::vector<std::size_t> coming_;     ///< by their first epoch
  std::size_t next_ = 0;
  std::map<std::uint64_t, std::size_t> loaded_;  ///< by where it begins
};

/// Where in epoch 0 something lay that went later.
class AddressesThatPass {
 public:
  explicit AddressesThatPass(const std::vector<RecordedModule>& modules) {
    for (const RecordedModule& module : modules) {
      if (module.first_epoch == 0 && module.last_epoch != UINT32_MAX) passing_.push_back(&module);
    }
  }

  bool HasAnyOf(const RecordedStack& stack) const {
    return std::any_of(passing_.begin(), passing_.end(), [&](const RecordedModule* module) {
      return std::any_of(stack.addresses.begin(), stack.addresses.end(), [&](std::uint64_t each) {
        return each >= module->begin && each <= module->end;
      });
    });
  }

 private:
  std::vector<const RecordedModule*> passing_;
};

}  // namespace

std::vector<std::uint32_t> FirstOfSameCode(const RecordedTrace& trace) {
  std::vector<std::uint32_t> first(trace.stacks.size());
  std::iota(first.begin(), first.end(), 0u);
  // Most are of epoch 0 and lie in modules that stay: the plugin keeps each once.
  std::vector<std::uint32_t> passing;
  const AddressesThatPass in_first_epoch(trace.modules);
  for (const std::uint32_t id : first) {
    const RecordedStack& stack = trace.stacks[id];
    if (stack.epoch != 0 || in_first_epoch.HasAnyOf(stack)) passing.push_back(id);
  }
  std::stable_sort(passing.begin(), passing.end(), [&](std::uint32_t a, std::uint32_t b) {
    return trace.stacks[a].epoch < trace.stacks[b].epoch;
  });
  LoadedModules modules(trace.modules);
  std::map<std::vector<std::uint64_t>, std::uint32_t> known;
  for (const std::uint32_t id : passing) {
    const RecordedStack& stack = trace.stacks[id];
    modules.AdvanceTo(stack.epoch);
    std::vector<std::uint64_t> code = {stack.flags};
    for (const std::uint64_t address : stack.addresses) {
      const auto [file, offset] = modules.CodeAt(address);
      code.push_back(file);
      code.push_back(offset);
    }
    first[id] = known.emplace(std::move(code), id).first->second;
  }
  return first;
}

}  // namespace memprof
