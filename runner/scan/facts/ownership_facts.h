// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_FACTS_OWNERSHIP_FACTS_H_
#define MEMPROF_RUNNER_SCAN_FACTS_OWNERSHIP_FACTS_H_

#include <map>
#include <string>
#include <vector>

#include "runner/scan/facts/callable_facts.h"
#include "runner/scan/facts/object_steps.h"
#include "runner/scan/place.h"

namespace memprof::scan {

/// A class that a type holds and keeps alive.
struct OwnedClass {
  std::string key;         ///< as ClassKey() has it
  bool is_shared = false;  ///< by a counting pointer, so that there may be further owners
};

/// What a type keeps alive.
struct TypeUse {
  std::vector<OwnedClass> owned;
  bool has_callable = false;
  bool is_container = false;
};

struct MemberFact {
  std::string id;
  std::string name;
  std::string qualified;
  std::string class_key;
  std::string type;
  TypeUse use;
  Place place;
};

/// Types that own each other, callables that are stored, and what they capture.
struct OwnershipFacts {
  std::map<std::string, MemberFact> members;              ///< by id
  std::map<std::string, std::vector<std::string>> bases;  ///< keys of classes
  std::map<std::string, FunctionSteps> functions;         ///< by id
  std::map<std::string, RegistryFact> registries;         ///< by id
  // By where they are, so that those in headers are known once.
  std::map<std::string, RegistryUse> registry_uses;
  std::map<std::string, OwnCall> own_calls;
  std::map<std::string, LongLived> long_lived;
  std::map<std::string, CaptureFact> captures;
  std::map<std::string, ParameterUse> parameters;
};

/// Adds what another unit knows. Headers are in many units: what is known twice is kept once.
void Merge(OwnershipFacts facts, OwnershipFacts* all);

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_FACTS_OWNERSHIP_FACTS_H_
