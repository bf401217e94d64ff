// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// A program without GoogleTest.
#include <cstdio>

int main() { std::puts("no tests here"); }
