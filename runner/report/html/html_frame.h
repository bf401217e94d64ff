// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_HTML_HTML_FRAME_H_
#define MEMPROF_RUNNER_REPORT_HTML_HTML_FRAME_H_

#include "runner/analyze/framework_place.h"
#include "runner/base/frame.h"

namespace memprof {

/// Whose code a frame is, as the page's scripts have it in numbers.
enum class HtmlFrameKind { kLibrary = 0, kUser = 1, kCallsTests = 2 };

/// Code of the user's has a path below the source root, which is relative.
inline HtmlFrameKind KindForHtml(const Frame& frame) {
  if (CallsTests(frame.function)) return HtmlFrameKind::kCallsTests;
  const bool is_below_root = !frame.file.empty() && frame.file.front() != '/';
  return is_below_root ? HtmlFrameKind::kUser : HtmlFrameKind::kLibrary;
}

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_HTML_HTML_FRAME_H_
