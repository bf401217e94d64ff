// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/clang/cursor_text.h"

#include <cstddef>

namespace memprof::scan {
namespace {

struct FieldSearch {
  std::string name;
  CXCursor found = clang_getNullCursor();
};

CXChildVisitResult FindField(CXCursor cursor, CXCursor, CXClientData data) {
  auto* search = static_cast<FieldSearch*>(data);
  if (clang_getCursorKind(cursor) != CXCursor_FieldDecl) return CXChildVisit_Continue;
  if (TextOf(clang_getCursorSpelling(cursor)) != search->name) return CXChildVisit_Continue;
  search->found = cursor;
  return CXChildVisit_Break;
}

bool NamesAScope(CXCursor cursor) {
  if (clang_getCursorKind(cursor) == CXCursor_Namespace) {
    return clang_Cursor_isInlineNamespace(cursor) == 0;
  }
  return clang_isDeclaration(clang_getCursorKind(cursor)) != 0;
}

}  // namespace

std::string TextOf(CXString string) {
  const char* bytes = clang_getCString(string);
  std::string text = bytes == nullptr ? "" : bytes;
  clang_disposeString(string);
  return text;
}

FilePlace FilePlaceOf(CXSourceLocation location) {
  FilePlace place;
  clang_getFileLocation(location, &place.file, &place.line, &place.column, &place.offset);
  return place;
}

std::string_view SourceBetween(CXTranslationUnit unit, const FilePlace& begin,
                               const FilePlace& end) {
  if (begin.file == nullptr || end.file == nullptr) return {};
  if (clang_File_isEqual(begin.file, end.file) == 0 || end.offset < begin.offset) return {};
  std::size_t size = 0;
  const char* bytes = clang_getFileContents(unit, begin.file, &size);
  if (bytes == nullptr || end.offset > size) return {};
  return {bytes + begin.offset, end.offset - begin.offset};
}

CXCursor Generalised(CXCursor cursor) {
  const CXCursor made_from = clang_getSpecializedCursorTemplate(cursor);
  if (clang_Cursor_isNull(made_from) == 0) return made_from;
  if (clang_getCursorKind(cursor) != CXCursor_FieldDecl) return cursor;
  // libclang knows what methods and classes were made from, and not fields.
  const CXCursor of_class =
      clang_getSpecializedCursorTemplate(clang_getCursorSemanticParent(cursor));
  if (clang_Cursor_isNull(of_class) != 0) return cursor;
  FieldSearch search;
  search.name = TextOf(clang_getCursorSpelling(cursor));
  clang_visitChildren(of_class, &FindField, &search);
  return clang_Cursor_isNull(search.found) != 0 ? cursor : search.found;
}

std::string QualifiedName(CXCursor cursor) {
  std::string name = TextOf(clang_getCursorSpelling(cursor));
  // "Bag<T>" is how libclang spells the constructor of a template.
  if (!name.starts_with("operator")) name = name.substr(0, name.find('<'));
  for (CXCursor scope = clang_getCursorSemanticParent(cursor);
       clang_Cursor_isNull(scope) == 0 &&
       clang_isTranslationUnit(clang_getCursorKind(scope)) == 0 &&
       clang_isInvalid(clang_getCursorKind(scope)) == 0;
       scope = clang_getCursorSemanticParent(scope)) {
    if (!NamesAScope(scope)) continue;
    const std::string outer = TextOf(clang_getCursorSpelling(scope));
    if (!outer.empty()) name = outer + "::" + name;
  }
  return name;
}

}  // namespace memprof::scan
