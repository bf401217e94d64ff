// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// One epoll descriptor more a run; all epolls share one inode.
#include <gtest/gtest.h>
#include <sys/epoll.h>

TEST(Epoll, OneMore) { epoll_create1(EPOLL_CLOEXEC); }
