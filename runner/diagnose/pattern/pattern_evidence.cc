// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/pattern/pattern_evidence.h"

#include <fmt/format.h>

#include "runner/diagnose/pattern/name_words.h"
#include "runner/report/quantity.h"

namespace memprof {
namespace {

/// What the finding's line puts something into, where no heap snapshot tells: `items` of
/// `items.push_back(item)`.
std::string ReceiverAtLine(const Finding& finding, const Sources& sources, const HeldShape& shape) {
  const SourceFile* file = sources.Find(finding.location.file);
  if (file == nullptr || shape.body == HeldBody::kUnknown) return "";
  std::string receiver;
  const std::vector<SourceToken>& tokens = file->tokens();
  for (std::size_t i = TokenAt(*file, file->BeginOfLine(finding.location.line));
       i < tokens.size() && tokens[i].line == finding.location.line; ++i) {
    if (!IsWord(tokens[i])) continue;
    HeldShape named = shape;
    named.name = std::string(tokens[i].text);
    const CodeRange word = {tokens[i].begin, tokens[i].end};
    for (const ContainerUse& use : UsesOfContainer(*file, word, named)) {
      const bool inserts = use.kind == UseKind::kInsert || use.kind == UseKind::kTry ||
                           use.kind == UseKind::kIndexAdd;
      if (!inserts) continue;
      // Two on one line: which of them grows is not known.
      if (!receiver.empty() && receiver != named.name) return "";
      receiver = named.name;
    }
  }
  return receiver;
}

}  // namespace

HeldEvidence GatherHeld(const Finding& finding, const Sources& sources) {
  HeldEvidence evidence;
  evidence.finding = &finding;
  evidence.sources = &sources;
  evidence.shape = ShapeOf(finding);
  evidence.frames = FramesInSources(finding, sources);
  if (evidence.shape.name.empty() && evidence.shape.accessor.empty() && !finding.held_by) {
    evidence.shape.name = ReceiverAtLine(finding, sources, evidence.shape);
  }
  if (evidence.shape.name.empty() && evidence.shape.accessor.empty()) return evidence;
  evidence.users = FunctionsUsing(sources, evidence.shape);
  evidence.inserting = FindInserting(evidence.frames, evidence.users, evidence.shape);
  return evidence;
}

std::string GrewClause(const HeldEvidence& evidence) {
  const Finding& finding = *evidence.finding;
  const HeldShape& shape = evidence.shape;
  std::string name = shape.name.empty() ? shape.accessor : shape.name;
  name = name.empty() ? "what holds it" : fmt::format("`{}`", name);
  std::string what = BodyText(shape.body);
  if (shape.body == HeldBody::kOwnNodes) {
    what = fmt::format("the head of a chain of {}", shape.element);
  } else if (shape.body == HeldBody::kOwnTable) {
    what = fmt::format("a table of {}", shape.element);
  } else if (!shape.container.empty()) {
    what = fmt::format("a {}", shape.container);
  }
  if (!finding.growth) return fmt::format("{} is {}", name, what);
  return fmt::format("{} is {} that only grew in {}", name, what,
                     Counted(static_cast<std::int64_t>(finding.growth->series.size()), "run"));
}

std::string HolderNames(const HeldEvidence& evidence) {
  const HeldShape& shape = evidence.shape;
  return fmt::format("{} {} {} {}", evidence.finding->held_by ? VariableIn(*evidence.finding) : "",
                     shape.name, LastName(shape.container), LastName(shape.element));
}

std::string VariableIn(const Finding& finding) {
  if (!finding.held_by) return "";
  const std::string& symbol = finding.held_by->symbol;
  // Namespaces are the program's parts, and name what is not meant.
  const std::size_t call = symbol.rfind("()::");
  if (call != std::string::npos) {
    return LastName(symbol.substr(0, call)) + " " + symbol.substr(call + 4);
  }
  const std::size_t scope = symbol.rfind("::");
  return scope == std::string::npos ? symbol : symbol.substr(scope + 2);
}

std::vector<std::string> FunctionsOnStack(const Finding& finding) {
  std::vector<std::string> functions;
  for (const Frame& frame : finding.stack) {
    if (IsTestFunction(frame.function)) break;
    if (frame.function.starts_with("std::") || frame.function.starts_with("__gnu_cxx::")) continue;
    functions.push_back(frame.function);
  }
  return functions;
}

}  // namespace memprof
