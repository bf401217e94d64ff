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

#include "runner/symbols/module_map.h"
#include "runner/symbols/module_symbols.h"
#include "runner/symbols/system_library.h"

namespace memprof {
namespace {

std::string Hexadecimal(const std::string& bytes) {
  std::string text;
  for (const char byte : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return text.empty() ? "none" : text;
}

/// Why `file` cannot name the code of `module`; empty when it can.
std::string WhyUnusable(const RecordedModule& module, const ModuleSymbols& file) {
  constexpr std::string_view kSo = "so its code is shown as module and offset alone";
  if (!ModuleSymbols::Supported()) {
    return "memprof was built without elfutils' libdw, so code is shown as module and offset "
           "alone: build memprof with libdw-dev installed";
  }
  if (file.is_open()) {
    if (IsTheOneThatRan(module, file.BuildId(), file.Loaded())) return {};
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
  std::size_t file;  ///< see ModuleMap::FileOf
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
  State(std::vector<RecordedModule> recorded, const std::string& directory)
      : modules(std::move(recorded), directory), usable(modules.size()) {}

  ModuleMap modules;
  std::vector<std::optional<bool>> usable;      ///< by Place::file; empty until first asked for
  std::map<std::string, ModuleSymbols> opened;  ///< by path
  std::unordered_map<Place, FrameRange, PlaceHash> places;
  std::vector<SharedFrame> frames;
  std::unordered_set<std::string> texts;
  std::vector<std::string> gaps;

  const std::string* Shared(std::string&& text) { return &*texts.insert(std::move(text)).first; }

  void AddGap(std::string gap) {
    if (std::find(gaps.begin(), gaps.end(), gap) == gaps.end()) gaps.push_back(std::move(gap));
  }

  /// The symbols of module `index`; null when its file is not the one that ran.
  ModuleSymbols* SymbolsOf(std::size_t index) {
    const RecordedModule& module = modules[index];
    if (!HasFile(module)) return nullptr;
    const bool system = IsSystemLibrary(module.path);
    const ModuleDetail detail =
        system ? ModuleDetail::kSymbolTable : ModuleDetail::kDebugInformation;
    ModuleSymbols& file = opened.try_emplace(module.path, module.path, detail).first->second;
    std::optional<bool>& is_usable = usable[modules.FileOf(index)];
    if (!is_usable) {
      std::string why = WhyUnusable(module, file);
      is_usable = why.empty();
      if (*is_usable && !system) why = WhatIsMissing(module, file);
      if (!why.empty()) AddGap(std::move(why));
    }
    return *is_usable ? &file : nullptr;
  }

  FrameRange FramesAt(std::size_t index, std::uint64_t offset) {
    const auto [entry, is_new] = places.try_emplace({modules.FileOf(index), offset});
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
    : state_(new State(std::move(modules), directory)) {}

TraceSymbols::~TraceSymbols() = default;
TraceSymbols::TraceSymbols(TraceSymbols&&) noexcept = default;
TraceSymbols& TraceSymbols::operator=(TraceSymbols&&) noexcept = default;

Stack TraceSymbols::Resolve(const RecordedStack& stack) {
  State& state = *state_;
  Stack named;
  named.reserve(stack.addresses.size());
  for (const std::uint64_t return_address : stack.addresses) {
    const std::uint64_t call = return_address - 1;
    const std::optional<std::size_t> module = state.modules.At(call, stack.epoch);
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
