// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/source_fit.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>

#include "runner/diagnose/pattern/name_words.h"
#include "runner/source/code_outline.h"
#include "runner/source/code_scope.h"

namespace memprof {
namespace {

bool HasCode(const SourceFile& file, int line) {
  const std::size_t token = TokenAt(file, file.BeginOfLine(line));
  if (token < file.tokens().size() && file.tokens()[token].line == line) return true;
  // One that began before may go on here: a raw string.
  return token > 0 && file.tokens()[token - 1].end > file.BeginOfLine(line);
}

/// The name of a function that people wrote so: nothing of constructors, destructors, operators and
/// closures, of what the compiler makes of a function, or where a macro made the name.
std::string NameInSource(const std::string& function) {
  const std::string name = LastName(function);
  if (name.empty() || name[0] == '_' || LooksLikeMacro(name) || name == "TestBody" ||
      name == ScopeName(function) || function.find('.') != std::string::npos ||
      name.find_first_of("~ ") != std::string::npos) {
    return "";
  }
  return name;
}

/// Whether the line is in the function, as far as text tells. Heads may have code of others, as
/// arguments by default; macros' bodies have no type before them.
bool IsWithin(const SourceFile& file, int line, const std::string& function) {
  const std::optional<FunctionCode> found = FunctionAt(file, line);
  if (!found || found->returns.empty() || line <= file.LineOf(found->body.begin)) return true;
  const std::string wanted = NameInSource(function);
  const std::string name = NameInSource(found->name);
  return wanted.empty() || name.empty() || name == wanted;
}

bool Mentions(const SourceFile& file, int line, std::string_view word) {
  const std::optional<Statement> statement = StatementAt(file, line);
  // The statement may be a part of the line's: of "for (…) Add(i);" all of the line counts.
  const CodeRange range =
      statement ? statement->range : CodeRange{file.BeginOfLine(line), file.BeginOfLine(line + 1)};
  const CodeRange whole = {std::min(range.begin, file.BeginOfLine(line)),
                           std::max(range.end, file.BeginOfLine(line + 1))};
  return !UsesOf(file, whole, word).empty();
}

/// The word that a call of `callee` is written with; empty where it need not be written at all: a
/// constructor, a destructor, an operator, a part of the C++ library.
std::string WordOfCall(const Frame& callee, const Sources& sources) {
  if (callee.function.starts_with("operator new")) return "new";
  return sources.Find(callee.file) != nullptr ? NameInSource(callee.function) : "";
}

}  // namespace

std::set<std::string> FilesThatDoNotFit(const Finding& finding, const Sources& sources) {
  std::set<std::string> misfits;
  for (std::size_t i = 0; i < finding.stack.size(); ++i) {
    const Frame& frame = finding.stack[i];
    const SourceFile* file = sources.Find(frame.file);
    if (file == nullptr || frame.line <= 0) continue;
    bool fits = frame.line <= file->lines() && HasCode(*file, frame.line) &&
                IsWithin(*file, frame.line, frame.function);
    if (fits && i > 0 && sources.IsNewer(frame.file)) {
      const std::string word = WordOfCall(finding.stack[i - 1], sources);
      fits = word.empty() || Mentions(*file, frame.line, word);
    }
    if (!fits) misfits.insert(frame.file);
  }
  return misfits;
}

}  // namespace memprof
