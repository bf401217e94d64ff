// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/symbols/module_symbols.h"

#include <dwarf.h>

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <unordered_map>

#include "runner/symbols/debug_units.h"
#include "runner/symbols/demangled.h"
#include "runner/symbols/module_file.h"
#include "runner/symbols/symbol_table.h"

namespace memprof {
namespace {

std::string Text(const char* text) { return text != nullptr ? text : ""; }

/// Null when the debug information has no mangled name, as for what a file keeps to itself.
const char* LinkageName(Dwarf_Die* function) {
  for (const unsigned name : {DW_AT_linkage_name, DW_AT_MIPS_linkage_name}) {
    Dwarf_Attribute attribute;
    if (dwarf_attr_integrate(function, name, &attribute) == nullptr) continue;
    if (const char* text = dwarf_formstring(&attribute)) return text;
  }
  return nullptr;
}

int Number(Dwarf_Die* die, unsigned name) {
  Dwarf_Attribute attribute;
  Dwarf_Word value = 0;
  if (dwarf_formudata(dwarf_attr(die, name, &attribute), &value) != 0) return 0;
  return static_cast<int>(value);
}

}  // namespace

struct ModuleSymbols::State {
  State(const std::string& path, ModuleDetail detail) : file(path, detail) {}

  ModuleFile file;
  std::optional<SymbolTable> symbols;
  /// Texts by what libdw has for them: each is asked for thousands of times.
  std::unordered_map<const char*, std::string> demangled;
  std::map<std::pair<const char*, const void*>, std::string> files;

  /// `name` must live as long as the module.
  const std::string& Demangle(const char* name) {
    const auto [entry, is_new] = demangled.try_emplace(name);
    if (is_new) entry->second = Demangled(name);
    return entry->second;
  }

  const std::string& Absolute(const char* file, Dwarf_Die* unit) {
    const auto [entry, is_new] = files.try_emplace({file, unit->addr});
    if (is_new && file != nullptr && *file != '\0') {
      Dwarf_Attribute attribute;
      const char* directory = dwarf_formstring(dwarf_attr(unit, DW_AT_comp_dir, &attribute));
      entry->second = (std::filesystem::path(Text(directory)) / file).lexically_normal().string();
    }
    return entry->second;
  }

  /// The file and line that an inlined function was called from.
  void SetCaller(Dwarf_Die inlined, Dwarf_Die* unit, Frame& frame) {
    Dwarf_Die tree;
    Dwarf_Files* sources = nullptr;
    std::size_t count = 0;
    if (dwarf_diecu(&inlined, &tree, nullptr, nullptr) == nullptr) return;
    if (dwarf_getsrcfiles(&tree, &sources, &count) != 0) return;
    const auto file = static_cast<std::size_t>(Number(&inlined, DW_AT_call_file));
    frame.line = Number(&inlined, DW_AT_call_line);
    if (frame.line > 0 && file < count) {
      frame.file = Absolute(dwarf_filesrc(sources, file, nullptr, nullptr), unit);
    }
  }

  /// The file and line of the instruction itself. Line 0 is code that the compiler made of several
  /// lines, and names no place.
  void SetPlace(Dwarf_Addr pc, Dwarf_Die* unit, Frame& frame) {
    Dwarf_Line* line = dwarf_getsrc_die(unit, pc);
    if (line == nullptr || dwarf_lineno(line, &frame.line) != 0 || frame.line <= 0) return;
    frame.file = Absolute(dwarf_linesrc(line, nullptr, nullptr), unit);
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
  DebugUnits* units = state.file.Units();
  if (units == nullptr) return {};
  const Dwarf_Addr pc = state.file.DebugAddress(offset);
  std::optional<CodeAt> code = units->At(pc);
  if (!code) return {};

  Stack stack;
  Frame place;
  place.module = state.file.path();
  place.module_offset = offset;
  state.SetPlace(pc, &code->unit, place);
  while (!code->functions.empty()) {
    Dwarf_Die& function = code->functions.back();
    place.function.clear();
    if (const char* name = LinkageName(&function)) place.function = state.Demangle(name);
    // The symbol table says more of a file's own functions: the namespace, the lambda's function.
    if (place.function.empty() && code->functions.size() == 1) place.function = FunctionAt(offset);
    if (place.function.empty()) place.function = Text(dwarf_diename(&function));
    stack.push_back(place);
    place.file.clear();
    place.line = 0;
    state.SetCaller(function, &code->unit, place);
    code->functions.pop_back();
  }
  if (stack.empty()) {
    place.function = FunctionAt(offset);
    if (!place.file.empty()) stack.push_back(place);
  }
  return stack;
}

}  // namespace memprof
