// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SYMBOLS_TYPE_TABLE_H_
#define MEMPROF_RUNNER_SYMBOLS_TYPE_TABLE_H_

#include <elfutils/libdw.h>

#include <cstdint>
#include <deque>
#include <string>
#include <unordered_map>

#include "runner/analyze/program_types.h"
#include "runner/symbols/debug_names.h"

namespace memprof {

/// The types of the program under test, each with one number however many units and modules
/// describe it. It exists because every unit has its own description of every type that it uses,
/// often a mere declaration, and paths through the heap compare types.
///
/// Two descriptions are one type when qualified name, size and line of the declaration agree, and
/// the file where the name is one unit's own: a heuristic that relies on the one-definition rule.
/// A type is read when Info first asks for it. Left out of its members: bit fields, classes without
/// data, and virtual bases, whose place differs from object to object.
class TypeTable {
 public:
  /// `names` must outlive the object.
  explicit TypeTable(DebugNames& names) : names_(names) { types_.resize(1); }

  /// The type that `die` describes. Typedefs and qualifiers are looked through; a declaration is
  /// the type that some unit of the same module defines, else known by name alone. kNoType for
  /// void and for what is no type. The debug information must outlive the object.
  TypeId Of(const Dwarf_Die& die);

  /// The type of a variable, member, parameter …, by its DW_AT_type; kNoType when it has none.
  TypeId TypeOf(const Dwarf_Die& die);

  /// The type with a qualified name, as compilers and demanglers spell it: spaces, `struct `,
  /// `std::__cxx11::` and where `const` stands make no difference. Looked for in the modules that
  /// were added to the names so far; known by name alone where none defines it. kNoType for "".
  TypeId Named(const std::string& name);

  /// References stay valid.
  const TypeInfo& Info(TypeId id);

 private:
  struct Entry {
    TypeInfo info;
    Dwarf_Die die = {};  ///< with a null address for a type known by name alone
    bool filled = false;
  };

  TypeId Intern(const std::string& key, const Dwarf_Die& die);
  TypeId Find(Dwarf_Die die, int depth);
  TypeId PointerTo(TypeId target, char sign);
  TypeId OfNamed(Dwarf_Die die, const std::string& alias);
  TypeId NameOnly(const std::string& name);
  void Fill(Entry& entry);
  void AddMembers(Dwarf_Die type, TypeInfo& info);

  DebugNames& names_;
  std::deque<Entry> types_;
  std::unordered_map<std::string, TypeId> by_key_;
  std::unordered_map<const void*, TypeId> by_die_;
  std::unordered_map<std::string, TypeId> named_;
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_SYMBOLS_TYPE_TABLE_H_
