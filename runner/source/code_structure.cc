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
    file.structure_ = std::move(read);
  }
  return file.structure_->outline ? file.structure_.get() : nullptr;
}

}  // namespace memprof
