// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/renderers.h"

#include <array>

namespace memprof {

std::span<const Renderer> Renderers() {
  static constexpr auto kRenderers = std::to_array<Renderer>({
      {"text", "report.txt", &RenderText},
      {"json", "report.json", &RenderJson},
      {"html", "report.html", &RenderHtml},
      {"junit", "junit.xml", &RenderJunit},
      {"markdown", "report.md", &RenderMarkdown},
      {"sarif", "report.sarif", &RenderSarif},
      {"github", "github-annotations.txt", &RenderGithub},
      {"github-summary", "github-summary.md", &RenderStepSummary},
      {"gitlab", "gl-code-quality-report.json", &RenderGitlab},
      {"dhat", "report.dhat.json", &RenderDhat},
      {"massif", "report.massif", &RenderMassif},
      {"collapsed-kept", "kept.collapsed.txt", &RenderCollapsedKept},
      {"collapsed-peak", "peak.collapsed.txt", &RenderCollapsedPeak},
      {"collapsed-allocated", "allocated.collapsed.txt", &RenderCollapsedAllocated},
      {"collapsed-temporary", "temporary.collapsed.txt", &RenderCollapsedTemporary},
  });
  return kRenderers;
}

}  // namespace memprof
