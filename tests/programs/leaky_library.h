/* SPDX-FileCopyrightText: The memprof authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef MEMPROF_TESTS_PROGRAMS_LEAKY_LIBRARY_H_
#define MEMPROF_TESTS_PROGRAMS_LEAKY_LIBRARY_H_

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The number of fields between commas. */
size_t leaky_parse(const char* text);

#ifdef __cplusplus
}
#endif

#endif /* MEMPROF_TESTS_PROGRAMS_LEAKY_LIBRARY_H_ */
