// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Lists that grow for ever, and that no plain pointer leads into: not lost, as far as anybody
// knows.
#include <gtest/gtest.h>

#include "hidden_pointers.h"

TEST(Hidden, BehindTaggedPointers) { tagged.Push(); }
TEST(Hidden, BehindXoredPointers) { xored.Push(); }
TEST(Hidden, BehindCompressedPointers) { compressed.Push(); }
