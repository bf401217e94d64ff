// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/pair_files.h"

#include <utility>

#include "runner/execute/files.h"
#include "runner/parse/pair_table.h"

namespace memprof {

Result<PairTable> ReadPairTables(const std::vector<std::string>& names,
                                 std::vector<std::string>* named) {
  PairTable table;
  for (const std::string& file : names) {
    if (file == "known") {
      table = JoinPairs(std::move(table), KnownPairs());
      continue;
    }
    const Result<std::string> text = ReadFile(file);
    if (!text) {
      return Error{ErrorKind::kUsage, text.error().message,
                   "--pairs names a file with lines like `figure_new figure_free`, or `known`"};
    }
    const Result<PairTable> parsed = ParsePairTable(*text, file);
    if (!parsed) return parsed.error();
    for (const PairKind& kind : *parsed) {
      if (named == nullptr) break;
      for (const PairFunction& function : kind.acquires) named->push_back(function.name);
    }
    table = JoinPairs(std::move(table), *parsed);
  }
  return table;
}

Result<bool> PreparePairs(const std::string& directory, RunOptions* options) {
  if (options->pairs.empty()) return false;
  options->named_acquires.clear();
  const Result<PairTable> table = ReadPairTables(options->pairs, &options->named_acquires);
  if (!table) return table.error();
  options->pairs_file = directory + "/pairs.tsv";
  const Result<std::string> written = WriteFile(options->pairs_file, PairsForPlugin(*table));
  if (!written) return written.error();
  return true;
}

}  // namespace memprof
