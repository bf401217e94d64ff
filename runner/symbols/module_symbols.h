// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SYMBOLS_MODULE_SYMBOLS_H_
#define MEMPROF_RUNNER_SYMBOLS_MODULE_SYMBOLS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "runner/base/frame.h"

namespace memprof {

/// How much of a module is read.
enum class ModuleDetail {
  kDebugInformation,  ///< with its symbol table
  kSymbolTable,       ///< of the file itself: nothing else is looked for
};

/// The debug information of one executable or shared library, read with elfutils' libdw. It exists
/// because LeakSanitizer's own reader (GCC's libbacktrace) loses functions in COMDAT sections, that
/// is inline methods and templates, and all of split DWARF.
///
/// Debug information in a separate file is found as every elfutils program finds it: by build id
/// and debug link, below /usr/lib/debug, and by debuginfod where the user set DEBUGINFOD_URLS. Not
/// for use by two threads at once; two objects are.
class ModuleSymbols {
 public:
  /// `path` that is no regular file, no ELF program or library, or damaged resolves nothing. The
  /// symbols are read, and debug information looked for, when they are first asked for.
  explicit ModuleSymbols(const std::string& path,
                         ModuleDetail detail = ModuleDetail::kDebugInformation);
  ~ModuleSymbols();
  ModuleSymbols(const ModuleSymbols&) = delete;
  ModuleSymbols& operator=(const ModuleSymbols&) = delete;

  /// Whether memprof was built with libdw. If not, nothing can be opened or resolved.
  static bool Supported();

  /// The function at `offset` and what is inlined there, innermost first; empty when unknown.
  /// Functions are demangled, files absolute where the compiler noted its directory.
  ///
  /// `offset` is what the ELF file calls a virtual address: the address in the process less the
  /// load bias, which is 0 for an executable that is not position independent. For a caller's
  /// frame it must lie within the call, so it is the return address less 1. What sanitizers print
  /// as `(module+0xoffset)` is both already (seen with GCC 12 and Clang 14 on x86-64).
  Stack Resolve(std::uint64_t offset);

  /// The demangled name that the symbol table has for the function at `offset`; empty when none.
  const std::string& FunctionAt(std::uint64_t offset);

  /// Whether the file could be read as a program or library.
  bool is_open() const;

  /// The bytes of the file's build id; empty when it has none.
  std::string BuildId() const;

  /// [begin, end) of what is loaded of the file, in its own virtual addresses, as whole pages.
  std::pair<std::uint64_t, std::uint64_t> Loaded() const;

  /// How much debug information there is of the code, in the file or where it points to.
  enum class Found { kNone, kWithoutSplitUnits, kWhole };
  Found DebugInformation();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_SYMBOLS_MODULE_SYMBOLS_H_
