// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SYMBOLS_DEBUG_NAMES_H_
#define MEMPROF_RUNNER_SYMBOLS_DEBUG_NAMES_H_

#include <elfutils/libdw.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runner/symbols/unit_scopes.h"

namespace memprof {

/// What entities of the debug information are called: qualified names, declaring files, and the way
/// back from a name to a type. It exists because DWARF has no parent pointers, and libdw searches a
/// unit from its beginning for each.
class DebugNames {
 public:
  /// `map_path` changes the files' names; none: they stay.
  explicit DebugNames(std::function<std::string(const std::string&)> map_path = {});
  ~DebugNames();

  /// Looks for names in `dwarf` too, when they are first asked for. It must outlive the object.
  void Add(Dwarf* dwarf);

  /// "app::Cache<int>::Entry"; of a type or variable in a function "app::run()::Local", functions
  /// without parameters; of a function itself "app::run". A closure is "lambda at file.cc:42",
  /// after its scope. What has no name is "(anonymous struct)" and the like.
  std::string Qualified(const Dwarf_Die& die);

  /// The innermost function around `die` as "app::run()"; empty when there is none, "()" when the
  /// debug information does not say which.
  std::string FunctionAround(const Dwarf_Die& die);

  /// A function, itself perhaps inlined, as "app::run()"; a lambda's body as the lambda.
  std::string FunctionName(const Dwarf_Die& function);

  /// Whether `die` is a member of a class.
  bool IsInClass(const Dwarf_Die& die);

  /// The absolute file of the declaration; empty when unknown.
  std::string FileOf(const Dwarf_Die& die);
  int LineOf(const Dwarf_Die& die);

  /// A definition of the class, structure, union or enumeration with this qualified name, however
  /// it is spelt. The first call reads all units of all modules added.
  ///
  /// Of several, one of the same file as `near` has it is preferred; it may be null.
  std::optional<Dwarf_Die> FindType(const std::string& name, const Dwarf_Die* near = nullptr);

  /// Whether `die` is the class of a lambda expression.
  static bool IsClosure(const Dwarf_Die& die);

  /// The entities of the unit of `die`.
  const UnitScopes& ScopesOf(const Dwarf_Die& die);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The entity that `die` stands for: itself, or what its specification or abstract origin is.
Dwarf_Die OriginOf(Dwarf_Die die);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_SYMBOLS_DEBUG_NAMES_H_
