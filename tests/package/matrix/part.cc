// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "part.h"

#include <cstring>

Part* MakePart() {
  Part* part = new Part;
  std::memset(part->bytes, 'x', sizeof(part->bytes));
  return part;
}

void GiveBack(Part* part) { delete part; }
