// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SYMBOLS_SYMBOLIZER_H_
#define MEMPROF_RUNNER_SYMBOLS_SYMBOLIZER_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "runner/base/frame.h"
#include "runner/parse/lsan_log.h"

namespace memprof {

class ModuleSymbols;

/// Names what a tool left as module and offset. Each module is opened once and each place looked up
/// once in the life of the object. Built without libdw, it resolves nothing. Not for use by two
/// threads at once; two objects are.
class Symbolizer {
 public:
  Symbolizer();
  ~Symbolizer();
  Symbolizer(Symbolizer&&) noexcept;
  Symbolizer& operator=(Symbolizer&&) noexcept;

  /// The frames, innermost first, that stand for `frame` when it has a module and an offset but no
  /// file: several where functions are inlined. Empty when there is nothing better than `frame`.
  /// Shared libraries in the system's directories are not read: they are not the reader's to
  /// change, and their debug information may be a download.
  const Stack& Resolve(const Frame& frame);

 private:
  std::map<std::string, std::unique_ptr<ModuleSymbols>> modules_;
  std::map<std::pair<std::string, std::uint64_t>, Stack> resolved_;
};

/// Puts what `symbolizer` knows in the place of each frame that has no file; the others stay.
void ResolveStacks(std::vector<LsanLeak>* leaks, Symbolizer& symbolizer);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_SYMBOLS_SYMBOLIZER_H_
