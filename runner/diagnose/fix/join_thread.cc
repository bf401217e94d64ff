// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "runner/diagnose/fix/expression.h"
#include "runner/diagnose/fix/fix_template.h"
#include "runner/diagnose/fix/thread_code.h"

namespace memprof {
namespace {

/// Where the thread is made.
struct ThreadStart {
  std::string variable;  ///< "worker_"; empty of a temporary
  CodeRange arguments;
  std::size_t behind = 0;  ///< token behind them
  bool is_posix = false;
};

class Joiner {
 public:
  Joiner(const Finding& finding, const Sources& sources, const SourceFile& file)
      : finding_(finding), sources_(sources), file_(file) {}

  std::optional<Fix> Propose() {
    const std::optional<Statement> statement = StatementAt(file_, finding_.location.line);
    if (!statement) return std::nullopt;
    const std::optional<ThreadStart> start = StartIn(statement->range);
    if (!start) return std::nullopt;
    start_ = *start;
    code_ = CodeOf(file_, start_.arguments, sources_);
    end_ = EndOf(code_, sources_);
    name_ = start_.variable.empty() ? "the thread" : "`" + start_.variable + "`";
    Fix fix;
    const bool stops = end_.is_sure;
    fix.summary = stops ? fmt::format("join {} where it is let go", name_)
                        : fmt::format("tell {} to stop, and join it", name_);
    fix.why = fmt::format(
        "join() returns when {} has ended, so its stack and all that it refers to are free before "
        "its owner is gone",
        code_.name.empty() || code_.name == "the closure" ? name_ : "`" + code_.name + "`");
    fix.trade_off = fmt::format("whoever lets go of {} waits until it has ended", name_);
    fix.effort = stops ? "minutes" : "minutes; more where it cannot be told to stop yet";
    const std::string why_not = stops ? Change() : end_.why;
    if (why_not.empty()) fix.diff = edit_.Diff();
    if (fix.diff.empty()) {
      fix.why_no_diff = why_not.empty() ? "the line could not be rewritten" : why_not;
      fix.snippet = stops ? JoinSnippet() : StopSnippet();
    }
    return fix;
  }

 private:
  std::optional<ThreadStart> StartIn(CodeRange range) const {
    for (std::size_t i = TokenAt(file_, range.begin);
         i < file_.tokens().size() && file_.tokens()[i].begin < range.end; ++i) {
      const std::string_view word = TokenText(file_, i);
      if (word != "thread" && word != "pthread_create" && word != "emplace_back") continue;
      ThreadStart start;
      start.is_posix = word == "pthread_create";
      std::size_t open = i + 1;
      if (word == "thread" && open < file_.tokens().size() && IsWord(file_.tokens()[open])) {
        start.variable = TokenText(file_, open++);
      } else if (word == "emplace_back" && i >= 2 && IsQualified(file_, i)) {
        start.variable = TokenText(file_, i - 2);
      }
      const std::string_view bracket = TokenText(file_, open);
      if (bracket != "(" && bracket != "{") continue;
      const std::size_t close = ClosingToken(file_, open);
      if (close >= file_.tokens().size()) return std::nullopt;
      start.arguments = {file_.tokens()[open].end, file_.tokens()[close].begin};
      start.behind = close + 1;
      if (start.is_posix) return Posix(start);
      if (word == "thread" && start.variable.empty()) start.variable = AssignedTo(i);
      return start;
    }
    return std::nullopt;
  }

  /// pthread_create(&id, attributes, function, argument)
  std::optional<ThreadStart> Posix(ThreadStart start) const {
    const std::vector<CodeRange> parts = PartsOf(file_, start.arguments, ',');
    if (parts.size() != 4) return std::nullopt;
    start.variable = file_.Text(parts[0]);
    if (start.variable.starts_with('&')) start.variable.erase(0, 1);
    start.arguments = {parts[2].begin, start.arguments.end};
    return start;
  }

  /// "worker_" of "worker_ = std::thread(…)".
  std::string AssignedTo(std::size_t thread) const {
    const std::size_t begin = PostfixBegin(file_, thread);
    if (begin < 2 || TokenText(file_, begin - 1) != "=") return "";
    const std::size_t first = PostfixBegin(file_, begin - 2);
    return std::string(file_.Text(RangeOf(file_, first, begin - 2)));
  }

