// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_TRACE_DEFINITIONS_H_
#define MEMPROF_GTEST_PLUGIN_TRACE_DEFINITIONS_H_

#include <stdint.h>

#include "gtest_plugin/record/writer.h"

namespace memprof {

/// Writes the origin, and before it its stack, unless they are in the record already: a number must
/// be defined before it is used. 0, the origin of what could not be traced, needs none.
void DefineOrigin(uint32_t origin, record::Writer* record) noexcept;

/// The same for a stack alone.
void DefineStack(uint32_t stack, record::Writer* record) noexcept;

/// Nothing is on record, for a copy of the process that writes its own; what was made in a window
/// above `last_window` is that window's there.
void ForgetDefinitions(uint32_t last_window) noexcept;

}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_TRACE_DEFINITIONS_H_
