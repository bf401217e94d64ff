// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_FUZZ_FUZZ_PARSER_H_
#define MEMPROF_TESTS_FUZZ_FUZZ_PARSER_H_

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace memprof {

/// One parser and what feeds it: reads `input`, which lies in memory of exactly its size, and ends
/// the process where what the parser promises does not hold.
struct FuzzTarget {
  const char* parser;
  void (*read)(std::string_view input);
};

/// Those that are linked in, for the program that replays the corpus.
inline std::vector<FuzzTarget>& FuzzTargets() {
  static std::vector<FuzzTarget> targets;
  return targets;
}

struct RegisteredFuzzTarget {
  explicit RegisteredFuzzTarget(const FuzzTarget& target) { FuzzTargets().push_back(target); }
};

[[noreturn]] inline void PromiseBroken(const char* promise, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, promise);
  std::abort();
}

/// Whether `message` names a line of `text` behind `before`, as in "line 12: …": from 1 to one past
/// the last, where a text that was cut off ends.
inline bool NamesLineOf(std::string_view text, std::string_view message, std::string_view before) {
  const std::size_t at = message.find(before);
  if (at == std::string_view::npos) return false;
  const long line =
      std::strtol(std::string(message.substr(at + before.size())).c_str(), nullptr, 10);
  long last = 1;
  for (const char c : text) last += c == '\n' ? 1 : 0;
  return line >= 1 && line <= last;
}

}  // namespace memprof

/// What a parser promises of any input.
#define MEMPROF_FUZZ_EXPECT(promise) \
  ((promise) ? static_cast<void>(0) : memprof::PromiseBroken(#promise, __FILE__, __LINE__))

// Begins the function that feeds one parser: MEMPROF_FUZZ(lsan_log) { … uses input … }. It is
// libFuzzer's entry point, and in other builds one of FuzzTargets().
#ifdef MEMPROF_LIBFUZZER
#define MEMPROF_FUZZ(parser)                                                          \
  static void Fuzz_##parser(std::string_view input);                                  \
  extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) { \
    Fuzz_##parser(std::string_view(reinterpret_cast<const char*>(data), size));       \
    return 0;                                                                         \
  }                                                                                   \
  static void Fuzz_##parser(std::string_view input)
#else
#define MEMPROF_FUZZ(parser)                                                                \
  static void Fuzz_##parser(std::string_view input);                                        \
  static const memprof::RegisteredFuzzTarget registered_##parser({#parser, Fuzz_##parser}); \
  static void Fuzz_##parser(std::string_view input)
#endif

#endif  // MEMPROF_TESTS_FUZZ_FUZZ_PARSER_H_
