// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/junit_own_case.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <string_view>
#include <system_error>
#include <utility>

#include "runner/report/java_frame.h"
#include "runner/report/junit_plan.h"
#include "runner/report/plain_text.h"

namespace memprof {
namespace {

using Outcome = JunitCase::Outcome;

constexpr std::size_t kMessageColumns = 200;
constexpr double kMostSeconds = 1e9;  // 31 years; more would not fit into nanoseconds

struct Assertion {
  std::string
      file;  ///< empty for exceptions, of which GoogleTest does not know where they are from
  int line = 0;
  std::string_view text;  ///< without the place
};

/// GoogleTest begins a failure with "FILE:LINE", or with "unknown file", on a line of its own.
Assertion AssertionOf(std::string_view failure) {
  const std::string_view first = failure.substr(0, failure.find('\n'));
  const std::string_view rest =
      failure.substr(first.size() == failure.size() ? first.size() : first.size() + 1);
  if (first == "unknown file") return {"", 0, rest};
  const std::size_t colon = first.rfind(':');
  int line = 0;
  if (colon == std::string_view::npos || colon == 0) return {"", 0, failure};
  const char* end = first.data() + first.size();
  const auto [stop, error] = std::from_chars(first.data() + colon + 1, end, line);
  if (error != std::errc() || stop != end || line <= 0) return {"", 0, failure};
  return {std::string(first.substr(0, colon)), line, rest};
}

std::string Relative(const std::string& file, const std::string& source_root) {
  if (source_root.empty() || !file.starts_with(source_root)) return file;
  std::size_t end = source_root.size();
  if (source_root.back() != '/') {
    if (file.size() <= end || file[end] != '/') return file;
    ++end;
  }
  return file.substr(end);
}

std::string ShortText(std::string_view text, std::string_view otherwise) {
  std::string line = OneLine(text);
  // GoogleTest indents values, which stands for nothing on one line.
  line.erase(
      std::unique(line.begin(), line.end(), [](char a, char b) { return a == ' ' && b == ' '; }),
      line.end());
  return line.empty() ? std::string(otherwise) : Shortened(line, kMessageColumns);
}

void SetFailed(const GtestResult& result, const std::string& source_root, std::size_t text_bytes,
               JunitCase* made) {
  const Assertion first = AssertionOf(result.failures.front());
  made->outcome = Outcome::kFailed;
  made->type = "assertion";
  made->message = ShortText(first.text, "an assertion failed");
  if (const std::size_t more = result.failures.size() - 1; more > 0) {
    made->message += fmt::format(" (+{} more)", more);
  }
  if (!first.file.empty()) {
    made->file = Relative(first.file, source_root);
    made->line = first.line;
  }
  made->body = made->message + '\n' + JavaFrame(result.FullName(), made->file, made->line);
  for (const std::string& failure : result.failures) made->body += failure + '\n';
  made->body = CutJunitText(std::move(made->body), text_bytes);
}

}  // namespace

JunitCase BrokenCase(const TestReport& test, const std::string& crash) {
  JunitCase made;
  made.name = test.name;
  made.outcome = Outcome::kError;
  made.type = Name(test.status);
  if (test.status == TestStatus::kTimedOut) {
    made.message = "the test did not end within its time limit";
    // Of several that hung, `crash` is of the first.
    if (crash.find(test.FullName()) != std::string::npos) made.message += ": " + crash;
  } else {
    made.message = crash.empty() ? "the test crashed" : "the test crashed: " + crash;
  }
  made.message = OneLine(made.message);
  made.body = fmt::format("{}\nIts memory is judged up to there only.\n", made.message);
  return made;
}

JunitCase CaseOfRun(const TestReport& test, const std::string& why_not_measured,
                    const std::string& crash) {
  if (test.status == TestStatus::kCrashed || test.status == TestStatus::kTimedOut) {
    return BrokenCase(test, crash);
  }
  JunitCase made;
  made.name = test.name;
  if (test.status == TestStatus::kSkipped) {
    made.outcome = Outcome::kSkipped;
  } else if (test.verdict == TestVerdict::kNotMeasured) {
    made.outcome = Outcome::kSkipped;
    made.message = why_not_measured;
  }
  return made;
}

JunitCase CaseOfGtest(const GtestResult& result, const std::string& source_root,
                      std::size_t text_bytes) {
  JunitCase made;
  // So GoogleTest writes what failed in no test: in an environment, or in SetUpTestSuite().
  made.name = result.name.empty() ? "[outside of the tests]" : result.name;
  made.file = Relative(result.file, source_root);
  made.line = result.line;
  const double seconds = std::isfinite(result.seconds) ? result.seconds : 0;
  made.wall_ns = std::llround(std::clamp(seconds, 0.0, kMostSeconds) * 1e9);
  made.properties = result.properties;
  if (!result.failures.empty()) {
    SetFailed(result, source_root, text_bytes, &made);
  } else if (result.skipped) {
    made.outcome = Outcome::kSkipped;
    const Assertion why = AssertionOf(result.skip_message);
    std::string_view text = why.text;
    // "Skipped" is what it says before the author's own words, in the versions that do.
    if (text.starts_with("Skipped\n")) text.remove_prefix(8);
    made.message = ShortText(text, "");
  } else if (!result.ran) {
    made.outcome = Outcome::kSkipped;
    made.message = "GoogleTest did not run it: it is disabled, or was not reached";
  }
  return made;
}

}  // namespace memprof
