// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/source/code_structure.h"

#include <memory>
#include <utility>

namespace memprof {

const CodeStructure* StructureOf(const SourceFile& file) {
  if (!file.structure_) {
    auto read = std::make_shared<CodeStructure>();
    read->outline = OutlineOf(file);
    if (read->outline) read->statements = StatementsOf(file, *read->outline);
    for (std::size_t i = 0; i < file.tokens().size(); ++i) {
      read->words[file.tokens()[i].text].push_back(i);
    }
    file.structure_ = std::move(read);
  }
  return file.structure_->outline ? file.structure_.get() : nullptr;
}

const std::vector<std::size_t>& TokensNamed(const SourceFile& file, std::string_view text) {
  static const std::vector<std::size_t> kNone;
  StructureOf(file);
  const auto found = file.structure_->words.find(text);
  return found == file.structure_->words.end() ? kNone : found->second;
}

}  // namespace memprof
