// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_ANALYZE_PROGRAM_TYPES_H_
#define MEMPROF_RUNNER_ANALYZE_PROGRAM_TYPES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace memprof {

/// A type of the program under test; equal numbers are the same type. 0 is no type.
using TypeId = std::uint32_t;
inline constexpr TypeId kNoType = 0;

/// A data member or base class.
struct TypeMember {
  std::string name;  ///< empty for a base class and for unnamed members
  TypeId type = kNoType;
  std::uint64_t offset = 0;  ///< bytes from the beginning of the type
  bool is_base = false;
  int line = 0;  ///< of its declaration, in the file of the class; 0 when unknown, as of a capture
};

/// What the debug information says of a type, as far as paths through the heap need it.
struct TypeInfo {
  enum class Kind {
    kUnknown,  ///< known by name alone
    kClass,    ///< class, struct or union
    kPointer,  ///< pointer or reference; `target` is what it points to
    kArray,    ///< of `target`
    kOther,    ///< number, enumeration, function …
  };
  Kind kind = Kind::kUnknown;
  /// Qualified, with template arguments, as the compiler spelt it; for people ShortTypeName. A
  /// closure is "lambda at worker.cc:42" (the file's name without directories), after its scope.
  std::string name;
  std::uint64_t bytes = 0;  ///< 0 when unknown
  /// Of the library's aligned buffers, in which its nodes have their values, the value.
  TypeId target = kNoType;          ///< typedefs and qualifiers are looked through
  std::vector<TypeMember> members;  ///< by offset, bases among them
  std::string file;                 ///< of the declaration; empty when unknown
  int line = 0;
  bool is_library = false;  ///< in namespace std or __gnu_cxx, or declared in a system header
};

/// A variable with storage of its own.
struct Variable {
  enum class Storage { kGlobal, kClassStatic, kFunctionStatic, kThreadLocal, kStack };
  Storage storage = Storage::kGlobal;
  std::string name;  ///< qualified; of a local one within `function` its plain name
  /// Where it is declared, without parameters ("app::intern()"): of kFunctionStatic and kStack, and
  /// of a kThreadLocal in a function; else empty.
  std::string function;
  TypeId type = kNoType;
  std::uint64_t bytes = 0;
  std::string file;  ///< of the declaration; empty when there is no debug information
  int line = 0;
  std::string module;  ///< path of the file whose variable it is
};

using VariableId = std::uint32_t;

/// A place within a variable.
struct VariablePlace {
  VariableId variable = 0;
  std::uint64_t offset = 0;  ///< bytes from its beginning; of one without name no matter
};

/// What a block holds.
struct BlockType {
  enum class Source {
    kNone,
    kVirtualTable,    ///< the first word's
    kAllocatorFrame,  ///< an allocator's, make_unique's … template argument on the stack
    kSourceText,      ///< `new T` at the line of the call: a heuristic
    kHolder,          ///< the pointee of what points to it
  };
  TypeId type = kNoType;
  bool is_array = false;  ///< of as many as fit
  Source source = Source::kNone;
};

/// Names and types of the program that was traced, asked by addresses of one snapshot. An
/// interface, because what analyses paths is tested without a program.
class ProgramTypes {
 public:
  virtual ~ProgramTypes() = default;

  /// What is asked from now on are addresses of a snapshot of this epoch.
  virtual void UseEpoch(std::uint32_t /*module_epoch*/) {}

  /// The variable in a module's writable data that covers `address`; for data without debug
  /// information the symbol, without type.
  virtual std::optional<VariablePlace> DataAt(std::uint64_t address) = 0;

  /// The thread-local variable `offset` bytes behind the beginning of the module's thread-local
  /// storage. `module_begin`: RecordedModule::begin.
  virtual std::optional<VariablePlace> ThreadLocalAt(std::uint64_t module_begin,
                                                     std::uint64_t offset) = 0;

  /// The local variable `offset` bytes from the canonical frame address (mostly negative) of the
  /// frame that is at `pc`. `is_caller`: `pc` is a return address. Where no variable covers the
  /// place, one without name and type that has the function.
  virtual std::optional<VariablePlace> StackAt(std::uint64_t pc, bool is_caller,
                                               std::int64_t offset) = 0;

  virtual const Variable& VariableOf(VariableId id) = 0;

  /// References stay valid.
  virtual const TypeInfo& Type(TypeId id) = 0;

  /// The class whose virtual table, as an object's first word has it, is at `address`; kNoType for
  /// any other address.
  virtual TypeId TypeOfVirtualTable(std::uint64_t address) = 0;

  /// The type that blocks allocated with this stack (an index into RecordedTrace::stacks) have.
  virtual BlockType AllocatedBy(std::uint32_t stack) = 0;

  /// Where in the user's code, else anywhere, a block with this stack was made: "cache.cc:31".
  /// Empty when no file is known.
  virtual std::string PlaceOf(std::uint32_t stack) = 0;
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_ANALYZE_PROGRAM_TYPES_H_
