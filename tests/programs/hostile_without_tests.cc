// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// A test program without a test.
#include <gtest/gtest.h>
