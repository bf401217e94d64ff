// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_CALL_TEXTS_H_
#define MEMPROF_RUNNER_REPORT_CALL_TEXTS_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "runner/base/frame.h"
#include "runner/report/profile.h"

namespace memprof {

/// The call as a flame graph names it: "Cache::Put", "[libfoo.so]" where only the module is known,
/// "[unknown]". One line of UTF-8, as ShortFunctionName() has it.
std::string CallName(const Frame& frame);

/// The call as Valgrind's viewers want it, without address: "Cache::Put (src/cache.cc:12)",
/// "??? (in /usr/lib/libfoo.so)", "???". The name is short, because file and line tell overloads
/// apart and no viewer shows a line of a thousand characters well.
std::string CallWithPlace(const Frame& frame);

/// A stack of several profiles: numbers of texts, innermost first.
using TextStack = std::vector<std::uint32_t>;

/// The frames of several profiles as text, equal texts once: what exporters count by. It exists
/// because each profile numbers its frames for itself, and because frames that read the same must
/// not stand in a file as two calls. Calls of unknown functions read the same and are not: these
/// are told apart by their place in the module.
class CallTexts {
 public:
  using Writer = std::string (*)(const Frame&);
  explicit CallTexts(Writer writer) : writer_(writer) {}

  /// Takes in the frames of `profile`, of which Of() then speaks.
  void Open(const Profile& profile);
  /// `stack` of the profile that was opened last, without what lies more than `depth` calls out. A
  /// stack of no frames is one of an unknown frame; so is a number that is none of the profile's.
  TextStack Of(const std::vector<std::uint32_t>& stack, std::size_t depth = SIZE_MAX);
  /// The number of a text that is no frame's.
  std::uint32_t Add(const std::string& text);

  struct Text {
    std::string text;
    std::uint64_t module_offset = 0;  ///< of the first frame with this text; 0 when unknown
  };
  const Text& operator[](std::uint32_t number) const { return texts_[number]; }
  std::size_t size() const { return texts_.size(); }

 private:
  std::uint32_t Unknown() { return Add(writer_(Frame{})); }
  std::uint32_t Number(const std::string& text, std::uint64_t place);

  Writer writer_;
  std::vector<Text> texts_;
  /// By text, and of unknown functions by the place too; else that is 0.
  std::map<std::pair<std::string, std::uint64_t>, std::uint32_t> numbers_;
  std::vector<std::uint32_t> of_frame_;  ///< of the opened profile
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_CALL_TEXTS_H_
