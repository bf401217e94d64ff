// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/deliver.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "runner/execute/files.h"
#include "runner/execute/fix_directory.h"

namespace memprof {

Result<std::string> Deliver(const Report& report, const Delivery& delivery) {
  for (const Renderer& renderer : Renderers()) {
    const auto& wanted = delivery.formats;
    if (std::find(wanted.begin(), wanted.end(), renderer.name) == wanted.end()) continue;
    Result<std::string> written =
        WriteFile(fmt::format("{}/{}", delivery.directory, renderer.file_name),
                  renderer.render(report, delivery.render));
    if (!written) return written;
  }
  if (Result<std::string> written = WriteFixFiles(report, delivery.directory); !written) {
    return written;
  }
  if (delivery.print_text) {
    RenderOptions for_people = delivery.render;
    for_people.color = delivery.color;
    for_people.hyperlinks = delivery.hyperlinks;
    const std::string text = RenderText(report, for_people);
    std::fwrite(text.data(), 1, text.size(), stdout);
  }
  std::fflush(stdout);
  return delivery.directory;
}

}  // namespace memprof
