// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/symbols/trace_symbols.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <system_error>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "runner/symbols/address_ranges.h"
#include "runner/symbols/module_symbols.h"
#include "runner/symbols/system_library.h"

namespace memprof {
namespace {

std::string Hexadecimal(const std::string& bytes) {
  std::string text;
  for (const char byte : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return text.empty() ? "none" : text;
}

/// Whether the file that is there now is the one that ran. Without a build id only its extent
/// tells: a heuristic, which a change that leaves all segments in their pages escapes.
bool IsTheOneThatRan(const RecordedModule& module, const ModuleSymbols& file) {
  const std::string build_id = file.BuildId();
  if (build_id != module.build_id) return false;
  if (!build_id.empty()) return true;
  constexpr std::uint64_t kLargestPage = 65536;
  const auto near = [](std::uint64_t a, std::uint64_t b) {
    return (a < b ? b - a : a - b) < kLargestPage;
  };
  const auto [begin, end] = file.Loaded();
  return near(begin, module.begin - module.bias) && near(end, module.end - module.bias);
}

/// Why `file` cannot name the code of `module`; empty when it can.
std::string WhyUnusable(const RecordedModule& module, const ModuleSymbols& file) {
  constexpr std::string_view kSo = "so its code is shown as module and offset alone";
  if (!ModuleSymbols::Supported()) {
    return "memprof was built without elfutils' libdw, so code is shown as module and offset "
           "alone: build memprof with libdw-dev installed";
  }
  if (file.is_open()) {
    if (IsTheOneThatRan(module, file)) return {};
    return fmt::format(
        "{} was rebuilt since the run: its build id is {}, and was {} when the test ran, {}. Run "
        "the test again, and leave the file as it is until the report is made",
        module.path, Hexadecimal(file.BuildId()), Hexadecimal(module.build_id), kSo);
  }
  std::error_code error;
  if (!std::filesystem::exists(module.path, error)) {
    return fmt::format(
        "{} is no longer there, {}. Keep the file until the report is made: a test that builds or "
        "unpacks it should leave it behind",
        module.path, kSo);
  }
  return fmt::format("{} cannot be read as a program or shared library, {}", module.path, kSo);
}

/// What a usable file cannot tell of its code, though its owner could let it; empty when nothing.
std::string WhatIsMissing(const RecordedModule& module, ModuleSymbols& file) {
  switch (file.DebugInformation()) {
    case ModuleSymbols::Found::kNone:
      return fmt::format(
          "{} has no debug information, so its code is shown without file and line. Build it with "
          "-g, keep its .debug file where its debug link points, or set DEBUGINFOD_URLS",
          module.path);
    case ModuleSymbols::Found::kWithoutSplitUnits:
      return fmt::format(
          "{} is built with -gsplit-dwarf and .dwo files of it are missing, so functions inlined "
          "there are not shown. Keep the .dwo files where the compiler wrote them (packed into a "
          ".dwp they may not be read)",
          module.path);
    case ModuleSymbols::Found::kWhole:
      break;
  }
  return {};
}

/// The file that a relative `path` means; `path` when there is none, or when it is absolute.
std::string FileOf(const std::string& path, const std::vector<std::filesystem::path>& directories) {
  if (path.empty() || path.front() == '/' || IsSystemLibrary(path)) return path;
  for (const std::filesystem::path& directory : directories) {
    const std::filesystem::path file = (directory / path).lexically_normal();
    std::error_code error;
    if (file.is_absolute() && std::filesystem::is_regular_file(file, error)) return file.string();
  }
  return path;
}

/// A Frame whose texts are kept once for all.
struct SharedFrame {
  const std::string* function;
  const std::string* file;
  const std::string* module;
  std::uint64_t module_offset;
  int line;
};

/// A place in a module's file.
struct Place {
  std::size_t file;  ///< index of the first module with the same path and build id
  std::uint64_t offset;
  bool operator==(const Place&) const = default;
};

struct PlaceHash {
  std::size_t operator()(const Place& place) const {
    // Offsets differ in their low bits, which is where the table looks.
    return place.offset ^ (place.file * 0x9e3779b97f4a7c15u);
  }
};

/// Which frames of State::frames are those of a place.
struct FrameRange {
  std::size_t begin, end;
};

}  // namespace

struct TraceSymbols::State {
  std::vector<RecordedModule> modules;
  /// For each range of addresses the modules that were there one after the other, by epoch. A
  /// plug-in that is loaded and unloaded thousands of times gets one address again and again.
  std::vector<std::vector<std::size_t>> successions;
  AddressRanges<std::size_t> ranges;            ///< indices into successions
  std::vector<std::size_t> files;               ///< for each module, see Place::file
  std::vector<std::optional<bool>> usable;      ///< by file; empty until it is first asked for
  std::map<std::string, ModuleSymbols> opened;  ///< by path
  std::unordered_map<Place, FrameRange, PlaceHash> places;
  std::vector<SharedFrame> frames;
  std::unordered_set<std::string> texts;
  std::vector<std::string> gaps;

