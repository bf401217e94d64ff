// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/symbols/code_place.h"

#include <dwarf.h>

#include <cstddef>
#include <filesystem>
#include <optional>
#include <utility>

namespace memprof {
namespace {

int Number(Dwarf_Die* die, unsigned name) {
  Dwarf_Attribute attribute;
  Dwarf_Word value = 0;
  if (dwarf_formudata(dwarf_attr(die, name, &attribute), &value) != 0) return 0;
  return static_cast<int>(value);
}

std::string Absolute(const char* file, Dwarf_Die* unit) {
  if (file == nullptr || *file == '\0') return {};
  Dwarf_Attribute attribute;
  const char* directory = dwarf_formstring(dwarf_attr(unit, DW_AT_comp_dir, &attribute));
  const std::filesystem::path base = directory != nullptr ? directory : "";
  return (base / file).lexically_normal().string();
}

/// The place of the instruction itself. Line 0 is code that the compiler made of several lines.
void SetOwnPlace(Dwarf_Addr pc, Dwarf_Die* unit, CodePlace& place) {
  Dwarf_Line* line = dwarf_getsrc_die(unit, pc);
  if (line == nullptr || dwarf_lineno(line, &place.line) != 0 || place.line <= 0) return;
  dwarf_linecol(line, &place.column);
  place.file = Absolute(dwarf_linesrc(line, nullptr, nullptr), unit);
}

/// The place that an inlined function was called from. Its file is one of its own unit's, which of
/// a split unit is not the one that has the directory.
void SetCaller(Dwarf_Die* inlined, Dwarf_Die* unit, CodePlace& place) {
  Dwarf_Die tree;
  Dwarf_Files* sources = nullptr;
  std::size_t count = 0;
  place.line = Number(inlined, DW_AT_call_line);
  place.column = Number(inlined, DW_AT_call_column);
  const auto file = static_cast<std::size_t>(Number(inlined, DW_AT_call_file));
  if (place.line <= 0 || dwarf_diecu(inlined, &tree, nullptr, nullptr) == nullptr) return;
  if (dwarf_getsrcfiles(&tree, &sources, &count) != 0 || file >= count) return;
  place.file = Absolute(dwarf_filesrc(sources, file, nullptr, nullptr), unit);
}

}  // namespace

std::vector<CodePlace> CodePlacesAt(DebugUnits& units, Dwarf_Addr pc) {
  std::optional<CodeAt> code = units.At(pc);
  if (!code) return {};
  std::vector<CodePlace> places;
  CodePlace place;
  SetOwnPlace(pc, &code->unit, place);
  for (; !code->functions.empty(); code->functions.pop_back()) {
    place.function = code->functions.back();
    places.push_back(std::move(place));
    place = {};
    SetCaller(&code->functions.back(), &code->unit, place);
  }
  if (places.empty() && !place.file.empty()) places.push_back(std::move(place));
  return places;
}

}  // namespace memprof
