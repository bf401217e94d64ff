// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_FACTS_CALLABLE_FACTS_H_
#define MEMPROF_RUNNER_SCAN_FACTS_CALLABLE_FACTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "runner/scan/place.h"

namespace memprof::scan {

/// A container of callables, or of pointers to observers.
struct RegistryFact {
  std::string id;
  std::string qualified;
  std::string type;
  std::string class_key;  ///< empty for variables outside of classes
  Place place;
  bool is_static = false;
};

enum class RegistryUseKind : std::uint8_t {
  kAdd,
  kRemove,  ///< an element: erase, remove, pop
  kClear,   ///< all, or what cannot be told: swap, assignment, a reference given away
};

struct RegistryUse {
  std::string registry;  ///< id
  RegistryUseKind kind = RegistryUseKind::kAdd;
  std::string what;      ///< "push_back"
  std::string function;  ///< qualified name
  std::string function_id;
  bool in_constructor = false;
  bool in_destructor = false;
  bool has_parameters = false;  ///< the function
  Place place;
};

/// A call of a function that the code has.
struct OwnCall {
  std::string function_id;  ///< called
  std::string qualified;
  std::string class_key;      ///< whose member function calls
  std::string caller;         ///< qualified
  bool gives_itself = false;  ///< a lambda that captures the caller's object, or a pointer to it
  /// A constructor that gives a lambda with captures, and drops the token that it gets for it.
  bool drops_token = false;
  bool drops_result = false;  ///< nothing, or a plain number, is kept of what it returns
  Place place;
};

/// A class of which there are objects that live as long as the program, or longer than those that
/// are given a reference to it.
struct LongLived {
  std::string class_key;
  bool is_static = false;  ///< else: given by reference to constructors
  std::string what;        ///< "app::Bus::bus"
  Place place;
};

enum class CaptureUse : std::uint8_t { kWhole, kPart, kNothing };

/// A variable that a lambda captures by value.
struct CaptureFact {
  std::string function_id;  ///< that the lambda is in
  std::string function;     ///< qualified
  int lambda = -1;          ///< register in that function's steps
  std::string name;
  std::string type;
  std::int64_t size = -1;  ///< of the type itself, bytes
  /// Bytes that it is filled with where the code says so; -1: unknown
  std::int64_t filled = -1;
  bool is_container = false;
  bool is_text = false;
  CaptureUse use = CaptureUse::kWhole;
  /// Functions that get it whole, as "id#number of the parameter"; they may use a part only.
  std::vector<std::string> given_to;
  std::string used;  ///< of kPart: "size()", "width"
  Place place;
};

/// How much a function uses of what it is given.
struct ParameterUse {
  std::string parameter;  ///< "id#number"
  CaptureUse use = CaptureUse::kWhole;
  std::string used;
};

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_FACTS_CALLABLE_FACTS_H_
