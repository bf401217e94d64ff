// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/views/views.h"

#include <array>

namespace memprof {
namespace {

constexpr std::array kViews = {
    ViewEntry{View::kLeaks, "leaks", RenderLeaksView},
    ViewEntry{View::kHandles, "handles", RenderHandlesView},
    ViewEntry{View::kObjects, "objects", RenderObjectsView},
    ViewEntry{View::kLines, "lines", RenderLinesView},
    ViewEntry{View::kPatterns, "patterns", RenderPatternsView},
    ViewEntry{View::kRecommend, "recommend", RenderRecommendView},
    ViewEntry{View::kDiagnose, "diagnose", RenderDiagnoseView},
};

}  // namespace

std::span<const ViewEntry> Views() { return kViews; }

const ViewEntry& EntryOf(View view) {
  for (const ViewEntry& entry : kViews) {
    if (entry.view == view) return entry;
  }
  return kViews.front();
}

}  // namespace memprof
