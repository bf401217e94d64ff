// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_PACKAGE_MATRIX_PART_H_
#define MEMPROF_TESTS_PACKAGE_MATRIX_PART_H_

/// What the helper library makes: one block of 500 bytes.
struct Part {
  char bytes[500];
};

Part* MakePart();
void GiveBack(Part* part);

/// Of another helper library.
int ShelvesInStock();

#endif  // MEMPROF_TESTS_PACKAGE_MATRIX_PART_H_
