// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_COLLECT_UNIT_INDEX_H_
#define MEMPROF_RUNNER_SCAN_COLLECT_UNIT_INDEX_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "runner/scan/facts/container_facts.h"
#include "runner/scan/syntax/syntax_unit.h"

namespace memprof::scan {

/// Finds declarations of a unit by id, and says where code stands. `unit` must outlive it.
class UnitIndex {
 public:
  explicit UnitIndex(const SyntaxUnit& unit);

  const SyntaxUnit& unit() const { return unit_; }
  const SyntaxNode& node(std::uint32_t index) const { return unit_[index]; }
  const SyntaxNode& parent(std::uint32_t index) const { return unit_[unit_[index].parent]; }

  /// The variable, parameter, field or function with this id; 0: none in this unit.
  std::uint32_t Declared(std::string_view id) const;
  /// The type that it was declared with: "std::vector<int> &"; where that is not known, the
  /// expression's own.
  std::string_view DeclaredType(std::uint32_t use) const;

  /// Of a class of this unit that is no template's instance: by the type's text, through smart
  /// pointers, pointers and references; empty: none.
  std::string ClassIdOf(std::string_view type) const;

  /// The type of a parameter of a function of this unit; empty: not known.
  std::string_view ParameterType(std::string_view function_id, std::size_t number) const;

  /// Where `index` stands.
  CodePlace CodePlaceOf(std::uint32_t index) const;
  /// Whether it is in an initialiser of a static or global variable, or in what call_once calls.
  bool IsInitialiserOfStatic(std::uint32_t index) const;
  /// Whether `index` is of the condition, and not of a branch or the body, of the statement above.
  bool IsCondition(std::uint32_t index) const;

  /// The object of a kMember (a field's or a method's).
  ObjectUsed ObjectOf(std::uint32_t member) const;

  /// "F#0" of a parameter of a named function, else the id of the variable or member.
  std::string SlotOf(std::uint32_t declaration) const;

 private:
  const SyntaxUnit& unit_;
  std::unordered_map<std::string_view, std::uint32_t> declared_;
  std::unordered_map<std::string, std::string_view> classes_;
};

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_COLLECT_UNIT_INDEX_H_
