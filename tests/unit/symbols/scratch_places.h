// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_UNIT_SYMBOLS_SCRATCH_PLACES_H_
#define MEMPROF_TESTS_UNIT_SYMBOLS_SCRATCH_PLACES_H_

#include <cstdint>
#include <map>
#include <sstream>
#include <string>
#include <utility>

#include "tests/unit/symbols/scratch_build.h"
#include "tests/unit/symbols/scratch_program.h"

namespace memprof {

/// For programs that tests compile, after kTracker: macros that print where variables are.
inline constexpr char kPlaces[] = R"cc(
#include "tracker.h"

  static int OwnThreadLocals(dl_phdr_info* info, size_t, void* begin) {
    *(char**)begin = (char*)info->dlpi_tls_data;
    return 1;  // the first is the program
  }
  inline unsigned long ThreadLocalOffset(const void* place) {
    char* begin = nullptr;
    dl_iterate_phdr(OwnThreadLocals, &begin);
    return (unsigned long)((const char*)place - begin);
  }
#define DATA(name, place) printf("place %s %lx\n", name, (unsigned long)(place))
#define THREAD_LOCAL(name, place) printf("place %s %lx\n", name, ThreadLocalOffset(place))
  // From the canonical frame address of the function that has it; also captures its stack.
#define ON_STACK(name, place)                                               \
    do {                                                                      \
      printf("place %s %lx\n", name,                                          \
             (unsigned long)((char*)(place) - (char*)__builtin_dwarf_cfa())); \
      asm volatile("" : : "r"(place) : "memory");                             \
      Capture();                                                              \
      KEEP;                                                                   \
    } while (0)
)cc";

/// What such a program printed.
struct CapturedPlaces {
  CapturedTrace trace;
  std::map<std::string, std::uint64_t> places;    ///< by name
  std::map<std::string, RecordedStack> captured;  ///< of ON_STACK, by name
};

class ScratchPlaces : public ScratchBuild {
 protected:
  void SetUp() override {
    ScratchBuild::SetUp();
    Write("tracker.h", kTracker);
    Write("places.h", kPlaces);
  }

  CapturedPlaces RunPlaces(const std::string& command) const {
    CapturedPlaces result;
    const std::string text = Output(command);
    Write("printed", text);
    result.trace = Capture("cat printed");
    std::istringstream lines(text);
    std::string last;
    std::size_t stacks = 0;
    for (std::string line; std::getline(lines, line);) {
      std::istringstream words(line);
      std::string kind, name;
      words >> kind >> name;
      if (kind == "place") {
        words >> std::hex >> result.places[name];
        last = name;
      } else if (kind == "stack") {
        result.captured[last] = result.trace.stacks.at(stacks++);
      }
    }
    return result;
  }

  /// Whether the compiler of `command` is there.
  bool HasCompiler(const std::string& command) const {
    return !command.starts_with("clang++") || Run("command -v clang++ > /dev/null");
  }
};

}  // namespace memprof

#endif  // MEMPROF_TESTS_UNIT_SYMBOLS_SCRATCH_PLACES_H_
