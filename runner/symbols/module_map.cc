// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/symbols/module_map.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <system_error>

#include "runner/symbols/system_library.h"

namespace memprof {
namespace {

/// The file that a relative `path` means; `path` when there is none, or when it is absolute.
std::string FoundIn(const std::string& path,
                    const std::vector<std::filesystem::path>& directories) {
  if (path.empty() || path.front() == '/' || IsSystemLibrary(path)) return path;
  for (const std::filesystem::path& directory : directories) {
    const std::filesystem::path file = (directory / path).lexically_normal();
    std::error_code error;
    if (file.is_absolute() && std::filesystem::is_regular_file(file, error)) return file.string();
  }
  return path;
}

}  // namespace

ModuleMap::ModuleMap(std::vector<RecordedModule> modules, const std::string& directory)
    : modules_(std::move(modules)) {
  std::vector<std::filesystem::path> directories = {directory};
  if (!modules_.empty()) {
    directories.push_back(std::filesystem::path(modules_[0].path).parent_path());
  }
  for (RecordedModule& module : modules_) module.path = FoundIn(module.path, directories);
  std::map<std::pair<std::string, std::string>, std::size_t> files;
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::vector<std::size_t>> successions;
  for (std::size_t i = 0; i < modules_.size(); ++i) {
    const RecordedModule& module = modules_[i];
    files_.push_back(files.try_emplace({module.path, module.build_id}, i).first->second);
    successions[{module.begin, module.end}].push_back(i);
  }
  for (auto& [range, indices] : successions) {
    std::stable_sort(indices.begin(), indices.end(), [this](std::size_t a, std::size_t b) {
      return modules_[a].first_epoch < modules_[b].first_epoch;
    });
    ranges_.Add(range.first, range.second, successions_.size());
    successions_.push_back(std::move(indices));
  }
  ranges_.Sort();
}

std::optional<std::size_t> ModuleMap::At(std::uint64_t address, std::uint32_t epoch) {
  std::optional<std::size_t> found;
  ranges_.Find(address, [&](std::size_t succession) {
    const std::vector<std::size_t>& candidates = successions_[succession];
    auto after = std::upper_bound(candidates.begin(), candidates.end(), epoch,
                                  [this](std::uint32_t value, std::size_t module) {
                                    return value < modules_[module].first_epoch;
                                  });
    if (after == candidates.begin() || modules_[*--after].last_epoch < epoch) return false;
    found = *after;
    return true;
  });
  return found;
}

bool IsTheOneThatRan(const RecordedModule& module, const std::string& build_id,
                     std::pair<std::uint64_t, std::uint64_t> loaded) {
  if (build_id != module.build_id) return false;
  if (!build_id.empty()) return true;
  constexpr std::uint64_t kLargestPage = 65536;
  const auto near = [](std::uint64_t a, std::uint64_t b) {
    return (a < b ? b - a : a - b) < kLargestPage;
  };
  return near(loaded.first, module.begin - module.bias) &&
         near(loaded.second, module.end - module.bias);
}

bool HasFile(const RecordedModule& module) {
  if (module.path.empty()) return false;
  return module.path.front() == '/' || !IsSystemLibrary(module.path);
}

}  // namespace memprof
