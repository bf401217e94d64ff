// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_ANALYZE_PROFILE_FRAMES_H_
#define MEMPROF_RUNNER_ANALYZE_PROFILE_FRAMES_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "runner/base/frame.h"

namespace memprof {

/// The frames of a profile, each once, and stacks as indices into them. Where a function is known
/// its offset in the module is dropped: two calls on one line are one to whoever reads.
class ProfileFrames {
 public:
  using Way = std::vector<std::uint32_t>;

  /// `frames` must outlive this; what is in it stays. It grows up to `most`.
  ProfileFrames(std::vector<Frame>* frames, std::size_t most);

  /// Empty for an empty stack, and for one whose new frames find no room.
  Way WayOf(const Stack& stack);

 private:
  using Key = std::tuple<std::string, std::string, int, std::string, std::uint64_t>;
  static Key KeyOf(const Frame& frame);

  std::vector<Frame>& frames_;
  const std::size_t most_;
  std::map<Key, std::uint32_t> known_;
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_ANALYZE_PROFILE_FRAMES_H_
