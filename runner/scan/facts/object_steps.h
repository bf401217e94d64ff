// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_FACTS_OBJECT_STEPS_H_
#define MEMPROF_RUNNER_SCAN_FACTS_OBJECT_STEPS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "runner/scan/place.h"

namespace memprof::scan {

// session->connection->session = session;
//
//   read  r3 = r2.connection      r2: what `session` points to
//   write r3.session = r2
//
// A pointer, a container and what is in it are one register: the rules ask who holds whom.

/// Numbers of what a function works with. Several in place of one mean any of them.
using Registers = std::vector<int>;

inline constexpr int kThisRegister = 0;
inline constexpr int kGlobalsRegister = 1;  ///< whose members are the variables outside of objects
inline constexpr int kFirstParameter = 2;

enum class StepKind : std::uint8_t {
  kNew,      ///< `result` is an object that is not known otherwise
  kRead,     ///< `result` = `objects`.`member`
  kWrite,    ///< `objects`.`member` = `values`
  kAdd,      ///< the container `objects`.`member` gets `values`
  kClear,    ///< `objects`.`member` holds nothing any more
  kTrim,     ///< the container `objects`.`member` holds less
  kCapture,  ///< the callable `objects` holds the shared `values`, as `member`
  kCall,     ///< of the function `member`, or of a constructor of `class_key`
  kReturn,   ///< `values`
  kBranch,   ///< one way
  kElse,     ///< the other way, from the same beginning
  kJoin,     ///< after both
};

struct Step {
  StepKind kind = StepKind::kNew;
  int result = -1;
  Registers objects;
  Registers values;
  std::vector<Registers> arguments;  ///< of kCall
  std::string member;                ///< id of a member, a global or a function; name of a capture
  std::string class_key;
  Place place;
};

/// What a function does to the pointers and callables that objects hold.
struct FunctionSteps {
  std::string id;
  std::string qualified;
  std::string class_key;  ///< empty for free functions
  Place place;
  int parameters = 0;
  int registers = kFirstParameter;
  bool is_constructor = false;
  bool is_destructor = false;
  bool is_assignment = false;  ///< operator=
  std::vector<Step> steps;
};

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_FACTS_OBJECT_STEPS_H_
