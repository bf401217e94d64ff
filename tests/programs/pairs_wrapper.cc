// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/programs/pairs_library.h"

// A library on top of another, whose call of it is seen too.
Figure* figure_wrapped(int value) { return figure_new(value); }
