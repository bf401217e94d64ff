// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Lists that no plain pointer leads into, and that each fifth run frees.
#include <gtest/gtest.h>

#include "hidden_pointers.h"

template <class List>
void PushOrFree(List* list) {
  if (list->count() == 4) return list->FreeAll();
  list->Push();
}

TEST(Hidden, BehindTaggedPointers) { PushOrFree(&tagged); }
TEST(Hidden, BehindXoredPointers) { PushOrFree(&xored); }
TEST(Hidden, BehindCompressedPointers) { PushOrFree(&compressed); }
