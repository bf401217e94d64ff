// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SOURCE_SOURCE_EDIT_H_
#define MEMPROF_RUNNER_SOURCE_SOURCE_EDIT_H_

#include <string>
#include <string_view>
#include <vector>

#include "runner/source/source_file.h"
#include "runner/source/unified_diff.h"

namespace memprof {

/// Changes to source files that make one fix together. Nothing is written: the result is a text.
/// `file` must outlive this object. Newlines in the texts become the file's own.
class SourceEdit {
 public:
  void Replace(const SourceFile& file, CodeRange range, std::string_view text);
  /// A whole line (without newline) before or behind line `line`, with that line's indentation
  /// before each of its lines; with that of line `indent_as` where it is given, as behind a
  /// statement of several lines.
  void InsertLineBefore(const SourceFile& file, int line, std::string_view text);
  void InsertLineAfter(const SourceFile& file, int line, std::string_view text, int indent_as = 0);
  /// The lines that the range is on, where nothing else is on them; else the range alone.
  void Remove(const SourceFile& file, CodeRange range);
  /// `header` with its brackets: "<memory>". Nothing where the file has it; else in its place by
  /// the alphabet among the includes in angle brackets, or before the first include.
  void AddInclude(const SourceFile& file, std::string_view header);

  bool empty() const { return changes_.empty(); }

  /// A unified diff with three lines of context, `a/` and `b/` before each path, so that
  /// `patch -p1` at the source root applies it. Empty when changes overlap, or change nothing.
  std::string Diff() const;
  /// The file's text with the changes, for tests; unchanged where changes overlap.
  std::string Result(const SourceFile& file) const;

 private:
  struct Change {
    const SourceFile* file;
    CodeRange range;
    std::string text;
    bool operator==(const Change&) const = default;
  };
  /// The same change of the same bytes counts once.
  void Add(const SourceFile& file, CodeRange range, std::string_view text);

  std::vector<Change> changes_;
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_SOURCE_SOURCE_EDIT_H_
