// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/holder_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "runner/report/plain_text.h"
#include "runner/report/quantity.h"

namespace memprof {
namespace {

// A line of the text report has 88 columns behind its label; a type leaves room for a name, or for
// sizes and counts.
constexpr std::size_t kTypeColumns = 60;
constexpr std::size_t kFiguresShown = 6;

std::string BaseName(const std::string& path) { return path.substr(path.rfind('/') + 1); }

std::string StackName(const HeldBy& holder) {
  const bool own_thread = !holder.thread.empty() && holder.thread != "main thread";
  if (!own_thread && !holder.function.empty()) {
    return fmt::format("a local variable of {}", holder.function);
  }
  const std::string stack =
      holder.thread.empty() ? "a stack" : fmt::format("the stack of {}", holder.thread);
  return holder.function.empty() ? stack : fmt::format("{} (frame of {})", stack, holder.function);
}

/// Of a holder that no symbol names.
std::string Nameless(const HeldBy& holder) {
  const std::string of_thread = holder.thread.empty() ? "" : " of " + holder.thread;
  switch (holder.kind) {
    case HolderKind::kLocalVariable:
      return StackName(holder);
    case HolderKind::kRegister:
      return "a register" + of_thread;
    case HolderKind::kMapping:
      return "an anonymous mapping (mmap) of the program";
    case HolderKind::kThreadLocal:
      return "thread-specific data" + of_thread;
    case HolderKind::kGlobal:
    case HolderKind::kStatic:
    case HolderKind::kFunctionStatic:
    case HolderKind::kData:
      break;
  }
  const std::string module = BaseName(holder.module);
  return fmt::format("data of {} (no symbol)", module.empty() ? "the program" : module);
}

bool IsName(std::string_view text) {
  const auto is_of_name = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; };
  return !text.empty() && std::isdigit(static_cast<unsigned char>(text.front())) == 0 &&
         std::all_of(text.begin(), text.end(), is_of_name);
}

}  // namespace

std::string HolderName(const HeldBy& holder) {
  if (holder.symbol.empty()) return Nameless(holder);
  if (holder.kind != HolderKind::kLocalVariable) return holder.symbol;
  return fmt::format("the local variable `{}`{}", holder.symbol,
                     holder.function.empty() ? "" : " of " + holder.function);
}

std::string HolderText(const HeldBy& holder) {
  if (holder.symbol.empty()) return Nameless(holder);
  std::string text = Name(holder.kind);
  if (!holder.type.empty()) text += " " + Shortened(holder.type, kTypeColumns);
  text += " " + holder.symbol;
  if (holder.kind == HolderKind::kLocalVariable && !holder.function.empty()) {
    text += " of " + holder.function;
  }
  if (holder.kind == HolderKind::kThreadLocal && !holder.thread.empty()) {
    text += fmt::format(" ({})", holder.thread);
  }
  return text;
}

std::string RetainedText(const HeldBy& holder) {
  const std::size_t count = std::min(holder.retained_bytes.size(), holder.runs.size());
  // Where something else refers to all of it too, it would stay without the holder, which is not
  // what "retains 0 B" says to a reader.
  if (count == 0 || holder.retained_bytes[count - 1] == 0) return "";
  const std::size_t first = count > kFiguresShown ? count - kFiguresShown : 0;
  std::vector<std::string> sizes;
  for (std::size_t i = first; i < count; ++i) sizes.push_back(HumanBytes(holder.retained_bytes[i]));
  return fmt::format("{} after {}", fmt::join(sizes, " → "),
                     RunsText(std::span(holder.runs).subspan(first, count - first)));
}

std::string StepText(const RetentionStep& step) {
  std::string text = step.what.empty() ? "" : step.what + ": ";
  text += Shortened(step.type, kTypeColumns);
  if (step.count > 0 && step.bytes > 0) {
    const bool even = step.bytes % step.count == 0;
    text += fmt::format(
        " ({}{})", even ? "" : "about ",
        HumanBytes(even ? step.bytes / step.count : (step.bytes + step.count / 2) / step.count));
  }
  if (!step.made_at.empty()) text += ", made at " + step.made_at;
  return text;
}

std::string StepCount(const RetentionStep& step) {
  if (step.count_per_run > 0) return fmt::format("×{} per run", HumanCount(step.count_per_run));
  return step.count > 1 ? "×" + HumanCount(step.count) : "";
}

std::string TypeInCycle(const std::string& entry) {
  std::string_view type = entry;
  for (std::size_t dot = type.rfind('.'); dot != std::string_view::npos && dot > 0;
       dot = type.rfind('.')) {
    if (!IsName(type.substr(dot + 1))) break;
    type = type.substr(0, dot);
  }
  return std::string(type);
}

namespace {

/// "chat::Session.connection"; of a closure "closure at chat.cc:31 (captures session)", where a dot
/// would look like one of the line.
std::string CycleStep(const std::string& entry) {
  const std::string type = TypeInCycle(entry);
  if (!type.starts_with("closure at ") || type.size() == entry.size()) return entry;
  return fmt::format("{} (captures {})", type, entry.substr(type.size() + 1));
}

}  // namespace

std::string CycleText(const std::vector<std::string>& cycle) {
  if (cycle.empty()) return "";
  std::string text;
  for (const std::string& entry : cycle) text += CycleStep(entry) + " → ";
  return text + TypeInCycle(cycle.front());
}

std::string RunsText(std::span<const int> runs) {
  if (runs.size() == 1) return fmt::format("run {}", HumanCount(runs.front()));
  std::string text = "runs ";
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (i > 0) text += i + 1 == runs.size() ? " and " : ", ";
    text += HumanCount(runs[i]);
  }
  return text;
}

}  // namespace memprof
