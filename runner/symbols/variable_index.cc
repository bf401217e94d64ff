// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/symbols/variable_index.h"

#include <dwarf.h>

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <string_view>
#include <utility>

#include "runner/symbols/demangled.h"
#include "runner/symbols/symbol_table.h"
#include "runner/symbols/type_spelling.h"

namespace memprof {
namespace {

/// How far back a variable that covers a place may begin, in variables: those between have no size.
constexpr int kMostSteps = 4;

struct StaticPlace {
  std::uint64_t begin;
  bool is_thread_local;
};

/// The address or constant that an operation pushes.
std::optional<std::uint64_t> Pushed(Dwarf_Attribute* location, const Dwarf_Op& operation) {
  Dwarf_Attribute value;
  switch (operation.atom) {
    case DW_OP_addr:
    case DW_OP_const4u:
    case DW_OP_const8u:
      return operation.number;
    case DW_OP_addrx:
    case DW_OP_GNU_addr_index: {
      Dwarf_Addr address = 0;
      if (dwarf_getlocation_attr(location, &operation, &value) != 0) return {};
      if (dwarf_formaddr(&value, &address) != 0) return {};
      return address;
    }
    case DW_OP_constx:
    case DW_OP_GNU_const_index: {
      Dwarf_Word constant = 0;
      if (dwarf_getlocation_attr(location, &operation, &value) != 0) return {};
      // It lies among the addresses, and has their form or a number's.
      if (dwarf_formudata(&value, &constant) != 0 && dwarf_formaddr(&value, &constant) != 0) {
        return {};
      }
      return constant;
    }
    default:
      return {};
  }
}

std::optional<StaticPlace> StaticPlaceOf(Dwarf_Die variable) {
  Dwarf_Attribute location;
  Dwarf_Op* operations = nullptr;
  std::size_t count = 0;
  if (dwarf_attr(&variable, DW_AT_location, &location) == nullptr) return {};
  if (dwarf_getlocation(&location, &operations, &count) != 0 || count == 0) return {};
  std::optional<std::uint64_t> begin = Pushed(&location, operations[0]);
  if (!begin) return {};
  std::size_t at = 1;
  const auto is = [&](int atom) { return at < count && operations[at].atom == atom; };
  const bool is_thread_local = is(DW_OP_form_tls_address) || is(DW_OP_GNU_push_tls_address);
  if (is_thread_local) ++at;
  if (is(DW_OP_plus_uconst)) *begin += operations[at++].number;
  // What is left says that the address is the variable's value, or that it lies in pieces.
  const bool is_address = operations[0].atom == DW_OP_addr || operations[0].atom == DW_OP_addrx ||
                          operations[0].atom == DW_OP_GNU_addr_index;
  if (at != count || is_address == is_thread_local) return {};
  // The linker leaves what it dropped at address 0.
  if (!is_thread_local && *begin == 0) return {};
  return StaticPlace{*begin, is_thread_local};
}

/// "seen" of "seen.0", as compilers name a function's static that C does not mangle.
std::string_view WithoutNumber(std::string_view name) {
  const auto dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || dot + 1 == name.size()) return name;
  const std::string_view digits = name.substr(dot + 1);
  const bool number = std::all_of(digits.begin(), digits.end(),
                                  [](unsigned char c) { return std::isdigit(c) != 0; });
  return number ? name.substr(0, dot) : name;
}

/// "main()::lambda" of "main::$_0::operator()()" (Clang), and "main::{lambda()#1}" (GCC) without
/// the operator: a lambda's body is the lambda.
std::string AsLambda(std::string function) {
  constexpr std::string_view kBody = "::operator()()";
  if (!function.ends_with(kBody)) return function;
  const std::string closure = function.substr(0, function.size() - kBody.size());
  const auto name = closure.rfind("::$_");
  if (name != std::string::npos) return closure.substr(0, name) + "()::lambda";
  return closure.ends_with('}') ? closure : function;
}

/// What the name of its symbol alone tells of a variable.
Variable FromSymbol(const char* symbol, std::uint64_t bytes, Variable::Storage storage) {
  Variable variable;
  variable.storage = storage;
  variable.bytes = bytes;
  std::string name = Demangled(symbol);
  constexpr std::string_view kTag = "[abi:cxx11]";
  if (name.ends_with(kTag)) name.resize(name.size() - kTag.size());
  const std::string_view own = LastComponent(name);
  const std::string_view scope = std::string_view(name).substr(
      0, name.size() - own.size() - (own.size() < name.size() ? 2 : 0));
  const bool in_function = scope.ends_with(')') || scope.ends_with(") const");
  if (in_function && !scope.ends_with("(anonymous namespace)")) {
    variable.function = WithoutParameters(scope);
    variable.function = AsLambda(std::move(variable.function));
    variable.name = own;
    if (storage == Variable::Storage::kGlobal) {
      variable.storage = Variable::Storage::kFunctionStatic;
    }
  } else {
    variable.name = WithoutNumber(name);
  }
  return variable;
}

}  // namespace

