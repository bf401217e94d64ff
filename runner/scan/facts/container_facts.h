// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_FACTS_CONTAINER_FACTS_H_
#define MEMPROF_RUNNER_SCAN_FACTS_CONTAINER_FACTS_H_

#include <compare>
#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "runner/scan/place.h"

namespace memprof::scan {

// A slot is a name under which code reaches a container: the id of a variable or member, "F#0" for
// the first parameter of function F, "F#return" for what F returns. An alias says that one slot may
// be another, so that what a function does to its parameter is done to what callers pass:
//
//   cache_ ◄── alias ── Fill#0 ── use: grows
//          ◄── alias ── Cache::entries#return ── use: takes out

/// What code does to a container.
enum class ContainerUse : std::uint8_t {
  kGrows,
  kTakesOut,  ///< erases, clears, resizes, moves from …
  kAssigns,   ///< the whole of it
  kLimits,    ///< compares its size in a condition
  kLooksUp,   ///< by key
  kEscapes,   ///< to code that is not seen
};

/// The object that a member is used of, or a method called on.
enum class ObjectKind : std::uint8_t { kUnknown, kThis, kStatic, kLocal, kMember };

struct ObjectUsed {
  ObjectKind kind = ObjectKind::kUnknown;
  std::string class_id;  ///< of kMember: whose member it is

  auto operator<=>(const ObjectUsed&) const = default;
};

/// Where code stands, as far as it tells how often it runs.
struct CodePlace {
  Place place;
  std::string function_id;     ///< empty outside of functions
  std::string function;        ///< "app::Cache::Add"
  std::string constructor_of;  ///< class id where it is in a constructor
  bool once = false;           ///< in an initialiser of a static, call_once or `if (c.empty())`
  bool in_loop = false;

  auto operator<=>(const CodePlace&) const = default;
};

struct ContainerUsed {
  std::string slot;
  ContainerUse use = ContainerUse::kGrows;
  bool of_element = false;  ///< of a container that is an element of the slot's
  ObjectUsed object;        ///< of members
  CodePlace at;
  std::string text;  ///< "push_back"

  auto operator<=>(const ContainerUsed&) const = default;
};

struct SlotAlias {
  std::string slot;
  std::string of;
  bool of_element = false;

  auto operator<=>(const SlotAlias&) const = default;
};

/// A variable or member that holds any number of values.
struct ContainerVariable {
  std::string id;
  bool is_definition = false;
  Place place;
  std::string qualified;
  std::string type;         ///< as written
  std::string function;     ///< that a function's static is in
  std::string class_id;     ///< of members that each object has; else empty
  bool is_pointer = false;  ///< raw, or a reference: it holds one where one is made for it
  bool is_keyed = false;
  bool has_values = false;       ///< by key
  bool has_few_keys = false;     ///< bool, char, enumerators, types
  bool holds_buffers = false;    ///< elements that are images, tensors, byte buffers …
  bool has_fixed_slots = false;  ///< an array: only its elements grow

  auto operator<=>(const ContainerVariable&) const = default;
};

/// A variable, member or base that holds an object of a class.
struct ClassHolder {
  std::string class_id;
  std::string variable_id;   ///< empty: a base
  std::string holder_class;  ///< of members and bases: the class they are in; empty: static
  bool is_pointer = false;   ///< raw: it holds an object only where one is made for it

  auto operator<=>(const ClassHolder&) const = default;
};

/// What a holder is given.
struct HolderSet {
  std::string variable_id;
  bool is_made = false;       ///< a new object
  std::string made_class_id;  ///< may be of a derived class
  bool is_declared = false;   ///< with the declaration itself
  Place place;

  auto operator<=>(const HolderSet&) const = default;
};

struct CallMade {
  std::string callee_id;
  ObjectUsed object;
  std::string caller_id;
  std::string constructor_of;
  bool once = false;  ///< by the initialiser of a static
  bool from_main = false;
  bool in_loop = false;

  auto operator<=>(const CallMade&) const = default;
};

/// `node->next = head; head = node;`
struct ListLink {
  std::string head_id;
  std::string qualified;  ///< of the head
  std::string type;
  Place place;  ///< of the head's declaration
  CodePlace at;

  auto operator<=>(const ListLink&) const = default;
};

/// `text = text + row` in a loop.
struct TextRebuilt {
  Place place;
  std::string function;
  std::string variable;
  std::string type;
  std::string text;  ///< what is written: "text = text + …"

  auto operator<=>(const TextRebuilt&) const = default;
};

struct SeenFunction {
  std::string name;  ///< without its scopes
  bool is_constructor = false;
};

/// Containers that live long, and what code does to them; and strings that grow in loops.
struct ContainerFacts {
  std::set<ContainerVariable> variables;
  std::set<ContainerUsed> uses;
  std::set<SlotAlias> aliases;
  std::map<std::string, SeenFunction> seen_functions;  ///< whose bodies were read, by id
  std::set<ClassHolder> holders;
  std::set<HolderSet> holder_sets;
  std::set<CallMade> calls;
  std::set<ListLink> list_links;
  std::set<std::string> list_unlinks;  ///< ids of heads that are written otherwise, too
  std::set<TextRebuilt> rebuilt_texts;
};

/// Adds what another unit knows. Headers are in many units: what is known twice is kept once.
void Merge(ContainerFacts facts, ContainerFacts* all);

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_FACTS_CONTAINER_FACTS_H_
