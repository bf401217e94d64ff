// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/profile_frames.h"

#include <set>

namespace memprof {

ProfileFrames::ProfileFrames(std::vector<Frame>* frames, std::size_t most)
    : frames_(*frames), most_(most) {
  for (std::uint32_t i = 0; i < frames_.size(); ++i) known_.emplace(KeyOf(frames_[i]), i);
}

ProfileFrames::Key ProfileFrames::KeyOf(const Frame& frame) {
  return {frame.function, frame.file, frame.line, frame.module,
          frame.function.empty() ? frame.module_offset : 0};
}

ProfileFrames::Way ProfileFrames::WayOf(const Stack& stack) {
  std::set<Key> unknown;  // a recursion has one frame many times
  for (const Frame& frame : stack) {
    if (Key key = KeyOf(frame); !known_.contains(key)) unknown.insert(std::move(key));
  }
  if (frames_.size() + unknown.size() > most_) return {};
  Way way;
  for (const Frame& frame : stack) {
    const auto [known, is_new] =
        known_.try_emplace(KeyOf(frame), static_cast<std::uint32_t>(frames_.size()));
    if (is_new) {
      frames_.push_back(frame);
      if (!frame.function.empty()) frames_.back().module_offset = 0;
    }
    way.push_back(known->second);
  }
  return way;
}

}  // namespace memprof
