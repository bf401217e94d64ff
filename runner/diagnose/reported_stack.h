// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_REPORTED_STACK_H_
#define MEMPROF_RUNNER_DIAGNOSE_REPORTED_STACK_H_

#include <string>
#include <string_view>

#include "runner/base/frame.h"

namespace memprof {

/// A stack as reports show it: without the allocator's own frames, and without what runs the tests
/// (GoogleTest, `main`, the C runtime) outside the last user frame; files below `root` relative to
/// it, function names short. Files that are neither absolute nor below the root are emptied: they
/// are relative to some library's build directory, and a reader would take them for the user's.
Stack ReportedStack(const Stack& stack, const std::string& root);

/// The innermost frame of a reported stack that is the user's code; null when there is none.
/// GoogleTest's frames are not, even if its sources lie below the root, as FetchContent puts them.
const Frame* UserFrame(const Stack& reported);

/// The functions of a stack in one text, for stacks that nothing else tells apart.
std::string FunctionsOf(const Stack& stack);

/// Whether a function, named short, is one that allocates for whoever calls it: malloc, operator
/// new.
bool IsAllocator(std::string_view function);

/// Whether a frame of a reported stack is the user's code.
bool IsUserFrame(const Frame& frame);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_REPORTED_STACK_H_
