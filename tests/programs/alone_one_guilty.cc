// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// One test among others keeps memory, and one a descriptor; the rest must not be named with them.
#include <fcntl.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

std::vector<std::string*> kept;
std::string shared;

TEST(Guilty, KeepsMemory) { kept.push_back(new std::string(1000, 'k')); }
TEST(Guilty, KeepsADescriptor) { ASSERT_GE(open("/dev/null", O_RDONLY), 0); }
TEST(Guilty, IsCleanBesideThem) { delete new std::string(1000, 'x'); }
TEST(Guiltless, InitialisesOnce) { shared.reserve(5000); }
TEST(Guiltless, AllocatesAndFrees) { std::vector<int>(1000).clear(); }
TEST(Guiltless, Fails) { ADD_FAILURE() << std::string(500, 'f'); }
TEST(Guiltless, RecordsAProperty) { RecordProperty("size", std::string(500, 'p')); }