  const std::string* Shared(std::string&& text) { return &*texts.insert(std::move(text)).first; }

  /// The module that held `address` in `epoch`.
  std::optional<std::size_t> ModuleAt(std::uint64_t address, std::uint32_t epoch) {
    std::optional<std::size_t> found;
    ranges.Find(address, [&](std::size_t succession) {
      const std::vector<std::size_t>& candidates = successions[succession];
      auto after = std::upper_bound(candidates.begin(), candidates.end(), epoch,
                                    [this](std::uint32_t value, std::size_t module) {
                                      return value < modules[module].first_epoch;
                                    });
      if (after == candidates.begin() || modules[*--after].last_epoch < epoch) return false;
      found = *after;
      return true;
    });
    return found;
  }

  void AddGap(std::string gap) {
    if (std::find(gaps.begin(), gaps.end(), gap) == gaps.end()) gaps.push_back(std::move(gap));
  }

  /// The symbols of module `index`; null when its file is not the one that ran.
  ModuleSymbols* SymbolsOf(std::size_t index) {
    const RecordedModule& module = modules[index];
    const bool system = IsSystemLibrary(module.path);
    // The kernel's own library has no file.
    if (module.path.empty() || (system && module.path.front() != '/')) return nullptr;
    const ModuleDetail detail =
        system ? ModuleDetail::kSymbolTable : ModuleDetail::kDebugInformation;
    ModuleSymbols& file = opened.try_emplace(module.path, module.path, detail).first->second;
    std::optional<bool>& is_usable = usable[files[index]];
    if (!is_usable) {
      std::string why = WhyUnusable(module, file);
      is_usable = why.empty();
      if (*is_usable && !system) why = WhatIsMissing(module, file);
      if (!why.empty()) AddGap(std::move(why));
    }
    return *is_usable ? &file : nullptr;
  }

  FrameRange FramesAt(std::size_t index, std::uint64_t offset) {
    const auto [entry, is_new] = places.try_emplace({files[index], offset});
    if (!is_new) return entry->second;
    Stack resolved;
    if (ModuleSymbols* symbols = SymbolsOf(index)) {
      resolved = symbols->Resolve(offset);
      if (resolved.empty()) resolved.push_back({symbols->FunctionAt(offset), "", 0, "", 0});
    }
    if (resolved.empty()) resolved.emplace_back();
    entry->second.begin = frames.size();
    for (Frame& frame : resolved) {
      frames.push_back({Shared(std::move(frame.function)), Shared(std::move(frame.file)),
                        &modules[index].path, offset, frame.line});
    }
    entry->second.end = frames.size();
    return entry->second;
  }
};

TraceSymbols::TraceSymbols(std::vector<RecordedModule> modules, const std::string& directory)
    : state_(new State) {
  State& state = *state_;
  state.modules = std::move(modules);
  std::vector<std::filesystem::path> directories = {directory};
  if (!state.modules.empty()) {
    directories.push_back(std::filesystem::path(state.modules[0].path).parent_path());
  }
  for (RecordedModule& module : state.modules) module.path = FileOf(module.path, directories);
  state.usable.resize(state.modules.size());
  std::map<std::pair<std::string, std::string>, std::size_t> files;
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::vector<std::size_t>> successions;
  for (std::size_t i = 0; i < state.modules.size(); ++i) {
    const RecordedModule& module = state.modules[i];
    state.files.push_back(files.try_emplace({module.path, module.build_id}, i).first->second);
    successions[{module.begin, module.end}].push_back(i);
  }
  for (auto& [range, indices] : successions) {
    std::stable_sort(indices.begin(), indices.end(), [&](std::size_t a, std::size_t b) {
      return state.modules[a].first_epoch < state.modules[b].first_epoch;
    });
    state.ranges.Add(range.first, range.second, state.successions.size());
    state.successions.push_back(std::move(indices));
  }
  state.ranges.Sort();
}

TraceSymbols::~TraceSymbols() = default;
TraceSymbols::TraceSymbols(TraceSymbols&&) noexcept = default;
TraceSymbols& TraceSymbols::operator=(TraceSymbols&&) noexcept = default;

Stack TraceSymbols::Resolve(const RecordedStack& stack) {
  State& state = *state_;
  Stack named;
  named.reserve(stack.addresses.size());
  for (const std::uint64_t return_address : stack.addresses) {
    const std::uint64_t call = return_address - 1;
    const std::optional<std::size_t> module = state.ModuleAt(call, stack.epoch);
    if (!module) {
      named.emplace_back();
      continue;
    }
    const FrameRange range = state.FramesAt(*module, call - state.modules[*module].bias);
    for (std::size_t i = range.begin; i < range.end; ++i) {
      const SharedFrame& frame = state.frames[i];
      named.push_back(
          {*frame.function, *frame.file, frame.line, *frame.module, frame.module_offset});
    }
  }
  return named;
}

const std::vector<std::string>& TraceSymbols::Gaps() const { return state_->gaps; }

}  // namespace memprof
