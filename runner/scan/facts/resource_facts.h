// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_FACTS_RESOURCE_FACTS_H_
#define MEMPROF_RUNNER_SCAN_FACTS_RESOURCE_FACTS_H_

#include <compare>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "runner/scan/place.h"

namespace memprof::scan {

/// What kind of resource a call acquires.
enum class ResourceKind {
  kHandle,       ///< descriptor, FILE*, DIR*, mapping, library: of a table of C calls
  kObject,       ///< of a table of acquiring and releasing functions
  kNamedObject,  ///< its function is named as one of a pair: figure_create, figure_destroy
  kMemory,       ///< `new`, malloc
  kThread,
};

/// The argument `argument` (from 0; -1: the object of a method) of a call of the program's own
/// function `function` (its id). What that does with it, its body tells, in this unit or another.
struct HandedTo {
  std::string function;
  int argument = 0;

  auto operator<=>(const HandedTo&) const = default;
};

/// A way out of the function on which the resource is released by nothing that is known by name.
struct WayOut {
  enum class How {
    kReturn,
    kEnd,  ///< of the function, or of the block of the variable
    kThrow,
    kBreak,
    kContinue,
    kOverwritten,  ///< the variable takes another value
    kDiscarded,    ///< no variable ever had the result
  };
  How how = How::kEnd;
  Place place;
  std::set<HandedTo> handed;     ///< what may have released it on the way
  std::set<std::string> called;  ///< functions (ids) on the way that return nothing: may not return

  auto operator<=>(const WayOut&) const = default;
};

/// A resource that a local variable has, or nothing.
struct LocalResource {
  ResourceKind kind = ResourceKind::kHandle;
  std::string call;                   ///< "open", "new app::Message"
  std::vector<std::string> releases;  ///< functions that release it, the usual one first
  std::string variable;               ///< empty where it has none
  std::string type;                   ///< as written
  std::string handle_type;            ///< canonical, of what the call gives: "figure *"
  Place place;                        ///< of the call
  std::string function;
  std::vector<WayOut> ways_out;
};

/// A resource that a member has.
struct MemberResource {
  ResourceKind kind = ResourceKind::kHandle;
  std::string call;
  std::vector<std::string> releases;
  std::string member;  ///< id
  std::string name;    ///< "app::Log::file_"
  std::string type;
  std::string handle_type;
  std::string class_id;
  Place place;  ///< of the call
  std::string function;
};

/// What a function does, as far as callers depend on it.
struct FunctionEffect {
  std::set<int> keeps;  ///< arguments that it releases, stores, returns or hands to the unknown
  std::map<int, std::set<HandedTo>> hands_on;
  bool returns = true;   ///< else it ends the program, throws or is endless
  bool endless = false;  ///< a loop without an end, and no way out of it
};

/// A class, as far as deleting its objects goes.
struct ClassOwning {
  std::string name;
  Place place;
  bool has_virtual_destructor = false;
  std::set<std::string> bases;   ///< ids
  std::set<std::string> owners;  ///< its members of class type: "points"
};

/// An object that is made as one class and deleted as another, which is its base.
struct DeletedAsBase {
  std::string made;  ///< class ids
  std::string base;
  Place place;
  std::string function;

  auto operator<=>(const DeletedAsBase&) const = default;
};

/// A std::thread that starts.
struct ThreadStart {
  std::string runs;      ///< function id; empty for a lambda
  bool endless = false;  ///< of a lambda: no way out of its loop
  std::string holder;    ///< id of the variable or member that has it; empty: a temporary
  std::string name;      ///< of the holder
  bool is_detached_at_once = false;
  Place place;
  std::string function;

  auto operator<=>(const ThreadStart&) const = default;
};

/// A container of threads or futures that lives long: a member, a static or a global.
struct ThreadContainer {
  std::string name;
  std::string type;
  Place place;
  struct Growth {
    Place place;
    std::string function;
    bool is_pool = false;  ///< in a constructor or a loop: a pool is started at once

    auto operator<=>(const Growth&) const = default;
  };
  std::set<Growth> growths;
  bool shrinks = false;  ///< finished ones are taken out somewhere, or nobody can tell
  bool is_joined = false;
};

/// What is acquired and must be released: descriptors, files, threads, objects, memory.
struct ResourceFacts {
  std::map<Place, LocalResource> locals;  ///< by the call
  std::map<Place, MemberResource> members;
  std::set<std::string> released_members;  ///< ids: of what is released, moved or given away
  std::map<std::string, std::set<HandedTo>> handed_members;
  std::map<std::string, FunctionEffect> effects;           ///< by id; those with a body
  std::map<std::string, std::set<std::string>> functions;  ///< name → type of first parameters
  std::map<std::string, ClassOwning> classes;              ///< by id
  std::set<DeletedAsBase> deleted_as_base;
  std::set<ThreadStart> threads;
  std::map<std::string, Place> detached;  ///< ids of variables and members: detach() is called
  std::map<std::string, ThreadContainer> thread_containers;  ///< by id
};

/// Adds what another unit knows. Headers are in many units: what is known twice is kept once.
void Merge(ResourceFacts facts, ResourceFacts* all);

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_FACTS_RESOURCE_FACTS_H_