std::uint64_t VariableBytes(Dwarf_Die die, TypeTable& types) {
  Dwarf_Attribute attribute;
  Dwarf_Die type;
  Dwarf_Word bytes = 0;
  if (dwarf_attr_integrate(&die, DW_AT_type, &attribute) == nullptr) return 0;
  if (dwarf_formref_die(&attribute, &type) == nullptr) return 0;
  if (dwarf_aggregate_size(&type, &bytes) == 0) return bytes;
  // Declared alone in this unit.
  return types.Info(types.Of(type)).bytes;
}

Variable DescribeVariable(const Dwarf_Die& die, DebugNames& names, TypeTable& types) {
  Variable variable;
  const Dwarf_Die origin = OriginOf(die);
  variable.function = names.IsInClass(origin) ? "" : names.FunctionAround(origin);
  if (variable.function.empty()) {
    variable.name = names.Qualified(origin);
  } else {
    Dwarf_Die named = origin;
    const char* name = dwarf_diename(&named);
    variable.name = name != nullptr ? name : "";
  }
  // The definition has the whole type where the declaration has `int[]`.
  Dwarf_Die own = die;
  variable.type = types.TypeOf(dwarf_hasattr(&own, DW_AT_type) ? die : origin);
  variable.bytes = VariableBytes(die, types);
  variable.file = names.FileOf(die);
  variable.line = names.LineOf(die);
  return variable;
}

void VariableIndex::ReadUnit(const Dwarf_Die& unit) {
  for (const UnitScopes::Entity& entity : names_.ScopesOf(unit).entities()) {
    if (entity.tag != DW_TAG_variable) continue;
    const std::optional<StaticPlace> place = StaticPlaceOf(entity.die);
    if (!place) continue;
    if (place->is_thread_local) {
      // GCC's split units (12) have an address in the initial image instead of an offset in it.
      const std::uint64_t in_image = file_.OffsetOf(place->begin) - image_begin_;
      const bool is_address = in_image < image_bytes_ && place->begin >= image_bytes_;
      thread_local_.described.push_back({is_address ? in_image : place->begin, entity.die});
    } else {
      data_.described.push_back({file_.OffsetOf(place->begin), entity.die});
    }
  }
}

void VariableIndex::ReadThreadLocalImage() {
  Dwarf_Addr bias = 0;
  Elf* elf = file_.module() != nullptr ? dwfl_module_getelf(file_.module(), &bias) : nullptr;
  std::size_t count = 0;
  if (elf == nullptr || elf_getphdrnum(elf, &count) != 0) return;
  for (std::size_t i = 0; i < count; ++i) {
    GElf_Phdr segment;
    if (gelf_getphdr(elf, static_cast<int>(i), &segment) == nullptr) continue;
    if (segment.p_type != PT_TLS) continue;
    image_begin_ = segment.p_vaddr;
    image_bytes_ = segment.p_memsz;
  }
}

void VariableIndex::ReadSymbols() {
  ForEachSymbol(file_.module(),
                [this](const GElf_Sym& symbol, GElf_Addr address, const char* name) {
                  if (std::string_view(name).starts_with("_ZGV")) return;
                  const int type = GELF_ST_TYPE(symbol.st_info);
                  if (type == STT_TLS) {
                    thread_local_.symbols.Add(symbol.st_value, symbol.st_value + symbol.st_size,
                                              {symbol.st_value, symbol.st_size, name});
                  } else if (type == STT_OBJECT) {
                    const std::uint64_t begin = address - file_.bias();
                    data_.symbols.Add(begin, begin + symbol.st_size, {begin, symbol.st_size, name});
                  }
                });
  data_.symbols.Sort();
  thread_local_.symbols.Sort();
}

