// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/rules/call_frequency.h"

#include <algorithm>

namespace memprof::scan {

CallFrequency::CallFrequency(const ContainerFacts& facts) : facts_(facts) {
  for (const CallMade& call : facts.calls) callers_[call.callee_id].push_back(&call);
}

bool CallFrequency::RunsOnce(const CodePlace& at, std::string_view own_class) const {
  if (at.once || at.function == "main") return true;
  if (!at.constructor_of.empty() && at.constructor_of == own_class) return true;
  if (at.function_id.empty()) return false;
  std::set<std::string> visited;
  const bool registers = IsForStatics(at.function_id, &visited);
  visited.clear();
  return IsCalledOnce(at.function_id, own_class, registers, &visited);
}

bool CallFrequency::IsForStatics(const std::string& function_id,
                                 std::set<std::string>* visited) const {
  const auto callers = callers_.find(function_id);
  if (callers == callers_.end() || !visited->insert(function_id).second) return false;
  return std::any_of(callers->second.begin(), callers->second.end(), [&](const CallMade* call) {
    if (call->caller_id.empty()) return call->once;
    return IsForStatics(call->caller_id, visited);
  });
}

bool CallFrequency::IsSetup(const std::string& function_id) const {
  const auto seen = facts_.seen_functions.find(function_id);
  if (seen == facts_.seen_functions.end()) return false;
  if (seen->second.is_constructor) return true;
  const std::string& name = seen->second.name;
  for (const std::string_view word : {"Register", "register", "Init", "init", "SetUp", "setup",
                                      "Setup", "Install", "install", "Configure", "configure"}) {
    if (name.starts_with(word)) return true;
  }
  return false;
}

bool CallFrequency::IsCalledOnce(const std::string& function_id, std::string_view own_class,
                                 bool registers, std::set<std::string>* visited) const {
  const auto callers = callers_.find(function_id);
  // What nobody calls tells nothing of a registry that initialisers of statics are seen to fill.
  if (callers == callers_.end()) return registers || IsSetup(function_id);
  // A function that calls itself runs as often as its other callers say.
  if (!visited->insert(function_id).second) return true;
  return std::all_of(callers->second.begin(), callers->second.end(), [&](const CallMade* call) {
    if (call->once) return true;
    if (call->from_main) return !call->in_loop;
    if (!call->constructor_of.empty() && call->constructor_of == own_class) return true;
    // Named and handed on, to whoever calls it as often as it likes. What grows on the way of a
    // larger function that is handed on, as a program's body is, tells no more than what nobody
    // calls.
    if (call->caller_id.empty()) return registers && visited->size() > 1;
    return IsCalledOnce(call->caller_id, own_class, registers, visited);
  });
}

}  // namespace memprof::scan
