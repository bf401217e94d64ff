// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/call_texts.h"

#include <algorithm>

#include "runner/analyze/function_name.h"
#include "runner/report/plain_text.h"

namespace memprof {

std::string CallName(const Frame& frame) {
  std::string name = OneLine(ShortFunctionName(frame.function));
  if (name.empty()) name = OneLine(frame.function);
  if (!name.empty()) return name;
  const std::string module = OneLine(frame.module.substr(frame.module.rfind('/') + 1));
  return module.empty() ? "[unknown]" : "[" + module + "]";
}

std::string CallWithPlace(const Frame& frame) {
  std::string text = frame.function.empty() ? "???" : CallName(frame);
  const std::string file = OneLine(frame.file);
  const std::string module = OneLine(frame.module);
  // Valgrind's own form, which viewers take apart from the end: no line is no file to them.
  if (!file.empty() && frame.line > 0) {
    text += " (" + file + ":" + std::to_string(frame.line) + ")";
  } else if (!module.empty()) {
    text += " (in " + module + ")";
  }
  return text;
}

void CallTexts::Open(const Profile& profile) {
  of_frame_.clear();
  for (const Frame& frame : profile.frames) {
    const std::uint32_t number =
        Number(writer_(frame), frame.function.empty() ? frame.module_offset : 0);
    if (texts_[number].module_offset == 0) texts_[number].module_offset = frame.module_offset;
    of_frame_.push_back(number);
  }
}

TextStack CallTexts::Of(const std::vector<std::uint32_t>& stack, std::size_t depth) {
  TextStack numbers;
  for (std::size_t i = 0; i < std::min(stack.size(), depth); ++i) {
    numbers.push_back(stack[i] < of_frame_.size() ? of_frame_[stack[i]] : Unknown());
  }
  if (numbers.empty()) numbers.push_back(Unknown());
  return numbers;
}

std::uint32_t CallTexts::Add(const std::string& text) { return Number(text, 0); }

std::uint32_t CallTexts::Number(const std::string& text, std::uint64_t place) {
  const auto [at, is_new] =
      numbers_.try_emplace({text, place}, static_cast<std::uint32_t>(texts_.size()));
  if (is_new) texts_.push_back({text});
  return at->second;
}

}  // namespace memprof
