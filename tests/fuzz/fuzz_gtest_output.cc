// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include "runner/parse/gtest_json.h"
#include "tests/fuzz/fuzz_parser.h"

namespace memprof {

MEMPROF_FUZZ(gtest_output) {
  for (const char* const mark : {"SKIPPED", "FAILED"}) {
    const std::vector<std::string> names = MarkedInOutput(input, mark);
    MEMPROF_FUZZ_EXPECT(std::set<std::string>(names.begin(), names.end()).size() == names.size());
    for (const std::string& name : names) {
      MEMPROF_FUZZ_EXPECT(name.find('.') != std::string::npos);
      MEMPROF_FUZZ_EXPECT(name.find_first_of(" ,\r\n") == std::string::npos);
    }
  }
  const std::vector<std::string_view> pieces = OutputByIteration(input);
  MEMPROF_FUZZ_EXPECT(!pieces.empty());
  const char* end = pieces.front().data();
  for (const std::string_view piece : pieces) {
    MEMPROF_FUZZ_EXPECT(piece.data() == end);
    end = piece.data() + piece.size();
  }
  MEMPROF_FUZZ_EXPECT(end == input.data() + input.size());
}

}  // namespace memprof
