// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "runner/diagnose/pattern/container_group.h"
#include "runner/diagnose/pattern/container_uses.h"
#include "runner/diagnose/pattern/name_words.h"
#include "runner/diagnose/pattern/object_pair.h"
#include "runner/diagnose/pattern/pattern_evidence.h"

namespace memprof {
namespace {

struct Call {
  LoopCall loop;
  std::string place;
};

/// A loop over the container that calls its elements.
std::optional<Call> FindCall(const HeldEvidence& evidence) {
  for (const ContainerFunction& user : evidence.users) {
    for (const ContainerUse& use : user.uses) {
      for (const LoopCall& call : CallsInLoop(*user.file, use)) {
        return Call{call, PlaceText(*user.file, call.line)};
      }
    }
  }
  return std::nullopt;
}

/// What the text of a class says of it, where a file that was read defines it.
struct ElementClass {
  bool is_abstract = false;
  bool keeps_callable = false;
};

ElementClass ReadElement(const HeldEvidence& evidence) {
  ElementClass result;
  const std::string name = LastName(evidence.shape.element);
  if (name.empty()) return result;
  for (const auto& [path, file] : evidence.sources->files()) {
    const std::optional<ClassCode> found = ClassNamed(file, name);
    if (!found) continue;
    const std::size_t end = TokenAt(file, found->body.end);
    for (std::size_t i = TokenAt(file, found->body.begin); i < end; ++i) {
      const std::string_view text = TextAt(file, i);
      if (text == "=" && TextAt(file, i + 1) == "0" && TextAt(file, i + 2) == ";") {
        result.is_abstract = true;
      }
      const bool function =
          (text == "function" || text == "move_only_function") && TextAt(file, i + 1) == "<";
      if (function || (text == "(" && TextAt(file, i + 1) == "*")) result.keeps_callable = true;
      if (IsWord(file.tokens()[i]) && SaysListener(text) &&
          SaysAny(text, {"callback", "handler"})) {
        result.keeps_callable = true;
      }
    }
    return result;
  }
  return result;
}

/// The function that puts it in, when it is called as one that takes listeners.
std::optional<std::string> Subscription(const HeldEvidence& evidence) {
  for (const std::string& function : FunctionsOnStack(*evidence.finding)) {
    if (SaysSubscribe(LastName(function))) return function;
  }
  // What is kept may be made before it is handed over.
  if (evidence.inserting && SaysSubscribe(evidence.inserting->function.name)) {
    return evidence.inserting->function.name;
  }
  return std::nullopt;
}

/// Work that is done once: its list is told by other rules, or by none.
bool IsWorkQueue(const HeldEvidence& evidence) {
  return SaysAny(evidence.shape.name, {"timer", "deferred", "continuation", "then", "queue", "work",
                                       "pending", "action", "todo", "post", "attempt"}) ||
         SaysTask(evidence.shape.name);
}

/// Callables that make something, which registered types are found by.
bool IsFactoryTable(const HeldEvidence& evidence) {
  std::string names = HolderNames(evidence);
  for (const std::string& function : FunctionsOnStack(*evidence.finding)) {
    names += " " + ScopeName(function) + " " + LastName(function);
  }
  return SaysAny(names, {"factory", "factories", "creator", "maker", "builder", "plugin", "codec"});
}

}  // namespace

std::optional<Classification> TellListeners(const HeldEvidence& evidence) {
  const HeldShape& shape = evidence.shape;
  if (shape.body == HeldBody::kUnknown || shape.body == HeldBody::kString) return std::nullopt;
  Classification result;
  result.pattern = Pattern::kListenerNotRemoved;
  // What grows under one closure is not the registry.
  if (shape.closure && evidence.finding->retention_path[*shape.closure].count < 2 &&
      evidence.finding->retention_path.back().count > 1) {
    return std::nullopt;
  }
  const ElementClass element = ReadElement(evidence);
  const bool callable = HasCallable(shape.element) || shape.closure.has_value();
  const bool named = SaysListener(shape.name);
  const bool element_named = SaysListener(LastName(shape.element));
  const std::optional<std::string> subscription = Subscription(evidence);
  const bool subscribes = subscription.has_value();
  const std::optional<Call> call = FindCall(evidence);
  const bool names = named || element_named || subscribes;
  if (IsFactoryTable(evidence) && !subscribes) return std::nullopt;
  if (callable && IsWorkQueue(evidence) && !named) return std::nullopt;

  if (callable) {
    // The stack must agree with the holder: a snapshot's path may be one of several.
    const bool fits = subscribes || evidence.inserting;
    result.confidence = fits && (names || call) ? Confidence::kHigh : Confidence::kMedium;
    if (!fits && !evidence.frames.empty()) return std::nullopt;
    result.decided_by.push_back(
        fmt::format("it keeps {}", HasCallable(shape.element)
                                       ? shape.element
                                       : evidence.finding->retention_path[*shape.closure].type));
  } else if (element.keeps_callable && (names || call)) {
    result.confidence =
        names && call && evidence.inserting ? Confidence::kHigh : Confidence::kMedium;
    result.decided_by.push_back(fmt::format("each {} keeps a function to call", shape.element));
  } else if (shape.by_pointer && element_named) {
    const bool sure = call.has_value() && evidence.inserting && (element.is_abstract || named);
    result.confidence = sure ? Confidence::kHigh : Confidence::kMedium;
    result.decided_by.push_back(fmt::format("it keeps pointers to {}", shape.element));
  } else if (call && names && (shape.by_pointer || call->loop.method.empty() || named) &&
             !FindObjectPair(*evidence.finding, *evidence.sources)) {
    result.confidence = Confidence::kMedium;
  } else if (call && call->loop.by_pointer && element.is_abstract && shape.borrows) {
    // Somebody else owns what it calls: it was told to call it.
    result.confidence = Confidence::kMedium;
    result.decided_by.push_back(
        fmt::format("it keeps pointers to the interface {}, without owning", shape.element));
  } else if (named && subscribes) {
    result.confidence = Confidence::kLow;
  } else {
    return std::nullopt;
  }
  if (call) {
    result.decided_by.push_back(
        fmt::format("`{}` is called for each element ({})", call->loop.called, call->place));
  }
  if (subscribes) result.decided_by.push_back(fmt::format("`{}` puts it in", *subscription));
  if (named && !subscribes) {
    result.decided_by.push_back(fmt::format("`{}` is named as a list of listeners", shape.name));
  }
  result.decided_by.push_back(GrewClause(evidence));
  return result;
}

}  // namespace memprof
