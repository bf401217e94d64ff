// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_SYNTAX_SYNTAX_NODE_H_
#define MEMPROF_RUNNER_SCAN_SYNTAX_SYNTAX_NODE_H_

#include <cstdint>
#include <string_view>
#include <vector>

namespace memprof::scan {

/// What a piece of C++ is, as far as the rules tell pieces apart.
enum class NodeKind : std::uint8_t {
  kOther,  ///< anything else; its children are there
  // Declarations.
  kNamespace,
  kClass,     ///< class, struct, union, and the templates of them
  kBase,      ///< a base class, child of kClass; `id` is the base's
  kFunction,  ///< of a namespace, and its template
  kMethod,    ///< member function, and its template
  kConstructor,
  kDestructor,
  kParameter,
  kVariable,  ///< global, static member, function-static or local: see Storage
  kField,
  // Statements.
  kBlock,
  kDeclarations,  ///< a statement of declarations
  kIf,
  kLoop,  ///< for, while, do, range-for; the last child is the body (of `do`: the first)
  kSwitch,
  kCase,  ///< and `default`
  kReturn,
  kBreak,
  kContinue,
  kGoto,
  kTry,
  kCatch,
  kThrow,
  // Expressions.
  kCall,    ///< of a function, method, operator or constructor; see below
  kMember,  ///< `a.b`, `a->b`, or `b` of this object; the object, if written, is the child
  kName,    ///< a variable, parameter or function by its name
  kThis,
  kLambda,   ///< `name` is its introducer: "[=, &x]"; the last child is its body
  kCapture,  ///< a variable that the lambda's introducer names, child of kLambda
  kNew,
  kDelete,
  kBinary,       ///< `name` is the operator: "=", "+=", "==" …; two children
  kUnary,        ///< `name` is the operator: "!", "*", "&", "++", "--", "-"
  kIndex,        ///< a[b] of the language itself
  kConditional,  ///< a ? b : c
  kCast,
  kInitList,
  kLiteral,  ///< `name` is its text, as written
};

/// Where a variable lives.
enum class Storage : std::uint8_t { kNone, kLocal, kFunctionStatic, kGlobal, kStaticMember };

/// One piece of the code. Texts live as long as the SyntaxUnit.
///
/// Of a kCall, `name`, `id` and `qualified` are the callee's. Its children are, of a method or a
/// function that is called by name: first the kMember or kName of what is called, then the
/// arguments; of an operator: its operands (the kName of the operator itself is left out); of a
/// constructor: the arguments. Within templates the callee may be unknown: then `id` is empty and
/// `name` is what is written there.
///
/// A kLambda has its captures, what they are initialised with, its parameters and its body. Before
/// its body a kConstructor has, for each initialiser, a kMember without children and then the
/// value.
///
/// Parentheses, implicit conversions and temporaries are left out: their child stands there itself.
struct SyntaxNode {
  NodeKind kind = NodeKind::kOther;
  Storage storage = Storage::kNone;  ///< of kVariable, and of the variable that a kName names
  bool is_system = false;            ///< what it refers to is declared in a system header
  bool is_definition = false;        ///< of classes, functions and variables
  bool is_const = false;             ///< the type itself, not what it points or refers to
  bool is_virtual = false;           ///< of methods and destructors
  bool is_static = false;            ///< of methods
  bool is_constructor = false;       ///< of kCall
  bool is_arrow = false;             ///< of kMember
  std::uint32_t parent = 0;          ///< index; the root is its own
  std::uint32_t file = 0;            ///< index into SyntaxUnit::files
  int line = 0;                      ///< of the name, where it has one; else of the beginning
  int column = 0;
  int begin_line = 0;
  int end_line = 0;
  std::int64_t size = -1;  ///< of the type of variables, fields, parameters, captures and lambdas,
                           ///< in bytes; -1: unknown
  std::string_view name;
  std::string_view class_id;      ///< of member functions, fields and static members, also where
                                  ///< they are defined outside of it: their class's `id`
  std::string_view type;          ///< canonical: "std::vector<int>"; of
                                  ///< functions what they return; of kNew what is made
  std::string_view written_type;  ///< as the code has it: "Items"
  std::string_view id;  ///< the same for the same entity in all units; of instances of templates,
                        ///< the template's. Empty where it is not known
  std::string_view qualified;  ///< of what it declares or refers to, without template arguments:
                               ///< "std::vector::push_back"
  std::vector<std::uint32_t> children;  ///< indices, in the order of the code
};

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_SYNTAX_SYNTAX_NODE_H_
