// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_RULES_RESOURCE_WORDS_H_
#define MEMPROF_RUNNER_SCAN_RULES_RESOURCE_WORDS_H_

#include <set>
#include <string>
#include <vector>

#include "runner/scan/facts/resource_facts.h"
#include "runner/scan/static_risk.h"

namespace memprof::scan {

/// The leak pattern that a resource which is not released makes.
Pattern PatternOf(ResourceKind kind);

/// "close(file)", "file.join()", "delete message": how the variable is released.
std::string ReleaseText(ResourceKind kind, const std::vector<std::string>& releases,
                        const std::string& variable, const std::string& call);

/// The owner to use instead, a sentence.
std::string OwnerAdvice(ResourceKind kind, const std::string& release);

/// Whether one of these calls may release, store or pass on what it is given: its body does, or is
/// not known.
bool MayKeep(const ResourceFacts& facts, const std::set<HandedTo>& handed);

/// Those of the names that the program declares as functions of such a handle.
std::vector<std::string> DeclaredReleases(const ResourceFacts& facts,
                                          const std::vector<std::string>& names,
                                          const std::string& handle_type);

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_RULES_RESOURCE_WORDS_H_
