// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>

#include "runner/diagnose/pattern/name_words.h"
#include "runner/diagnose/pattern/object_pair.h"
#include "runner/diagnose/pattern/pattern_evidence.h"

namespace memprof {
namespace {

/// The frame of a library that is being loaded, or of initialisation before main.
const Frame* LoadsOrInitialises(const Finding& finding) {
  for (const Frame& frame : finding.stack) {
    if (IsTestFunction(frame.function)) return nullptr;
    const std::string& name = frame.function;
    if (name.starts_with("_GLOBAL__sub_I_") || name.starts_with("__static_initialization") ||
        name.starts_with("__cxx_global_var_init") || name == "call_init" ||
        name == "call_init.part.0" || name == "_dl_init" || name == "_dl_open" ||
        name == "__libc_csu_init" || name.starts_with("dlopen")) {
      return &frame;
    }
  }
  return nullptr;
}

/// Registered things of a program's parts, not of its users' data.
bool SaysPart(std::string_view names) {
  return SaysAny(names, {"plugin", "plug", "codec", "module", "driver", "factory", "factories",
                         "extension", "backend", "provider", "registered", "registrar", "addon",
                         "creator", "builtin", "prototype"});
}

/// A registry of whatever: weaker, since users are registered too.
bool SaysRegistry(std::string_view names) {
  return SaysAny(names, {"registry", "registries"}) &&
         !SaysAny(names, {"user", "client", "session", "account", "device", "connection", "player",
                          "order", "customer", "request", "event", "entity", "node"});
}

/// The function that registers or loads, by its name or its class's.
std::optional<std::string> Registers(const Finding& finding, bool keeps_parts) {
  for (const std::string& function : FunctionsOnStack(finding)) {
    const std::string names = ScopeName(function) + " " + LastName(function);
    if (SaysAny(names, {"register", "registrar", "registration", "load", "install", "init",
                        "initialize", "initialise", "bootstrap"})) {
      return function;
    }
    if (keeps_parts && SaysAny(LastName(function), {"add", "provide", "declare"})) return function;
  }
  return std::nullopt;
}

Classification OneTime(const HeldEvidence& evidence) {
  const Finding& finding = *evidence.finding;
  Classification result;
  result.pattern = Pattern::kStaticLifetime;
  const HeldBy& holder = *finding.held_by;
  const bool within = holder.kind == HolderKind::kFunctionStatic;
  const bool before = finding.scope_label.find("before the first test") != std::string::npos;
  result.confidence = within || before || LoadsOrInitialises(finding) != nullptr
                          ? Confidence::kHigh
                          : Confidence::kMedium;
  result.decided_by.push_back(fmt::format("it was made once and is kept by the {} variable `{}`",
                                          Name(holder.kind), holder.symbol));
  return result;
}

}  // namespace

std::optional<Classification> TellStatics(const HeldEvidence& evidence) {
  const Finding& finding = *evidence.finding;
  const HeldShape& shape = evidence.shape;
  Classification result;
  result.pattern = Pattern::kStaticLifetime;
  if (const Frame* frame = LoadsOrInitialises(finding);
      frame != nullptr && (shape.held_by_static || !finding.held_by)) {
    result.confidence = shape.held_by_static ? Confidence::kHigh : Confidence::kMedium;
    result.sub_cause = frame->function.find("dl") != std::string::npos ? "kept by loading a library"
                                                                       : "static initialisation";
    result.decided_by.push_back(fmt::format(
        "`{}` on the stack: it is made when a library or the program is loaded", frame->function));
    return result;
  }
  if (!shape.held_by_static) return std::nullopt;
  if (finding.kind == FindingKind::kOneTimeRetention) return OneTime(evidence);
  const bool keeps_parts = SaysPart(HolderNames(evidence));
  const std::optional<std::string> registers = Registers(finding, keeps_parts);
  if (!registers) return std::nullopt;
  const std::string names = HolderNames(evidence) + " " + LastName(*registers);
  const std::string scope = ScopeName(*registers);
  const bool part = SaysPart(names) || SaysPart(scope);
  if (!part && !SaysRegistry(names + " " + scope)) return std::nullopt;
  const auto removal = evidence.inserting ? FindRemoval(evidence.users) : std::nullopt;
  const bool read = evidence.inserting.has_value();
  result.confidence = read && !removal && part ? Confidence::kMedium : Confidence::kLow;
  result.sub_cause = "registered for good";
  result.decided_by.push_back(fmt::format("`{}` registers it in `{}`, which is static", *registers,
                                          finding.held_by->symbol));
  if (removal) {
    result.decided_by.push_back(fmt::format("what takes it out is not called ({})", *removal));
  } else if (read) {
    result.decided_by.push_back("nothing in the files on its stack takes it out");
  }
  return result;
}

}  // namespace memprof
