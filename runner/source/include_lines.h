// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SOURCE_INCLUDE_LINES_H_
#define MEMPROF_RUNNER_SOURCE_INCLUDE_LINES_H_

#include <string>
#include <string_view>
#include <vector>

#include "runner/source/source_file.h"

namespace memprof {

/// What the file includes in quotes, without them and in its order: "app/log.h". Within `#if` and
/// braces (`extern "C" {`) too.
std::vector<std::string> QuotedIncludesOf(const SourceFile& file);

/// Whether the file itself includes `header` ("<memory>"), whatever it is compiled for.
bool Includes(const SourceFile& file, std::string_view header);

/// The line before which `#include header` belongs: in its place by the alphabet among the includes
/// of its like (C++ headers have no suffix) that stand together, else before the first include,
/// else before the first code. Includes within `#if` and braces are not looked at.
int LineForInclude(const SourceFile& file, std::string_view header);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_SOURCE_INCLUDE_LINES_H_
