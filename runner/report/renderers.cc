// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/renderers.h"

#include <array>

namespace memprof {

std::span<const Renderer> Renderers() {
  static constexpr std::array<Renderer, 3> kRenderers = {{
      {"text", "report.txt", &RenderText},
      {"json", "report.json", &RenderJson},
      {"junit", "junit.xml", &RenderJunit},
  }};
  return kRenderers;
}

}  // namespace memprof
