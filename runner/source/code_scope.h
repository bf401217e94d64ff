// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SOURCE_CODE_SCOPE_H_
#define MEMPROF_RUNNER_SOURCE_CODE_SCOPE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runner/source/source_file.h"

namespace memprof {

// What a source file's text alone tells of its structure. All of it is a heuristic: it knows
// neither macros nor overloads nor what other files declare, and answers nothing rather than a
// guess where brackets do not match.

/// A statement, from its first token to its `;` (or the `{` of its body, which is not part of it).
struct Statement {
  CodeRange range;
  int first_line = 0;
  int last_line = 0;
};

/// The statement that `line` is in; where several are on the line, the first that begins there.
std::optional<Statement> StatementAt(const SourceFile& file, int line);
/// All within `range` in their order, one that has others within it before them: `if (a) b();` and
/// `b();`. Heads of functions and classes are none.
std::vector<Statement> StatementsIn(const SourceFile& file, CodeRange range);

/// A function's or a closure's definition.
struct FunctionCode {
  /// As written: "Load", "Trainer::Step"; "TEST(Suite, Name)" where a macro makes it; empty for a
  /// closure.
  std::string name;
  std::string class_name;  ///< that it is a member of: "Trainer"; else empty
  std::string returns;     ///< type as written, with single blanks: "const std::string&"
  CodeRange parameters;    ///< between its parentheses
  CodeRange body;          ///< between its braces
  CodeRange whole;
  bool is_closure = false;
};

/// The innermost function whose body has `line`, or else whose head has; closures are passed over
/// unless `closures`. Nothing where two that are beside each other are on the line.
std::optional<FunctionCode> FunctionAt(const SourceFile& file, int line, bool closures = false);
/// All functions with bodies, in their order, closures left out.
std::vector<FunctionCode> FunctionsOf(const SourceFile& file);

struct ClassCode {
  std::string name;
  bool is_struct = false;
  std::vector<std::string> bases;  ///< as written, without access and `virtual`
  CodeRange body;                  ///< between its braces
  CodeRange whole;                 ///< up to and with its `;`
};

/// By its last name ("Polygon" of "drawing::Polygon"); nothing when the file defines none or
/// several.
std::optional<ClassCode> ClassNamed(const SourceFile& file, std::string_view name);
/// The innermost class whose body has `line`.
std::optional<ClassCode> ClassAt(const SourceFile& file, int line);

/// A variable as declared: of a class, a function or a namespace.
struct Declaration {
  std::string type;  ///< "std::vector<Tensor>", "const int", "Message*", without `static` and such
  std::string name;
  CodeRange whole;  ///< up to and with its `;`
  CodeRange type_range;
  CodeRange name_range;
  CodeRange initializer;  ///< what stands behind `=`, or within the braces or parentheses; or empty
  int line = 0;           ///< of the name
};

/// Data member `name` of the class; nothing when it has none, or it is not a plain declaration.
std::optional<Declaration> MemberOf(const SourceFile& file, const ClassCode& of,
                                    std::string_view name);
/// The local variable `name` of the function, with its own statement; nothing when it is declared
/// several times in it, together with others, or not at all.
std::optional<Declaration> LocalOf(const SourceFile& file, const FunctionCode& of,
                                   std::string_view name);
/// The variable that the statement declares; nothing when it declares none.
std::optional<Declaration> DeclarationIn(const SourceFile& file, const Statement& statement);

/// Indices into file.tokens() of each token `name` within `range`.
std::vector<std::size_t> UsesOf(const SourceFile& file, CodeRange range, std::string_view name);

/// The range [first, last] of tokens as bytes.
CodeRange RangeOf(const SourceFile& file, std::size_t first_token, std::size_t last_token);
/// Index of the token that closes the bracket at `open`: of (, [, { and of < as a template's. The
/// number of tokens when nothing closes it.
std::size_t ClosingToken(const SourceFile& file, std::size_t open);
/// First token that begins at or behind `offset`.
std::size_t TokenAt(const SourceFile& file, std::size_t offset);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_SOURCE_CODE_SCOPE_H_
