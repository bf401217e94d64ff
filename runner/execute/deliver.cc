// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/deliver.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string_view>

#include "runner/execute/files.h"
#include "runner/execute/fix_directory.h"
#include "runner/execute/step_summary_file.h"
#include "runner/plan/report_request.h"

namespace memprof {
namespace {

bool Wants(const Delivery& delivery, std::string_view format) {
  const auto& wanted = delivery.formats;
  return std::find(wanted.begin(), wanted.end(), format) != wanted.end();
}

void Print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

}  // namespace

void PrintForPeople(const std::string& text) {
  const char* actions = std::getenv("GITHUB_ACTIONS");
  const bool stops_commands = actions != nullptr && std::string_view(actions) == "true";
  std::random_device random;
  const std::string word = fmt::format("memprof-{:08x}{:08x}", random(), random());
  if (stops_commands) Print(fmt::format("::stop-commands::{}\n", word));
  Print(text);
  if (!text.ends_with('\n')) Print("\n");
  if (stops_commands) Print(fmt::format("::{}::\n", word));
}

const Renderer* FormatToPrint(const Reporting& reporting) {
  if (!reporting.out.empty() || reporting.formats.size() != 1) return nullptr;
  if (NeedsNoDirectory(reporting.formats[0])) return nullptr;
  for (const Renderer& renderer : Renderers()) {
    if (reporting.formats[0] == renderer.name) return &renderer;
  }
  return nullptr;
}

Result<std::string> Deliver(const Report& report, const Delivery& delivery) {
  const bool writes = !delivery.directory.empty();
  // One that does not fit on the disk takes neither the others nor what is printed with it.
  Result<std::string> delivered = delivery.directory;
  const auto take = [&delivered](const Result<std::string>& step) {
    if (delivered.ok() && !step.ok()) delivered = step;
  };
  for (const Renderer& renderer : Renderers()) {
    if (!writes || !Wants(delivery, renderer.name)) continue;
    take(WriteFile(fmt::format("{}/{}", delivery.directory, renderer.file_name),
                   renderer.render(report, delivery.render)));
  }
  if (writes) take(WriteFixFiles(report, delivery.directory));
  if (delivery.print_text) {
    RenderOptions for_people = delivery.render;
    for_people.color = delivery.color;
    for_people.hyperlinks = delivery.hyperlinks;
    for_people.text_columns = delivery.text_columns;
    PrintForPeople(RenderText(report, for_people));
  }
  if (Wants(delivery, "github")) Print(RenderGithub(report, delivery.render));
  std::fflush(stdout);
  // Last, so that a file which is not ours keeps nobody from the report.
  const char* summary = std::getenv("GITHUB_STEP_SUMMARY");
  if (Wants(delivery, "github-summary") && summary != nullptr && *summary != '\0') {
    take(AppendStepSummary(report, summary));
  }
  return delivered;
}

}  // namespace memprof
