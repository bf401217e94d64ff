// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "runner/parse/pair_table.h"
#include "tests/fuzz/fuzz_parser.h"

namespace memprof {
namespace {

std::string Written(const std::vector<PairFunction>& functions) {
  std::string text;
  for (const PairFunction& function : functions) {
    text += (text.empty() ? "" : "|") + function.name;
    switch (function.handle) {
      case PairFunction::Handle::kReturned:
        text += "(return)";
        break;
      case PairFunction::Handle::kArgument:
        text += fmt::format("({})", function.argument);
        break;
      case PairFunction::Handle::kPointedTo:
        text += fmt::format("(*{})", function.argument);
        break;
    }
    if (function.counts == PairFunction::Counts::kIfZero) text += "==0";
    if (function.counts == PairFunction::Counts::kIfNonzero) text += "!=0";
  }
  return text;
}

}  // namespace

/// What a project's own pair table says.
MEMPROF_FUZZ(pair_table) {
  const Result<PairTable> table = ParsePairTable(input, "p.txt");
  if (!table) {
    MEMPROF_FUZZ_EXPECT(table.error().kind == ErrorKind::kUsage);
    // A table without a pair has no line that is wrong.
    const std::string& message = table.error().message;
    MEMPROF_FUZZ_EXPECT(message.find("p.txt: ") != std::string::npos ||
                        NamesLineOf(input, message, "p.txt:"));
    return;
  }
  std::string text;
  for (const PairKind& kind : *table) {
    MEMPROF_FUZZ_EXPECT(!kind.name.empty() && !kind.acquires.empty() && !kind.releases.empty());
    for (const std::vector<PairFunction>* const functions : {&kind.acquires, &kind.releases}) {
      for (const PairFunction& function : *functions) {
        MEMPROF_FUZZ_EXPECT(!function.name.empty());
        MEMPROF_FUZZ_EXPECT(function.argument >= 0 && function.argument <= kMostPairArguments);
      }
    }
    text += kind.name + ": " + Written(kind.acquires) + ' ' + Written(kind.releases) + '\n';
  }
  const Result<PairTable> again = ParsePairTable(text, "p.txt");
  MEMPROF_FUZZ_EXPECT(again.ok() && again->size() == table->size());
  for (std::size_t i = 0; i < table->size(); ++i) {
    MEMPROF_FUZZ_EXPECT((*again)[i].name == (*table)[i].name);
    MEMPROF_FUZZ_EXPECT((*again)[i].acquires == (*table)[i].acquires);
    MEMPROF_FUZZ_EXPECT((*again)[i].releases == (*table)[i].releases);
  }
}

}  // namespace memprof
