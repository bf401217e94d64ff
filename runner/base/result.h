// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_BASE_RESULT_H_
#define MEMPROF_RUNNER_BASE_RESULT_H_

#include <string>
#include <utility>
#include <variant>

namespace memprof {

/// What went wrong, coarse enough to choose an exit code from.
enum class ErrorKind {
  kUsage,        ///< the user asked for something that has no meaning
  kNotFound,     ///< a file or program is not there
  kUnreadable,   ///< it is there, and cannot be read or written
  kDamaged,      ///< it was read, and its content is not what it claims to be
  kUnsupported,  ///< it is whole, and of a version or kind that we do not know
  kProcess,      ///< a program could not be run, or ended in a way that yields no result
};

/// An error as the user reads it: what was seen, and the next step.
struct Error {
  ErrorKind kind = ErrorKind::kDamaged;
  std::string message;  ///< one sentence: what was seen, with file and line where there are any
  std::string hint;     ///< the likely cause and the next command; may be empty
};

/// A value or the reason why there is none. The runner throws nothing across its own functions.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  /// The value; must be called only where ok().
  const T& value() const& { return std::get<0>(state_); }
  T& value() & { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  const T* operator->() const { return &value(); }
  const T& operator*() const& { return value(); }

  /// The error; must be called only where !ok().
  const Error& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_BASE_RESULT_H_
