// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_PLACE_LINKS_H_
#define MEMPROF_RUNNER_REPORT_PLACE_LINKS_H_

#include <string>
#include <string_view>

#include "runner/report/renderers.h"

namespace memprof {

/// `text` with each `file:line` of a file that `report` names made a link to it (OSC 8), which
/// terminals open at a click. What is shown, and its width, stay the same. Relative files lie below
/// `options.source_root`; where that is not known, they are no links.
std::string WithPlaceLinks(const std::string& text, const Report& report,
                           const RenderOptions& options);

/// "file://host/abs/path", with each byte escaped that a URI does not take as it is.
std::string FileUri(std::string_view host, std::string_view absolute_path);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_PLACE_LINKS_H_