  std::string Change() {
    const std::string last = start_.variable.substr(start_.variable.find_last_of(".>") + 1);
    if (start_.is_posix) return ChangePosix(last);
    if (start_.variable.empty()) {
      if (TokenText(file_, start_.behind) != "." ||
          TokenText(file_, start_.behind + 1) != "detach") {
        return "what becomes of the thread is not clear from the text";
      }
      if (const std::string why = HoldsLock(start_.behind); !why.empty()) return why;
      edit_.Replace(file_, RangeOf(file_, start_.behind + 1, start_.behind + 1), "join");
      return "";
    }
    std::optional<std::size_t> detach;
    for (const std::size_t use : UsesOf(file_, {0, file_.text().size()}, last)) {
      const std::string_view method = TokenText(file_, use + 2);
      if (TokenText(file_, use + 1) != "." && TokenText(file_, use + 1) != "->") continue;
      if (method == "join") return fmt::format("{} is joined on some ways out already", name_);
      if (method != "detach") continue;
      if (detach) return fmt::format("{} is detached in several places", name_);
      detach = use + 2;
    }
    if (!detach) return fmt::format("no line was found that lets go of {}", name_);
    if (const std::string why = HoldsLock(*detach); !why.empty()) return why;
    edit_.Replace(file_, RangeOf(file_, *detach, *detach), "join");
    return "";
  }

  std::string ChangePosix(const std::string& variable) {
    std::optional<std::size_t> detach;
    for (const std::size_t use : UsesOf(file_, {0, file_.text().size()}, "pthread_detach")) {
      if (detach) return fmt::format("{} may be detached in several places", name_);
      if (TokenText(file_, use + 2) == variable && TokenText(file_, use + 3) == ")") detach = use;
    }
    if (!detach) return fmt::format("no line was found that lets go of {}", name_);
    if (const std::string why = HoldsLock(*detach); !why.empty()) return why;
    edit_.Replace(file_, RangeOf(file_, *detach, *detach + 3),
                  fmt::format("pthread_join({}, nullptr)", variable));
    return "";
  }

  /// A join under a lock that the thread wants would never return.
  std::string HoldsLock(std::size_t at) const {
    const std::optional<FunctionCode> function = FunctionAt(file_, file_.tokens()[at].line, true);
    if (!function) return "the code around it could not be read";
    for (const std::string_view lock :
         {"lock_guard", "unique_lock", "scoped_lock", "lock", "pthread_mutex_lock"}) {
      if (!UsesOf(file_, function->body, lock).empty()) {
        return "a lock is taken where the thread is let go, and the thread may wait for it";
      }
    }
    return "";
  }

  std::string Variable() const { return start_.variable.empty() ? "worker" : start_.variable; }

  std::string JoinSnippet() const {
    return start_.is_posix ? fmt::format("pthread_join({}, nullptr);", Variable())
                           : fmt::format("if ({0}.joinable()) {0}.join();", Variable());
  }

  std::string StopSnippet() const {
    const std::string who = code_.name.empty() ? "the thread's function" : code_.name;
    std::string text = fmt::format(
        "std::atomic<bool> stopping{{false}};  // lives longer than `{}`\n", Variable());
    if (end_.loops_for_ever) {
      text += fmt::format("while (!stopping) {{  // in {}, in place of its endless loop\n", who);
    } else if (!end_.loop_condition.empty()) {
      text += fmt::format("while (!stopping && ({})) {{  // in {}\n", end_.loop_condition, who);
    } else {
      text += fmt::format("if (stopping) return;  // in {}, wherever it may wait\n", who);
    }
    if (!end_.waits_for.empty()) {
      text += fmt::format(
          "  {}.wait(lock, [&] {{ return stopping || … }});  // the condition it "
          "has now\n  if (stopping) return;\n",
          end_.waits_for);
    }
    text += "\nstopping = true;  // where its owner ends";
    if (!end_.waits_for.empty()) {
      text += fmt::format(", under the mutex of the wait\n{}.notify_all();", end_.waits_for);
    }
    return text + "\n" + JoinSnippet();
  }

  const Finding& finding_;
  const Sources& sources_;
  const SourceFile& file_;
  ThreadStart start_;
  ThreadCode code_;
  ThreadEnd end_;
  std::string name_;
  SourceEdit edit_;
};

}  // namespace

std::optional<Fix> JoinThread(const Finding& finding, const Sources& sources) {
  const SourceFile* const file = sources.Find(finding.location.file);
  return file == nullptr ? std::nullopt : Joiner(finding, sources, *file).Propose();
}

}  // namespace memprof
