// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_SERVICE_HIDDEN_THREAD_H_
#define MEMPROF_GTEST_PLUGIN_SERVICE_HIDDEN_THREAD_H_

#pragma GCC visibility push(hidden)
namespace memprof {

/// Starts the one thread that the tracker has in the process, which runs `run` and never returns.
/// False where there can be none; `*why_not` is a clause that says why.
///
/// libc does not know the thread, and the program is as single-threaded as it was: libc waits for
/// it at no `pthread_exit`, sends it no signal for `setuid`, and makes no lock of its own atomic on
/// its account. Nothing is allocated for it. In return it must call nothing of libc that takes a
/// lock, allocates, or has to do with threads:
///
///     one mapping   guard │ stack … │ thread-local storage │ libc's own
///                                                          └ thread pointer; zeros but for a few
///                                                          words
///
/// It has all signals blocked, and a table of descriptors of its own: it may close and open what it
/// likes, and what the program closes does not concern it. So are the working and the root
/// directory: where threads share them, setns() of another mount namespace is refused. A child of
/// fork has no such thread.
bool StartHiddenThread(void (*run)(), const char** why_not) noexcept;

/// On the hidden thread: takes over the program's user and group numbers where the program has
/// changed them, for libc changes those of the threads that it knows.
void FollowCredentials() noexcept;

}  // namespace memprof
#pragma GCC visibility pop

#endif  // MEMPROF_GTEST_PLUGIN_SERVICE_HIDDEN_THREAD_H_
