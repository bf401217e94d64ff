// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_BASE_MEASURED_H_
#define MEMPROF_RUNNER_BASE_MEASURED_H_

#include <optional>
#include <string>
#include <utility>

namespace memprof {

/// A measurement, or the reason why it could not be made. It exists so that nobody can take a
/// tool that did not run for a tool that found nothing: there is no default of zero.
template <class T>
class Measured {
 public:
  Measured(T value) : value_(std::move(value)) {}

  /// `why` is a clause that follows "not measured: ", without a full stop.
  static Measured Not(std::string why) { return Measured(std::nullopt, std::move(why)); }

  bool has_value() const { return value_.has_value(); }
  explicit operator bool() const { return has_value(); }
  const T& operator*() const { return *value_; }
  const T* operator->() const { return &*value_; }
  const std::string& why_not() const { return why_; }

 private:
  Measured(std::nullopt_t, std::string why) : why_(std::move(why)) {}

  std::optional<T> value_;
  std::string why_;
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_BASE_MEASURED_H_
