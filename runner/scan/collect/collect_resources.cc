// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/collect/collect_resources.h"

#include "runner/scan/collect/acquisitions.h"
#include "runner/scan/collect/deleted_classes.h"
#include "runner/scan/collect/function_effects.h"
#include "runner/scan/collect/thread_uses.h"

namespace memprof::scan {

ResourceFacts CollectResources(const SyntaxUnit& unit) {
  return CollectResources(unit, KnownAcquires());
}

ResourceFacts CollectResources(const SyntaxUnit& unit, const AcquireTable& table) {
  ResourceFacts facts;
  CollectAcquisitions(unit, table, &facts);
  CollectEffects(unit, table, &facts);
  CollectThreads(unit, table, &facts);
  CollectDeletedClasses(unit, &facts);
  return facts;
}

}  // namespace memprof::scan
