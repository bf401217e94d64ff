// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/clang/unit_parser.h"

#include <clang-c/Index.h>

#include "runner/scan/clang/cursor_text.h"
#include "runner/scan/clang/tree_builder.h"

namespace memprof::scan {
namespace {

constexpr std::size_t kMostErrors = 20;

/// libclang's objects, given back in the order that it demands.
struct Parse {
  CXIndex index = clang_createIndex(/*excludeDeclarationsFromPCH=*/0, /*displayDiagnostics=*/0);
  CXTranslationUnit unit = nullptr;

  Parse() = default;
  Parse(const Parse&) = delete;
  Parse& operator=(const Parse&) = delete;
  ~Parse() {
    if (unit != nullptr) clang_disposeTranslationUnit(unit);
    clang_disposeIndex(index);
  }
};

std::vector<std::string> ErrorsOf(CXTranslationUnit unit) {
  std::vector<std::string> errors;
  const unsigned count = clang_getNumDiagnostics(unit);
  for (unsigned i = 0; i < count && errors.size() < kMostErrors; ++i) {
    CXDiagnostic diagnostic = clang_getDiagnostic(unit, i);
    if (clang_getDiagnosticSeverity(diagnostic) >= CXDiagnostic_Error) {
      errors.push_back(
          TextOf(clang_formatDiagnostic(diagnostic, CXDiagnostic_DisplaySourceLocation)));
    }
    clang_disposeDiagnostic(diagnostic);
  }
  return errors;
}

const char* WhyNot(CXErrorCode code) {
  switch (code) {
    case CXError_Crashed:
      return "libclang crashed on it";
    case CXError_InvalidArguments:
      return "libclang does not take its compiler arguments";
    default:
      return "libclang could not read it";
  }
}

}  // namespace

Result<ParsedUnit> ParseUnit(const UnitToParse& what) {
  std::vector<const char*> arguments;
  for (const std::string& argument : what.arguments) arguments.push_back(argument.c_str());
  arguments.push_back("-w");  // all diagnostics but errors are others' affair
  arguments.push_back("-ferror-limit=0");
  std::vector<CXUnsavedFile> texts;
  for (const auto& [file, text] : what.texts) {
    texts.push_back({file.c_str(), text.data(), static_cast<unsigned long>(text.size())});
  }
  Parse parse;
  const CXErrorCode code = clang_parseTranslationUnit2(
      parse.index, what.file.c_str(), arguments.data(), static_cast<int>(arguments.size()),
      texts.data(), static_cast<unsigned>(texts.size()), CXTranslationUnit_KeepGoing, &parse.unit);
  if (code != CXError_Success) {
    return Error{ErrorKind::kUnreadable, what.file + ": " + WhyNot(code), ""};
  }
  return ParsedUnit{BuildTree(parse.unit), ErrorsOf(parse.unit)};
}

std::string LibclangVersion() { return TextOf(clang_getClangVersion()); }

}  // namespace memprof::scan
