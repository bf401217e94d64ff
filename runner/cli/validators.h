// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_CLI_VALIDATORS_H_
#define MEMPROF_RUNNER_CLI_VALIDATORS_H_

#include <CLI/CLI.hpp>
#include <exception>
#include <string>

namespace memprof {

/// A validator without its note in --help, where the option's own text says it.
inline CLI::Validator Plain(const CLI::Validator& validator) { return validator.description(""); }

/// CLI11's own check spells out the whole range of a double.
inline CLI::Validator NotNegative() {
  return CLI::Validator(
      [](std::string& text) {
        try {
          if (std::stod(text) >= 0) return std::string();
        } catch (const std::exception&) {  // no number: said below
        }
        return text + " is not a number of 0 or more";
      },
      "");
}

}  // namespace memprof

#endif  // MEMPROF_RUNNER_CLI_VALIDATORS_H_
