// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_JSON_NULL_H_
#define MEMPROF_RUNNER_REPORT_JSON_NULL_H_

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace memprof {

/// What was not measured, or is not known, is null in our JSON, and never a zero or an empty text.
template <class T>
nlohmann::ordered_json OrNull(const std::optional<T>& value) {
  return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json(nullptr);
}

inline nlohmann::ordered_json OrNull(const std::string& text) {
  return text.empty() ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(text);
}

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_JSON_NULL_H_
