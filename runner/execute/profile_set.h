// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_PROFILE_SET_H_
#define MEMPROF_RUNNER_EXECUTE_PROFILE_SET_H_

#include <mutex>
#include <utility>
#include <vector>

#include "runner/analyze/profile_list.h"

namespace memprof {

/// The profiles of a run while its processes end, several at once. It holds no more than a report
/// does, for thousands of processes may add theirs.
class ProfileSet {
 public:
  void Add(Profile profile) {
    const std::lock_guard<std::mutex> lock(mutex_);
    AddProfile(std::move(profile), &profiles_);
  }

  std::vector<Profile> Take() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return std::move(profiles_);
  }

 private:
  std::mutex mutex_;
  std::vector<Profile> profiles_;
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_PROFILE_SET_H_
