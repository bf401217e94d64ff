// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_PATTERN_PATTERN_EVIDENCE_H_
#define MEMPROF_RUNNER_DIAGNOSE_PATTERN_PATTERN_EVIDENCE_H_

#include <optional>
#include <string>
#include <vector>

#include "runner/diagnose/pattern/classify.h"
#include "runner/diagnose/pattern/held_shape.h"
#include "runner/diagnose/pattern/inserting_code.h"
#include "runner/report/report.h"
#include "runner/source/source_file.h"

namespace memprof {

/// What all rules for held memory read. Made once a finding; views into what it was made from.
struct HeldEvidence {
  const Finding* finding = nullptr;
  const Sources* sources = nullptr;
  HeldShape shape;
  std::vector<FrameCode> frames;         ///< that could be read
  std::vector<ContainerFunction> users;  ///< of the container
  std::optional<InsertingCode> inserting;
};

HeldEvidence GatherHeld(const Finding& finding, const Sources& sources);

/// A rule: nothing when it does not apply. Each in a file of its own.
/// A thread, a future, or a list of tasks that are over.
std::optional<Classification> TellThreads(const HeldEvidence& evidence);
/// A closure that holds a large object.
std::optional<Classification> TellClosures(const HeldEvidence& evidence);
/// Callbacks and observers that nobody takes out.
std::optional<Classification> TellListeners(const HeldEvidence& evidence);
/// Objects of an acquire/release API.
std::optional<Classification> TellObjects(const HeldEvidence& evidence);
/// What registration or static initialisation keeps.
std::optional<Classification> TellStatics(const HeldEvidence& evidence);
/// Large equal blocks of numbers.
std::optional<Classification> TellBuffers(const HeldEvidence& evidence);
std::optional<Classification> TellCaches(const HeldEvidence& evidence);
std::optional<Classification> TellCollections(const HeldEvidence& evidence);

/// "`thumbnails_` is a std::map<int, Thumbnail> that only grew in 1,024 runs".
std::string GrewClause(const HeldEvidence& evidence);
/// The holding variable with the function that it is in, without namespaces: "Thumbnails
/// cache.thumbnails_".
std::string VariableIn(const Finding& finding);
/// Names of the holder, its type, what it keeps and who puts it in, for words.
std::string HolderNames(const HeldEvidence& evidence);
/// Names of the functions on the stack up to the test's, outermost last, without the library's.
std::vector<std::string> FunctionsOnStack(const Finding& finding);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_PATTERN_PATTERN_EVIDENCE_H_
