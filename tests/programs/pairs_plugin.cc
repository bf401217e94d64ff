// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/programs/pairs_library.h"

// Loaded by pairs_tests. What it leaks stays although it goes.
extern "C" void LeakOneFigure() { figure_reference(figure_new(9))->sum = 0; }
