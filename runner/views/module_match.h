// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_VIEWS_MODULE_MATCH_H_
#define MEMPROF_RUNNER_VIEWS_MODULE_MATCH_H_

#include <string>
#include <string_view>
#include <vector>

#include "runner/report/report.h"

namespace memprof {

/// Whether a finding lies in `module`: a directory ("src/net") or file, whole or its last parts; a
/// library ("libnet.so", with or without version, "net"); or a namespace or class ("app::net"). `*`
/// and `?` make a glob of it, for files and functions.
bool IsInModule(const Finding& finding, std::string_view module);

/// What a user of this result may name as a module, each once and sorted: directories and files
/// below the source root, libraries, and namespaces that its findings and profiles name.
std::vector<std::string> ModuleNames(const Report& report);

/// Whether the result knows `module`, though it may have no finding there.
bool IsKnownModule(const Report& report, std::string_view module);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_VIEWS_MODULE_MATCH_H_
