// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <errno.h>

#include "gtest_plugin/hooks/hooks.h"
#include "gtest_plugin/hooks/next_function.h"
#include "gtest_plugin/hooks/pair_relocations.h"

// dlclose alone. dlopen looks up its caller's own search path by the return address, so that a hook
// would take the program's plug-ins away from it; what is loaded is seen without one.
MEMPROF_EXPORT int dlclose(void* handle) {
  MEMPROF_NEXT_FUNCTION(next, "dlclose");
  auto* const real = memprof::Next<int (*)(void*)>(&next);
  if (real == nullptr) {
    errno = ENOSYS;
    return -1;
  }
  memprof::OnUnload();
  const int result = real(handle);
  memprof::OnUnload();
  memprof::LookForPairCallers();
  return result;
}
