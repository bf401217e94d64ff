// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/symbols/module_symbols.h"

#include <optional>
#include <unordered_map>
#include <vector>

#include "runner/symbols/code_place.h"
#include "runner/symbols/debug_units.h"
#include "runner/symbols/demangled.h"
#include "runner/symbols/module_file.h"
#include "runner/symbols/symbol_table.h"

namespace memprof {

struct ModuleSymbols::State {
  State(const std::string& path, ModuleDetail detail) : file(path, detail) {}

  ModuleFile file;
  std::optional<SymbolTable> symbols;
  /// By what libdw has for the name: each is asked for thousands of times.
  std::unordered_map<const char*, std::string> demangled;

  /// `name` must live as long as the module.
  const std::string& Demangle(const char* name) {
    const auto [entry, is_new] = demangled.try_emplace(name);
    if (is_new) entry->second = Demangled(name);
    return entry->second;
  }
};

ModuleSymbols::ModuleSymbols(const std::string& path, ModuleDetail detail)
    : state_(std::make_unique<State>(path, detail)) {}

ModuleSymbols::~ModuleSymbols() = default;

bool ModuleSymbols::Supported() { return true; }

bool ModuleSymbols::is_open() const { return state_->file.is_open(); }

std::string ModuleSymbols::BuildId() const { return state_->file.BuildId(); }

std::pair<std::uint64_t, std::uint64_t> ModuleSymbols::Loaded() const {
  return state_->file.Loaded();
}

ModuleSymbols::Found ModuleSymbols::DebugInformation() {
  const DebugUnits* units = state_->file.Units();
  if (units == nullptr || units->empty()) return Found::kNone;
  return units->lacks_split_units() ? Found::kWithoutSplitUnits : Found::kWhole;
}

const std::string& ModuleSymbols::FunctionAt(std::uint64_t offset) {
  static const std::string kNone;
  State& state = *state_;
  if (!is_open()) return kNone;
  if (!state.symbols) state.symbols.emplace(state.file.module());
  const char* name = state.symbols->At(offset + state.file.bias());
  return name == nullptr ? kNone : state.Demangle(name);
}

Stack ModuleSymbols::Resolve(std::uint64_t offset) {
  State& state = *state_;
  std::vector<CodePlace> places = state.file.PlacesAt(offset);
  Stack stack;
  for (CodePlace& place : places) {
    Frame& frame = stack.emplace_back();
    frame.file = std::move(place.file);
    frame.line = place.line;
    frame.module = state.file.path();
    frame.module_offset = offset;
    if (place.function.addr != nullptr) {
      if (const char* name = LinkageName(place.function)) frame.function = state.Demangle(name);
    }
    // The symbol table says more of a file's own functions: the namespace, the lambda's function.
    if (frame.function.empty() && &place == &places.back()) frame.function = FunctionAt(offset);
    if (!frame.function.empty() || place.function.addr == nullptr) continue;
    if (const char* name = dwarf_diename(&place.function)) frame.function = name;
  }
  return stack;
}

}  // namespace memprof
