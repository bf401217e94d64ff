// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_JSON_ENUM_H_
#define MEMPROF_RUNNER_EXECUTE_JSON_ENUM_H_

#include <fmt/format.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace memprof {

/// The enumerator that was written as its number; `last` is the last of them. Throws
/// std::out_of_range where there is none of it, because enumerators are indices of arrays.
template <class Enum>
Enum EnumFrom(const nlohmann::json& json, Enum last) {
  const auto number = json.get<std::int64_t>();
  if (number < 0 || number > static_cast<std::int64_t>(last)) {
    throw std::out_of_range(
        fmt::format("{} is none of {} choices", number, static_cast<std::int64_t>(last) + 1));
  }
  return static_cast<Enum>(number);
}

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_JSON_ENUM_H_
