// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/renderers.h"

namespace memprof {

std::string RenderMarkdown(const Report& /*report*/, const RenderOptions& /*options*/) {
  return "";
}

}  // namespace memprof
