// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SOURCE_SOURCE_FILE_H_
#define MEMPROF_RUNNER_SOURCE_SOURCE_FILE_H_

#include <cstddef>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runner/source/source_tokens.h"

namespace memprof {

struct CodeStructure;

/// Bytes [begin, end) of a file's text.
struct CodeRange {
  std::size_t begin = 0;
  std::size_t end = 0;
  bool operator==(const CodeRange&) const = default;
};

/// One source file of the user's: its text, lines and tokens. A value; it opens nothing.
class SourceFile {
 public:
  /// `path`: as findings have it, relative to the source root.
  SourceFile(std::string path, std::string text);

  const std::string& path() const { return path_; }
  std::string_view text() const { return *text_; }
  /// With offsets into text(), without comments and preprocessor lines.
  const std::vector<SourceToken>& tokens() const { return tokens_; }

  int lines() const { return static_cast<int>(line_begins_.size()); }
  /// Line `line` (from 1) without its newline; empty when there is none such.
  std::string_view Line(int line) const;
  /// Of its first byte; the text's end when there is no such line.
  std::size_t BeginOfLine(int line) const;
  int LineOf(std::size_t offset) const;
  /// The blanks that the line begins with.
  std::string_view IndentOf(int line) const;
  std::string_view Text(CodeRange range) const;

 private:
  friend const CodeStructure* StructureOf(const SourceFile& file);
  friend const std::vector<std::size_t>& TokensNamed(const SourceFile& file, std::string_view text);

  std::string path_;
  std::shared_ptr<const std::string> text_;  // tokens view into it: it stays when this is moved
  std::vector<std::size_t> line_begins_;
  std::vector<SourceToken> tokens_;
  mutable std::shared_ptr<const CodeStructure> structure_;  // once it was asked for
};

/// The files that findings name, as far as they could be read. Where a file is missing, nothing
/// that needs source text is said of it.
class Sources {
 public:
  void Add(SourceFile file) { files_.insert_or_assign(file.path(), std::move(file)); }
  /// Null when it was not read. The result lives as long as this object.
  const SourceFile* Find(const std::string& path) const {
    const auto found = files_.find(path);
    return found == files_.end() ? nullptr : &found->second;
  }
  const std::map<std::string, SourceFile>& files() const { return files_; }

  /// Says that the file was written after the program that ran.
  void MarkNewer(const std::string& path) { newer_.insert(path); }
  bool IsNewer(const std::string& path) const { return newer_.contains(path); }

 private:
  std::map<std::string, SourceFile> files_;
  std::set<std::string> newer_;
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_SOURCE_SOURCE_FILE_H_