void VariableIndex::Read() {
  read_ = true;
  ReadThreadLocalImage();
  if (Dwarf* debug = file_.Debug()) {
    for (const Dwarf_Die& unit : UnitsOf(debug)) ReadUnit(unit);
  }
  for (Area* area : {&data_, &thread_local_}) {
    std::stable_sort(area->described.begin(), area->described.end(),
                     [](const Described& a, const Described& b) { return a.begin < b.begin; });
    // One variable may be described in many units, as an inline function's static is.
    const auto same = [](const Described& a, const Described& b) { return a.begin == b.begin; };
    area->described.erase(std::unique(area->described.begin(), area->described.end(), same),
                          area->described.end());
  }
  ReadSymbols();
}

/// The symbol's scope where the debug information leaves it out: GCC does at -g1, Clang for
/// functions that are inlined everywhere.
void VariableIndex::AddScope(const Symbol& symbol, Variable& variable) {
  const bool has_scope = variable.name.find("::") != std::string::npos ||
                         (!variable.function.empty() && variable.function != "()");
  if (has_scope || !std::string_view(symbol.name).starts_with("_Z")) return;
  Variable named = FromSymbol(symbol.name, symbol.bytes, variable.storage);
  variable.storage = named.storage;
  variable.name = std::move(named.name);
  variable.function = std::move(named.function);
}

Variable VariableIndex::FromDebug(const Dwarf_Die& die, Variable::Storage storage) {
  Variable variable = DescribeVariable(die, names_, types_);
  variable.storage = storage;
  if (storage == Variable::Storage::kGlobal) {
    if (!variable.function.empty()) {
      variable.storage = Variable::Storage::kFunctionStatic;
    } else if (names_.IsInClass(die)) {
      variable.storage = Variable::Storage::kClassStatic;
    }
  }
  return variable;
}

VariablePlace VariableIndex::Place(Area& area, std::uint64_t begin, std::uint64_t offset,
                                   Variable variable) {
  const auto id = static_cast<VariableId>(variables_.size());
  variable.module = file_.path();
  variables_.push_back(std::move(variable));
  area.known[begin] = id;
  return {id, offset - begin};
}

std::optional<VariablePlace> VariableIndex::At(Area& area, Variable::Storage storage,
                                               std::uint64_t offset) {
  if (!read_) Read();
  const Symbol* symbol = area.symbols.Find(offset);
  const auto after = std::upper_bound(
      area.described.begin(), area.described.end(), offset,
      [](std::uint64_t value, const Described& described) { return value < described.begin; });
  int steps = 0;
  for (auto at = after; at != area.described.begin() && steps < kMostSteps; ++steps) {
    --at;
    std::uint64_t bytes = VariableBytes(at->die, types_);
    // A trailing array, or a type that only the symbol knows the size of.
    if (symbol != nullptr && symbol->begin == at->begin) bytes = std::max(bytes, symbol->bytes);
    if (offset - at->begin >= bytes) continue;
    if (const auto known = area.known.find(at->begin); known != area.known.end()) {
      return VariablePlace{known->second, offset - at->begin};
    }
    Variable variable = FromDebug(at->die, storage);
    variable.bytes = bytes;
    if (symbol != nullptr && symbol->begin == at->begin) AddScope(*symbol, variable);
    return Place(area, at->begin, offset, std::move(variable));
  }
  if (symbol == nullptr) return {};
  if (const auto known = area.known.find(symbol->begin); known != area.known.end()) {
    return VariablePlace{known->second, offset - symbol->begin};
  }
  return Place(area, symbol->begin, offset, FromSymbol(symbol->name, symbol->bytes, storage));
}

std::optional<VariablePlace> VariableIndex::DataAt(std::uint64_t offset) {
  return At(data_, Variable::Storage::kGlobal, offset);
}

std::optional<VariablePlace> VariableIndex::ThreadLocalAt(std::uint64_t offset) {
  return At(thread_local_, Variable::Storage::kThreadLocal, offset);
}

}  // namespace memprof
