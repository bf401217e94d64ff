// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_HOOKS_STREAM_DESCRIPTOR_H_
#define MEMPROF_GTEST_PLUGIN_HOOKS_STREAM_DESCRIPTOR_H_

namespace memprof {

/// What GoogleTest's streaming listener holds for its socket. Nothing is open behind it, and no
/// kernel gives the number to anybody (Linux ends at 0x7fffffbf, whatever the limits say): a test
/// can neither close it nor open something else with it, and a child of fork inherits nothing.
constexpr int kStreamDescriptor = 0x7fffffd3;

/// The address family of the address that the sentinel's name resolves to: no other socket is of
/// it, so that `socket` knows who asks.
constexpr int kStreamFamily = 0x4d50;

}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_HOOKS_STREAM_DESCRIPTOR_H_
