// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/renderers.h"

namespace memprof {

std::string RenderCollapsedKept(const Report& /*report*/, const RenderOptions& /*options*/) {
  return "";
}
std::string RenderCollapsedPeak(const Report& /*report*/, const RenderOptions& /*options*/) {
  return "";
}
std::string RenderCollapsedAllocated(const Report& /*report*/, const RenderOptions& /*options*/) {
  return "";
}
std::string RenderCollapsedTemporary(const Report& /*report*/, const RenderOptions& /*options*/) {
  return "";
}

}  // namespace memprof
