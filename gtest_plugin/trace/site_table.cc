// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/trace/site_table.h"

namespace memprof {

void SiteIndex::Put(uint32_t stack, ThreadSite* site) noexcept {
  if (slots_ == nullptr || used_ > mask_ / 2) {
    const uint32_t size = slots_ == nullptr ? 1024 : (mask_ + 1) * 2;
    Slot* const larger = static_cast<Slot*>(ReserveMemory(size * sizeof(Slot)));
    if (larger == nullptr) {
      if (slots_ == nullptr || used_ >= mask_) return;
    } else {
      Slot* const old = slots_;
      const uint32_t old_size = old != nullptr ? mask_ + 1 : 0;
      slots_ = larger;
      mask_ = size - 1;
      for (uint32_t i = 0; i < old_size; ++i) {
        if (old[i].site != nullptr) Place(old[i].stack, old[i].site);
      }
      if (old != nullptr) ReleaseMemory(old, old_size * sizeof(Slot));
    }
  }
  Place(stack, site);
  ++used_;
}

}  // namespace memprof
