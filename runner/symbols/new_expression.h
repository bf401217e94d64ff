// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SYMBOLS_NEW_EXPRESSION_H_
#define MEMPROF_RUNNER_SYMBOLS_NEW_EXPRESSION_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace memprof {

/// An allocation as source code has it.
struct NewExpression {
  enum class Form {
    kNew,
    kMalloc,      ///< malloc and its kin, with a cast, a `sizeof` or a declared pointer
    kMakeUnique,  ///< std::make_unique, also another library's
    kMakeShared,  ///< std::make_shared: the object lies behind its counts
  };
  Form form = Form::kNew;
  /// As written, with single blanks: "ns::Foo<int, 3>", "unsigned long", "Node*". Neither `const`
  /// at its front nor `struct` and `typename` are kept.
  std::string type;
  bool is_array = false;
  int first_line = 0;  ///< from the keyword …
  int last_line = 0;   ///< … to the end of the type and of what is in brackets behind it
  int first_column = 0;
  int statement_first_line = 0;  ///< of the statement that it is in
  int statement_last_line = 0;

  bool SameType(const NewExpression& other) const {
    return form == other.form && type == other.type && is_array == other.is_array;
  }
};

/// The allocations in one source file, found by its text alone. It exists because `new T` leaves no
/// T in debug information.
///
/// A heuristic: it knows neither macros nor scopes, so a type may be an alias or a template
/// parameter, and a `new` that a macro makes is not seen. `new auto`, `new decltype(…)` and
/// placement new (but for `std::nothrow` and alignment) are left out.
class NewExpressions {
 public:
  explicit NewExpressions(std::string_view source);

  /// What allocates at `line`, where a compiler puts the call: at the keyword, at the type or at
  /// what is in brackets behind it; else up to 2 lines off in the same statement. Of several on
  /// one line, the one at `column` (1 for the first byte; 0 when unknown). Nothing when there is
  /// none, or when several of different types are as good. The result lives as long as the object.
  const NewExpression* At(int line, int column = 0) const;

  /// The type that the file declares `name` to be another name for, as written; empty when it does
  /// not, or in several ways. Compilers leave names that only a `new` uses out of their debug
  /// information.
  std::string AliasOf(const std::string& name) const;

 private:
  std::vector<NewExpression> found_;  ///< as they stand
  std::map<std::string, std::string> aliases_;
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_SYMBOLS_NEW_EXPRESSION_H_
