// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/symbols/module_symbols.h"

#include <cxxabi.h>
#include <dwarf.h>
#include <elfutils/libdwfl.h>

#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>

#include "runner/symbols/debug_units.h"

namespace memprof {
namespace {

struct EndDwfl {
  void operator()(Dwfl* dwfl) const { dwfl_end(dwfl); }
};

std::string Text(const char* text) { return text != nullptr ? text : ""; }

/// A name of C's stays as it is: to the demangler `f` is also the type float.
std::string Demangled(const char* name) {
  if (name == nullptr || !std::string_view(name).starts_with("_Z")) return Text(name);
  int status = 0;
  char* demangled = abi::__cxa_demangle(name, nullptr, nullptr, &status);
  std::string text = status == 0 ? demangled : name;
  std::free(demangled);
  return text;
}

/// Empty when the debug information has no mangled name, as for what a file keeps to itself.
std::string LinkageName(Dwarf_Die* function) {
  for (const unsigned name : {DW_AT_linkage_name, DW_AT_MIPS_linkage_name}) {
    Dwarf_Attribute attribute;
    if (dwarf_attr_integrate(function, name, &attribute) == nullptr) continue;
    if (const char* text = dwarf_formstring(&attribute)) return Demangled(text);
  }
  return {};
}

int Number(Dwarf_Die* die, unsigned name) {
  Dwarf_Attribute attribute;
  Dwarf_Word value = 0;
  if (dwarf_formudata(dwarf_attr(die, name, &attribute), &value) != 0) return 0;
  return static_cast<int>(value);
}

std::string Absolute(const char* file, Dwarf_Die* unit) {
  if (file == nullptr || *file == '\0') return {};
  Dwarf_Attribute attribute;
  const std::string directory =
      Text(dwarf_formstring(dwarf_attr(unit, DW_AT_comp_dir, &attribute)));
  return (std::filesystem::path(directory) / file).lexically_normal().string();
}

/// The file and line that an inlined function was called from.
void SetCaller(Dwarf_Die inlined, Dwarf_Die* unit, Frame& frame) {
  Dwarf_Die tree;
  Dwarf_Files* files = nullptr;
  std::size_t count = 0;
  if (dwarf_diecu(&inlined, &tree, nullptr, nullptr) == nullptr) return;
  if (dwarf_getsrcfiles(&tree, &files, &count) != 0) return;
  const auto file = static_cast<std::size_t>(Number(&inlined, DW_AT_call_file));
  frame.line = Number(&inlined, DW_AT_call_line);
  if (frame.line > 0 && file < count) {
    frame.file = Absolute(dwarf_filesrc(files, file, nullptr, nullptr), unit);
  }
}

/// The file and line of the instruction itself. Line 0 is code that the compiler made of several
/// lines, and names no place.
void SetPlace(Dwarf_Addr pc, Dwarf_Die* unit, Frame& frame) {
  Dwarf_Line* line = dwarf_getsrc_die(unit, pc);
  if (line == nullptr || dwarf_lineno(line, &frame.line) != 0 || frame.line <= 0) return;
  frame.file = Absolute(dwarf_linesrc(line, nullptr, nullptr), unit);
}

}  // namespace

struct ModuleSymbols::State {
  std::string path;
  std::unique_ptr<Dwfl, EndDwfl> dwfl;
  Dwfl_Module* module = nullptr;
  Dwarf_Addr bias = 0;        ///< from the file's addresses to libdwfl's
  Dwarf_Addr dwarf_bias = 0;  ///< from the debug information's addresses to libdwfl's
  std::optional<DebugUnits> units;
};

ModuleSymbols::ModuleSymbols(const std::string& path) : state_(std::make_unique<State>()) {
  static char* default_path = nullptr;  // libdwfl's own list of directories
  static const Dwfl_Callbacks kCallbacks = {.find_elf = dwfl_build_id_find_elf,
                                            .find_debuginfo = dwfl_standard_find_debuginfo,
                                            .section_address = dwfl_offline_section_address,
                                            .debuginfo_path = &default_path};
  // To open a pipe would wait for its other end.
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return;
  State& state = *state_;
  state.path = path;
  state.dwfl.reset(dwfl_begin(&kCallbacks));
  if (!state.dwfl) return;
  state.module =
      dwfl_report_elf(state.dwfl.get(), path.c_str(), path.c_str(), -1, 0, /*add_p_vaddr=*/true);
  dwfl_report_end(state.dwfl.get(), nullptr, nullptr);
  if (state.module == nullptr || dwfl_module_getelf(state.module, &state.bias) == nullptr) return;
  if (Dwarf* dwarf = dwfl_module_getdwarf(state.module, &state.dwarf_bias)) {
    state.units.emplace(dwarf);
  }
}

ModuleSymbols::~ModuleSymbols() = default;

Stack ModuleSymbols::Resolve(std::uint64_t offset) {
  State& state = *state_;
  if (!state.units) return {};
  const Dwarf_Addr address = offset + state.bias;
  const Dwarf_Addr pc = address - state.dwarf_bias;
  std::optional<CodeAt> code = state.units->At(pc);
  if (!code) return {};

  Stack stack;
  Frame place;
  place.module = state.path;
  place.module_offset = offset;
  SetPlace(pc, &code->unit, place);
  while (!code->functions.empty()) {
    Dwarf_Die& function = code->functions.back();
    place.function = LinkageName(&function);
    // The symbol table says more of a file's own functions: the namespace, the lambda's function.
    if (place.function.empty() && code->functions.size() == 1) {
      place.function = Demangled(dwfl_module_addrname(state.module, address));
    }
    if (place.function.empty()) place.function = Text(dwarf_diename(&function));
    stack.push_back(place);
    place.file.clear();
    place.line = 0;
    SetCaller(function, &code->unit, place);
    code->functions.pop_back();
  }
  if (stack.empty()) {
    place.function = Demangled(dwfl_module_addrname(state.module, address));
    if (!place.file.empty()) stack.push_back(place);
  }
  return stack;
}

}  // namespace memprof
