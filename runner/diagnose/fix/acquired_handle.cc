// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/fix/acquired_handle.h"

#include <utility>

namespace memprof {
namespace {

constexpr HandlePair kPairs[] = {
    {"open", "close", "int", "<unistd.h>"},
    {"open64", "close", "int", "<unistd.h>"},
    {"openat", "close", "int", "<unistd.h>"},
    {"creat", "close", "int", "<unistd.h>"},
    {"socket", "close", "int", "<unistd.h>"},
    {"accept", "close", "int", "<unistd.h>"},
    {"accept4", "close", "int", "<unistd.h>"},
    {"dup", "close", "int", "<unistd.h>"},
    {"epoll_create", "close", "int", "<unistd.h>"},
    {"epoll_create1", "close", "int", "<unistd.h>"},
    {"eventfd", "close", "int", "<unistd.h>"},
    {"timerfd_create", "close", "int", "<unistd.h>"},
    {"signalfd", "close", "int", "<unistd.h>"},
    {"inotify_init", "close", "int", "<unistd.h>"},
    {"inotify_init1", "close", "int", "<unistd.h>"},
    {"memfd_create", "close", "int", "<unistd.h>"},
    {"shm_open", "close", "int", "<unistd.h>"},
    {"mkstemp", "close", "int", "<unistd.h>"},
    {"fopen", "fclose", "FILE*", "<cstdio>"},
    {"fdopen", "fclose", "FILE*", "<cstdio>"},
    {"tmpfile", "fclose", "FILE*", "<cstdio>"},
    {"popen", "pclose", "FILE*", "<cstdio>"},
    {"opendir", "closedir", "DIR*", "<dirent.h>"},
    {"fdopendir", "closedir", "DIR*", "<dirent.h>"},
    {"dlopen", "dlclose", "void*", "<dlfcn.h>"},
    {"mmap", "munmap", "void*", "<sys/mman.h>"},
};

std::string_view Text(const SourceFile& file, std::size_t token) {
  return token < file.tokens().size() ? file.tokens()[token].text : std::string_view();
}

/// The call that the expression [first, end) is, but for casts; else the number of tokens.
std::size_t CallIn(const SourceFile& file, std::size_t first, std::size_t end) {
  const std::size_t none = file.tokens().size();
  if (Text(file, first) == "static_cast" || Text(file, first) == "reinterpret_cast") {
    const std::size_t open = ClosingToken(file, first + 1) + 1;
    if (Text(file, open) != "(" || ClosingToken(file, open) + 1 != end) return none;
    return CallIn(file, open + 1, end - 1);
  }
  if (Text(file, first) == "(") {
    const std::size_t close = ClosingToken(file, first);
    return close + 1 < end ? CallIn(file, close + 1, end) : none;
  }
  while (Text(file, first) == "std" || Text(file, first) == "::") ++first;
  const bool whole = Text(file, first + 1) == "(" && ClosingToken(file, first + 1) + 1 == end;
  return whole && FindHandlePair(Text(file, first)) != nullptr ? first : none;
}

}  // namespace

const HandlePair* FindHandlePair(std::string_view opens) {
  for (const HandlePair& pair : kPairs) {
    if (pair.opens == opens) return &pair;
  }
  return nullptr;
}

std::size_t OpeningCallAt(const SourceFile& file, int line) {
  const std::size_t end = file.BeginOfLine(line + 1);
  for (std::size_t i = TokenAt(file, file.BeginOfLine(line)); i < file.tokens().size(); ++i) {
    if (file.tokens()[i].begin >= end) break;
    const std::string_view before = i > 0 ? Text(file, i - 1) : std::string_view();
    const bool is_method = before == "." || before == "->";
    if (!is_method && Text(file, i + 1) == "(" && FindHandlePair(Text(file, i)) != nullptr) {
      return i;
    }
  }
  return file.tokens().size();
}

std::optional<AcquiredHandle> AcquiredHandleAt(const SourceFile& file, int line) {
  const std::optional<FunctionCode> function = FunctionAt(file, line, true);
  if (!function) return std::nullopt;
  std::optional<AcquiredHandle> found;
  for (const Statement& each : StatementsIn(file, function->body)) {
    if (line < each.first_line || each.last_line < line) continue;
    const std::optional<Declaration> declared = DeclarationIn(file, each);
    if (!declared) continue;
    const std::size_t call = CallIn(file, TokenAt(file, declared->initializer.begin),
                                    TokenAt(file, declared->initializer.end));
    const std::optional<Declaration> variable = LocalOf(file, *function, declared->name);
    if (call == file.tokens().size() || !variable) continue;
    if (found) return std::nullopt;
    AcquiredHandle handle;
    handle.pair = *FindHandlePair(Text(file, call));
    handle.function = *function;
    handle.variable = *variable;
    handle.statement = each;
    handle.call = call;
    handle.is_global = Text(file, call - 1) == "::" && Text(file, call - 2) != "std";
    handle.uses = UsesOfVariable(file, *function, *variable, {handle.pair.closes});
    found = std::move(handle);
  }
  return found;
}

}  // namespace memprof
