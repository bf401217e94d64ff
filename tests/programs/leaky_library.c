/* SPDX-FileCopyrightText: The memprof authors
 * SPDX-License-Identifier: Apache-2.0
 * A C library that loses 666 bytes in each call. */
#include "leaky_library.h"

#include <stdlib.h>
#include <string.h>

static char* volatile last;

static __attribute__((noinline)) size_t count_fields(char* copy) {
  size_t fields = 0;
  for (char* field = strtok(copy, ","); field != NULL; field = strtok(NULL, ",")) ++fields;
  return fields;
}

size_t leaky_parse(const char* text) {
  char* copy = malloc(666); /* in the C library */
  strncpy(copy, text, 666);
  last = copy;
  const size_t fields = count_fields(last);
  last = NULL;
  return fields;
}
