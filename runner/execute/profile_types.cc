// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/profile_types.h"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "runner/analyze/allocated_type.h"
#include "runner/execute/files.h"

namespace memprof {
namespace {

/// Both live as long as the function that asks them.
struct Asked {
  Asked(const RecordFile& record, const SourcePaths& paths)
      : symbols(*record.trace, 0, SymbolOptions(record, paths)),
        types(*record.trace, nullptr, symbols) {}

  ProgramSymbols symbols;
  AllocatedTypes types;
};

}  // namespace

ProgramSymbols::Options SymbolOptions(const RecordFile& record, const SourcePaths& paths) {
  ProgramSymbols::Options options;
  options.directory = record.process->directory;
  options.map_path = [&paths](const std::string& path) { return paths.Find(path); };
  options.read_source = [](const std::string& path) {
    Result<std::string> text = ReadFile(path);
    return text ? std::move(text).value() : std::string();
  };
  return options;
}

ProfileTypes TypesByStacks(const RecordFile& record, const SourcePaths& paths) {
  return [asked = std::make_shared<Asked>(record, paths)](std::uint32_t stack) {
    return asked->types.Of(stack);
  };
}

}  // namespace memprof
