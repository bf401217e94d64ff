// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_RULES_OBJECT_GRAPH_H_
#define MEMPROF_RUNNER_SCAN_RULES_OBJECT_GRAPH_H_

#include <string>
#include <vector>

#include "runner/scan/facts/ownership_facts.h"
#include "runner/scan/place.h"

namespace memprof::scan {

/// One object holds the next: by a member, or a callable by a capture.
struct OwnershipLink {
  std::string member;   ///< id; empty: a capture
  std::string capture;  ///< its name
  Place place;          ///< where it is made, or read
  std::string function;
  bool is_read = false;  ///< something is there when the function begins
};

/// Objects that hold each other after a function has run. The last link closes it.
struct ObjectCycle {
  std::vector<OwnershipLink> links;
};

/// An object that gives itself to another, which holds it by a counting pointer.
struct HandedSelf {
  std::string member;  ///< of the other
  std::string class_key;
  OwnershipLink link;
};

struct ObjectGraphs {
  std::vector<ObjectCycle> cycles;
  std::vector<HandedSelf> handed;
};

/// Runs all functions on objects that are not known, each with what it calls to a small depth, and
/// tells which objects hold each other then. A heuristic: loops run once, two parameters are two
/// objects, and what a function takes from elsewhere is an object of its own.
ObjectGraphs RunFunctions(const OwnershipFacts& facts);

/// Whether the member keeps something alive.
bool Owns(const OwnershipFacts& facts, const std::string& member);
bool OwnsShared(const OwnershipFacts& facts, const std::string& member);

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_RULES_OBJECT_GRAPH_H_
