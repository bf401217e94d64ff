// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/programs/pairs_library.h"

#include <cstdarg>
#include <cstring>
#include <stdexcept>

namespace {

Figure* Make(double sum) { return new Figure{1, false, sum}; }

double SumOf(const Points& points) {
  double sum = 0;
  for (const double each : points.at) sum += each;
  return sum;
}

Figure* kept_inside = nullptr;

}  // namespace

extern "C" {

Figure* figure_new(int value) { return Make(value); }

Figure* figure_named(const char* format, ...) {
  va_list rest;
  va_start(rest, format);
  double sum = 0;
  for (; *format != '\0'; ++format) {
    if (*format == 'd') sum += va_arg(rest, int);
    if (*format == 'f') sum += va_arg(rest, double);
  }
  va_end(rest);
  return Make(sum);
}

Figure* figure_of(Points first, int a, int b, int c, int d, int e, int f, int g, double x,
                  Points second) {
  return Make(SumOf(first) + a + b + c + d + e + f + g + x + SumOf(second));
}

Figure* figure_or_null(bool fails) { return fails ? nullptr : Make(0); }

Figure* figure_or_throw(bool fails) {
  if (fails) throw std::runtime_error("no figure");
  return Make(0);
}

Figure* figure_or_jump(std::jmp_buf* target) {
  if (target != nullptr) std::longjmp(*target, 1);
  return Make(0);
}

double figure_open(const char* name, double scale, Figure** out) {
  *out = Make(static_cast<double>(std::strlen(name)));
  return 2 * scale;
}

int figure_open_result(bool fails, Figure** out) {
  *out = Make(0);
  if (!fails) return 0;
  delete *out;
  return 7;
}

Figure* figure_reference(Figure* figure) {
  ++figure->references;
  return figure;
}

void figure_free(Figure* figure) {
  if (figure != nullptr && --figure->references == 0) delete figure;
}

int figure_close(Figure* figure) {
  if (figure->is_busy) return 5;
  figure_free(figure);
  return 0;
}

void figure_clear(Figure** figure) {
  figure_free(*figure);
  *figure = nullptr;
}

void figure_within() {
  figure_free(kept_inside);
  kept_inside = figure_new(1);
}

}  // extern "C"
