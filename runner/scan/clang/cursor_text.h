// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_CLANG_CURSOR_TEXT_H_
#define MEMPROF_RUNNER_SCAN_CLANG_CURSOR_TEXT_H_

#include <clang-c/Index.h>

#include <string>
#include <string_view>

namespace memprof::scan {

/// The text of a libclang string, which is given back.
std::string TextOf(CXString string);

/// A place as libclang numbers it: where the code was written, which for a macro's argument is the
/// argument and for its body the macro's use.
struct FilePlace {
  CXFile file = nullptr;
  unsigned line = 0;
  unsigned column = 0;
  unsigned offset = 0;
};
FilePlace FilePlaceOf(CXSourceLocation location);

/// The source from one place to another; empty where they are not of one file, or not in order.
std::string_view SourceBetween(CXTranslationUnit unit, const FilePlace& begin,
                               const FilePlace& end);

/// What an instance of a template was made from, and any other cursor itself: so that a member has
/// one identity in all instances of its class.
CXCursor Generalised(CXCursor cursor);

/// "app::Cache::entries_": with the namespaces that have a name and are not inline, and without
/// template arguments.
std::string QualifiedName(CXCursor cursor);

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_CLANG_CURSOR_TEXT_H_
