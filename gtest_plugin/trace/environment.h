// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_TRACE_ENVIRONMENT_H_
#define MEMPROF_GTEST_PLUGIN_TRACE_ENVIRONMENT_H_

namespace memprof {

/// Whether the environment that the process was started with has `name` set to `value`. Unlike
/// getenv it may be called before libc is initialised: the dynamic linker allocates before that.
bool EarlyEnvironmentIs(const char* name, const char* value) noexcept;

}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_TRACE_ENVIRONMENT_H_
