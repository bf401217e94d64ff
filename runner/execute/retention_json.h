// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_RETENTION_JSON_H_
#define MEMPROF_RUNNER_EXECUTE_RETENTION_JSON_H_

#include <nlohmann/json_fwd.hpp>

#include "runner/analyze/site_retention.h"

namespace memprof {

/// Retention as suspect files have it, whole.
nlohmann::json RetentionToJson(const SiteRetention& retention);

/// The inverse. Throws nlohmann's exceptions where something is missing or of another type.
SiteRetention RetentionFromJson(const nlohmann::json& json);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_RETENTION_JSON_H_
