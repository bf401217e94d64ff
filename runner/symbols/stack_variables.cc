// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/symbols/stack_variables.h"

#include <dwarf.h>

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <utility>

#include "runner/symbols/demangled.h"
#include "runner/symbols/type_spelling.h"

namespace memprof {
namespace {

/// Deeper nesting than compilers make is damage.
constexpr int kMaxDepth = 256;

/// The register that an operation adds to, with the number added; nothing for other operations.
std::optional<std::pair<unsigned, std::int64_t>> RegisterPlus(const Dwarf_Op& operation) {
  const auto added = static_cast<std::int64_t>(operation.number);
  if (operation.atom >= DW_OP_breg0 && operation.atom <= DW_OP_breg31) {
    return std::pair(static_cast<unsigned>(operation.atom - DW_OP_breg0), added);
  }
  if (operation.atom == DW_OP_bregx) {
    return std::pair(static_cast<unsigned>(operation.number),
                     static_cast<std::int64_t>(operation.number2));
  }
  return {};
}

/// The one operation that says where `die` is at `pc`; null when it takes several, or none does.
const Dwarf_Op* SingleOperation(Dwarf_Die* die, unsigned name, Dwarf_Addr pc) {
  Dwarf_Attribute attribute;
  Dwarf_Op* operations = nullptr;
  std::size_t count = 0;
  if (dwarf_attr_integrate(die, name, &attribute) == nullptr) return nullptr;
  if (dwarf_getlocation_addr(&attribute, pc, &operations, &count, 1) < 1) return nullptr;
  return count == 1 ? operations : nullptr;
}

}  // namespace

struct StackVariables::Frame {
  Dwarf_Addr pc;
  std::optional<std::int64_t> base;  ///< of the function's frame, from the canonical frame address
  std::int64_t wanted;               ///< from the canonical frame address
};

/// Where the register points, from the canonical frame address; nothing where that is not told by
/// the register.
std::optional<std::int64_t> StackVariables::RegisterFromCfa(Dwarf_Addr pc, unsigned number) {
  Dwarf_Addr bias = 0;
  Dwarf_CFI* cfi = dwfl_module_eh_cfi(file_.module(), &bias);
  Dwarf_Frame* frame = nullptr;
  const Dwarf_Addr address = file_.OffsetOf(pc) + file_.bias() - bias;
  if (cfi == nullptr || dwarf_cfi_addrframe(cfi, address, &frame) != 0) return {};
  const std::unique_ptr<Dwarf_Frame, decltype(&std::free)> owner(frame, &std::free);
  Dwarf_Op* operations = nullptr;
  std::size_t count = 0;
  if (dwarf_frame_cfa(frame, &operations, &count) != 0 || count != 1) return {};
  const auto cfa = RegisterPlus(operations[0]);
  if (!cfa || cfa->first != number) return {};
  return -cfa->second;
}

std::optional<std::int64_t> StackVariables::BaseFromCfa(Dwarf_Die function, Dwarf_Addr pc) {
  const Dwarf_Op* base = SingleOperation(&function, DW_AT_frame_base, pc);
  if (base == nullptr) return {};
  if (base->atom == DW_OP_call_frame_cfa) return 0;
  if (base->atom >= DW_OP_reg0 && base->atom <= DW_OP_reg31) {
    return RegisterFromCfa(pc, static_cast<unsigned>(base->atom - DW_OP_reg0));
  }
  const auto added = RegisterPlus(*base);
  if (!added) return {};
  const std::optional<std::int64_t> place = RegisterFromCfa(pc, added->first);
  if (!place) return {};
  return *place + added->second;
}

std::optional<std::int64_t> StackVariables::FromCfa(Dwarf_Die variable, const Frame& frame) {
  const Dwarf_Op* place = SingleOperation(&variable, DW_AT_location, frame.pc);
  if (place == nullptr) return {};
  if (place->atom == DW_OP_fbreg) {
    if (!frame.base) return {};
    return *frame.base + static_cast<std::int64_t>(place->number);
  }
  const auto added = RegisterPlus(*place);
  if (!added) return {};
  const std::optional<std::int64_t> base = RegisterFromCfa(frame.pc, added->first);
  if (!base) return {};
  return *base + added->second;
}

std::optional<VariablePlace> StackVariables::Search(Dwarf_Die scope, const Dwarf_Die& function,
                                                    const Frame& frame, int depth) {
  Dwarf_Die child;
  if (depth > kMaxDepth || dwarf_child(&scope, &child) != 0) return {};
  // What is inlined or declared within is looked at first: places are used again.
  std::optional<VariablePlace> here;
  do {
    const int tag = dwarf_tag(&child);
    if (tag == DW_TAG_lexical_block || tag == DW_TAG_inlined_subroutine) {
      if (dwarf_haspc(&child, frame.pc) <= 0) continue;
      const Dwarf_Die& inner_function = tag == DW_TAG_inlined_subroutine ? child : function;
      if (const auto inner = Search(child, inner_function, frame, depth + 1)) return inner;
    }
    if (here || (tag != DW_TAG_variable && tag != DW_TAG_formal_parameter)) continue;
    const std::optional<std::int64_t> place = FromCfa(child, frame);
    if (!place || frame.wanted < *place) continue;
    const auto within = static_cast<std::uint64_t>(frame.wanted - *place);
    if (within >= VariableBytes(child, types_)) continue;
    const auto [entry, is_new] =
        known_.try_emplace(child.addr, static_cast<VariableId>(variables_.size()));
    if (is_new) {
      Variable variable = DescribeVariable(child, names_, types_);
      variable.storage = Variable::Storage::kStack;
      variable.function = names_.FunctionName(function);
      variable.module = file_.path();
      variables_.push_back(std::move(variable));
    }
    here = VariablePlace{entry->second, within};
  } while (dwarf_siblingof(&child, &child) == 0);
  return here;
}

VariablePlace StackVariables::FunctionAlone(const std::string& function, std::int64_t from_cfa) {
  const auto [entry, is_new] =
      functions_.try_emplace(function, static_cast<VariableId>(variables_.size()));
  if (is_new) {
    Variable variable;
    variable.storage = Variable::Storage::kStack;
    variable.function = function;
    variable.module = file_.path();
    variables_.push_back(std::move(variable));
  }
  return {entry->second, static_cast<std::uint64_t>(from_cfa)};
}

std::optional<VariablePlace> StackVariables::At(std::uint64_t offset, std::int64_t from_cfa) {
  if (DebugUnits* units = file_.Units()) {
    Frame frame = {file_.DebugAddress(offset), {}, from_cfa};
    const std::optional<CodeAt> code = units->At(frame.pc);
    if (code && !code->functions.empty()) {
      const Dwarf_Die& function = code->functions.front();
      frame.base = BaseFromCfa(function, frame.pc);
      if (const auto found = Search(function, function, frame, 0)) return found;
      return FunctionAlone(names_.FunctionName(function), from_cfa);
    }
  }
  if (file_.module() == nullptr) return {};
  if (!symbols_) symbols_.emplace(file_.module());
  const char* name = symbols_->At(offset + file_.bias());
  if (name == nullptr) return {};
  const std::string function = Demangled(name);
  return FunctionAlone(
      function.find('(') == std::string::npos ? function + "()" : WithoutParameters(function),
      from_cfa);
}

}  // namespace memprof
