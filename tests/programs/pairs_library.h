// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_PROGRAMS_PAIRS_LIBRARY_H_
#define MEMPROF_TESTS_PROGRAMS_PAIRS_LIBRARY_H_

#include <csetjmp>

/// A library with a C interface that counts what it has made, in every way that C functions are
/// called: what the tracker sees of it by a pair table.
extern "C" {

struct Figure {
  int references;
  bool is_busy;
  double sum;  ///< of the arguments that it was made of
};

/// 256 bytes, which a call passes on the stack.
struct Points {
  double at[32];
};

Figure* figure_new(int value);
Figure* figure_named(const char* format, ...);  ///< %d and %f
/// With more arguments than registers of both kinds, two of them large.
Figure* figure_of(Points first, int a, int b, int c, int d, int e, int f, int g, double x,
                  Points second);
Figure* figure_or_null(bool fails);
Figure* figure_or_throw(bool fails);
Figure* figure_or_jump(std::jmp_buf* target);
/// Also in the table, as is figure_new, which it calls by way of pairs_wrapper.
Figure* figure_wrapped(int value);
double figure_open(const char* name, double scale, Figure** out);
int figure_open_result(bool fails, Figure** out);  ///< 0 when it was made
Figure* figure_reference(Figure* figure);
void figure_free(Figure* figure);
int figure_close(Figure* figure);  ///< not 0 and nothing freed when it is busy
void figure_clear(Figure** figure);
/// Makes one and frees it, by names that are in the table: the library's own affair.
void figure_within();

}  // extern "C"

#endif  // MEMPROF_TESTS_PROGRAMS_PAIRS_LIBRARY_H_
