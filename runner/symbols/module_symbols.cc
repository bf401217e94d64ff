// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/symbols/module_symbols.h"

#include <cxxabi.h>
#include <dwarf.h>
#include <elfutils/libdwfl.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <optional>
#include <string_view>
#include <system_error>
#include <unordered_map>

#include "runner/symbols/debug_units.h"
#include "runner/symbols/symbol_table.h"

namespace memprof {
namespace {

struct EndDwfl {
  void operator()(Dwfl* dwfl) const { dwfl_end(dwfl); }
};

std::string Text(const char* text) { return text != nullptr ? text : ""; }

/// The name of the function that the compiler split or copied: without ".cold", ".isra.0" …, and
/// without a symbol's version ("realpath@@GLIBC_2.3").
std::string_view WithoutSuffix(std::string_view name) {
  for (const std::string_view suffix :
       {"@", ".cold", ".isra.", ".part.", ".constprop.", ".lto_priv.", ".localalias", ".llvm."}) {
    // Not at the front: ".cold" alone is a name.
    const auto at = name.find(suffix, 1);
    if (at != std::string_view::npos) name = name.substr(0, at);
  }
  return name;
}

/// A name of C's stays as it is: to the demangler `f` is also the type float.
std::string Demangled(const char* name) {
  std::string text(WithoutSuffix(name));
  if (!text.starts_with("_Z")) return text;
  int status = 0;
  char* demangled = abi::__cxa_demangle(text.c_str(), nullptr, nullptr, &status);
  if (status == 0) text = demangled;
  std::free(demangled);
  return text;
}

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

/// Debug information is not looked for. That would ask debuginfod of it.
int FindNoDebugInformation(Dwfl_Module*, void**, const char*, Dwarf_Addr, const char*, const char*,
                           GElf_Word, char**) {
  return -1;
}

char* default_path = nullptr;  // libdwfl's own list of directories
const Dwfl_Callbacks kWithDebugInformation = {.find_elf = dwfl_build_id_find_elf,
                                              .find_debuginfo = dwfl_standard_find_debuginfo,
                                              .section_address = dwfl_offline_section_address,
                                              .debuginfo_path = &default_path};
const Dwfl_Callbacks kFileAlone = {.find_elf = dwfl_build_id_find_elf,
                                   .find_debuginfo = FindNoDebugInformation,
                                   .section_address = dwfl_offline_section_address,
                                   .debuginfo_path = &default_path};

}  // namespace

struct ModuleSymbols::State {
  std::string path;
  ModuleDetail detail = ModuleDetail::kDebugInformation;
  std::unique_ptr<Dwfl, EndDwfl> dwfl;
  Dwfl_Module* module = nullptr;  ///< null when the file could not be read
  Dwarf_Addr bias = 0;            ///< from the file's addresses to libdwfl's
  Dwarf_Addr dwarf_bias = 0;      ///< from the debug information's addresses to libdwfl's
  std::optional<DebugUnits> units;
  std::optional<SymbolTable> symbols;
  bool debug_information_read = false;
  /// Texts by what libdw has for them: each is asked for thousands of times.
  std::unordered_map<const char*, std::string> demangled;
  std::map<std::pair<const char*, const void*>, std::string> files;

  DebugUnits* Units() {
    if (!debug_information_read && module != nullptr && detail == ModuleDetail::kDebugInformation) {
      if (Dwarf* dwarf = dwfl_module_getdwarf(module, &dwarf_bias)) units.emplace(dwarf);
    }
    debug_information_read = true;
    return units ? &*units : nullptr;
  }

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
    : state_(std::make_unique<State>()) {
  // To open a pipe would wait for its other end.
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return;
  State& state = *state_;
  state.path = path;
  state.detail = detail;
  const bool whole = detail == ModuleDetail::kDebugInformation;
  state.dwfl.reset(dwfl_begin(whole ? &kWithDebugInformation : &kFileAlone));
  if (!state.dwfl) return;
  Dwfl_Module* module =
      dwfl_report_elf(state.dwfl.get(), path.c_str(), path.c_str(), -1, 0, /*add_p_vaddr=*/true);
  dwfl_report_end(state.dwfl.get(), nullptr, nullptr);
  if (module == nullptr) return;
  if (dwfl_module_getelf(module, &state.bias) != nullptr) state.module = module;
}

ModuleSymbols::~ModuleSymbols() = default;

bool ModuleSymbols::Supported() { return true; }

bool ModuleSymbols::is_open() const { return state_->module != nullptr; }

std::string ModuleSymbols::BuildId() const {
  const unsigned char* bytes = nullptr;
  GElf_Addr address = 0;
  if (!is_open()) return {};
  const int count = dwfl_module_build_id(state_->module, &bytes, &address);
  return count > 0 ? std::string(bytes, bytes + count) : std::string();
}

std::pair<std::uint64_t, std::uint64_t> ModuleSymbols::Loaded() const {
  Dwarf_Addr begin = 0, end = 0;
  if (!is_open()) return {0, 0};
  dwfl_module_info(state_->module, nullptr, &begin, &end, nullptr, nullptr, nullptr, nullptr);
  return {begin - state_->bias, end - state_->bias};
}

ModuleSymbols::Found ModuleSymbols::DebugInformation() {
  const DebugUnits* units = state_->Units();
  if (units == nullptr || units->empty()) return Found::kNone;
  return units->lacks_split_units() ? Found::kWithoutSplitUnits : Found::kWhole;
}

const std::string& ModuleSymbols::FunctionAt(std::uint64_t offset) {
  static const std::string kNone;
  State& state = *state_;
  if (!is_open()) return kNone;
  if (!state.symbols) state.symbols.emplace(state.module);
  const char* name = state.symbols->At(offset + state.bias);
  return name == nullptr ? kNone : state.Demangle(name);
}

Stack ModuleSymbols::Resolve(std::uint64_t offset) {
  State& state = *state_;
  DebugUnits* units = state.Units();
  if (units == nullptr) return {};
  const Dwarf_Addr pc = offset + state.bias - state.dwarf_bias;
  std::optional<CodeAt> code = units->At(pc);
  if (!code) return {};

  Stack stack;
  Frame place;
  place.module = state.path;
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
