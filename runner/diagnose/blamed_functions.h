// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_BLAMED_FUNCTIONS_H_
#define MEMPROF_RUNNER_DIAGNOSE_BLAMED_FUNCTIONS_H_

#include <string_view>
#include <vector>

#include "runner/base/frame.h"
#include "runner/report/report.h"

namespace memprof {

/// The functions of a finding's stack that tell it from other findings, innermost first; one at
/// least where the stack has a frame of the user's. They are a property of the call chain alone, so
/// that a run of one test names the same ones as a run of all.
///
///     operator new            library                  left out
///     base::xmalloc           allocates for others     counts, and the next one too
///     EventBus::Subscribe     the user's               counts
///     Chat::Join              a caller                 counts where it may be the one to blame
///     SubscribeTwice          in the test's own file   left out: fifty tests may have fifty of
///     them Chat_Joins_Test::TestBody                        left out
///
/// A caller may be to blame for what is lost or not closed, because the function that made it may
/// have given it away. What something holds, or what is wasted, is the doing of the innermost
/// function. So is memory that grows and whose holder is unknown: it has one holder wherever a heap
/// snapshot could be taken. Then memory that such a machine knows to be lost, and another only to
/// grow, has one fingerprint if no caller outside of the tests is on the stack.
///
/// The views point into `finding`.
std::vector<std::string_view> BlamedFunctions(const Finding& finding);

/// The user's frames of a reported stack without the test code around them: test bodies, SetUp and
/// its like, constructors of fixtures, `main`, and what lies in the same file as those unless the
/// innermost frame does too. Never empty where there is a user frame. A heuristic on names and
/// files: a test's functions that lie in a file of their own are taken for the program's.
std::vector<const Frame*> FramesWithoutTestCode(const Stack& stack);

/// Whether the innermost of the user's frames is test code itself, or there is none.
bool IsTestCodeAlone(const Stack& stack);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_BLAMED_FUNCTIONS_H_
