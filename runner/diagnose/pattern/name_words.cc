// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/pattern/name_words.h"

#include <algorithm>
#include <cctype>

#include "runner/analyze/type_name.h"

namespace memprof {
namespace {

bool IsUpper(char c) { return std::isupper(static_cast<unsigned char>(c)) != 0; }
bool IsLower(char c) { return std::islower(static_cast<unsigned char>(c)) != 0; }
char Lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

bool SameWord(std::string_view word, std::string_view wanted) {
  if (word == wanted) return true;
  return word.size() == wanted.size() + 1 && word.back() == 's' && word.starts_with(wanted);
}

/// The name without bracketed parts: "Cache::Get" of "Cache<std::map<int, A>>::Get(int)".
std::string WithoutBrackets(std::string_view name) {
  std::string plain;
  for (std::size_t i = 0; i < name.size();) {
    const char c = name[i];
    if (c == '<' || c == '(' || c == '[' || c == '{') {
      i = AfterBracket(name, i);
    } else {
      plain += c;
      ++i;
    }
  }
  return plain;
}

}  // namespace

std::vector<std::string> WordsOf(std::string_view name) {
  std::vector<std::string> words;
  std::string word;
  const auto end_word = [&] {
    if (!word.empty()) words.push_back(word);
    word.clear();
  };
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if (std::isalpha(static_cast<unsigned char>(c)) == 0) {
      end_word();
      continue;
    }
    // "HTTPServer" is http, server; "onEvent" is on, event.
    const bool begins = IsUpper(c) && i > 0 &&
                        (IsLower(name[i - 1]) ||
                         (IsUpper(name[i - 1]) && i + 1 < name.size() && IsLower(name[i + 1])));
    if (begins) end_word();
    word += Lower(c);
  }
  end_word();
  return words;
}

bool SaysAny(std::string_view name, std::initializer_list<std::string_view> words) {
  const std::vector<std::string> have = WordsOf(name);
  return std::any_of(have.begin(), have.end(), [&](const std::string& each) {
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view wanted) { return SameWord(each, wanted); });
  });
}

bool SaysCache(std::string_view name) {
  if (SaysAny(name, {"cache", "cached", "caching", "memo", "memoize", "memoise", "memoized",
                     "memoised", "intern", "interned", "interner", "lru"})) {
    return true;
  }
  return SaysAny(name, {"or"}) && SaysAny(name, {"get", "find", "lookup"}) &&
         SaysAny(name, {"create", "load", "compute", "make", "insert", "add", "build", "fetch"});
}

bool SaysListener(std::string_view name) {
  return SaysAny(name, {"listener", "observer", "subscriber", "subscription", "callback", "slot",
                        "handler", "watcher", "hook", "delegate", "signal", "notifier", "sink",
                        "observable", "cb", "cbs"});
}

bool SaysSubscribe(std::string_view name) {
  const std::vector<std::string> words = WordsOf(name);
  if (words.empty()) return false;
  if (SaysAny(name, {"subscribe", "listen", "observe", "watch", "connect", "hook", "attach"})) {
    return true;
  }
  if (words.front() == "on") return true;
  return SaysAny(name, {"add", "register", "set", "install"}) && SaysListener(name);
}

bool SaysTask(std::string_view name) {
  return SaysAny(name, {"task", "job", "worker", "thread", "future", "promise", "fiber",
                        "coroutine", "runnable", "routine"});
}

bool SaysBuffer(std::string_view name) {
  return SaysAny(name, {"tensor",   "frame",     "buffer",    "image",   "matrix",   "matrices",
                        "bitmap",   "pixel",     "waveform",  "sample",  "gradient", "activation",
                        "batch",    "embedding", "weight",    "pcm",     "texture",  "tile",
                        "spectrum", "spectra",   "histogram", "loss",    "losses",   "signal",
                        "voxel",    "volume",    "mesh",      "grid",    "blob",     "chunk",
                        "payload",  "snapshot",  "thumbnail", "picture", "photo",    "screenshot",
                        "audio",    "video",     "recording", "raster",  "heatmap",  "layer",
                        "feature",  "logit",     "mat",       "ndarray"});
}

std::string LastName(std::string_view qualified) {
  const std::string plain = WithoutBrackets(qualified);
  if (plain.find("lambda") != std::string::npos || plain.find("operator") != std::string::npos) {
    return "";
  }
  const std::size_t scope = plain.rfind("::");
  std::string last = scope == std::string::npos ? plain : plain.substr(scope + 2);
  while (last.ends_with(" const") || last.ends_with(' ')) last.resize(last.rfind(' '));
  const std::size_t dot = last.rfind('.');
  if (dot != std::string::npos) last.erase(0, dot + 1);
  return last;
}

std::string ScopeName(std::string_view qualified) {
  const std::string plain = WithoutBrackets(qualified);
  const std::size_t scope = plain.rfind("::");
  return scope == std::string::npos ? "" : LastName(plain.substr(0, scope));
}

}  // namespace memprof
