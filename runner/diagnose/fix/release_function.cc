// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/fix/release_function.h"

#include <array>
#include <cctype>
#include <cstddef>
#include <vector>

#include "runner/diagnose/fix/token_walk.h"
#include "runner/source/code_scope.h"

namespace memprof {
namespace {

struct Pair {
  std::string_view make;
  std::string_view release;
};

constexpr std::array kVerbs = {
    Pair{"create", "destroy"},
    Pair{"create", "free"},
    Pair{"create", "delete"},
    Pair{"create", "release"},
    Pair{"create", "close"},
    Pair{"create", "dispose"},
    Pair{"new", "free"},
    Pair{"new", "delete"},
    Pair{"new", "destroy"},
    Pair{"new", "release"},
    Pair{"new", "unref"},
    Pair{"open", "close"},
    Pair{"acquire", "release"},
    Pair{"acquire", "return"},
    Pair{"alloc", "free"},
    Pair{"alloc", "dealloc"},
    Pair{"allocate", "free"},
    Pair{"allocate", "deallocate"},
    Pair{"init", "free"},
    Pair{"init", "cleanup"},
    Pair{"init", "destroy"},
    Pair{"make", "free"},
    Pair{"make", "destroy"},
    Pair{"make", "release"},
    Pair{"start", "stop"},
    Pair{"start", "end"},
    Pair{"begin", "end"},
    Pair{"load", "unload"},
    Pair{"load", "free"},
    Pair{"connect", "disconnect"},
    Pair{"connect", "close"},
    Pair{"attach", "detach"},
    Pair{"borrow", "return"},
    Pair{"get", "release"},
    Pair{"get", "put"},
    Pair{"checkout", "checkin"},
    Pair{"clone", "free"},
    Pair{"clone", "destroy"},
    Pair{"copy", "free"},
    Pair{"dup", "free"},
    Pair{"parse", "free"},
    Pair{"build", "destroy"},
    Pair{"register", "unregister"},
};

constexpr std::array kKnown = {
    Pair{"curl_easy_init", "curl_easy_cleanup"},
    Pair{"curl_multi_init", "curl_multi_cleanup"},
    Pair{"BN_new", "BN_free"},
    Pair{"BIO_new", "BIO_free"},
    Pair{"EVP_MD_CTX_new", "EVP_MD_CTX_free"},
    Pair{"EVP_PKEY_new", "EVP_PKEY_free"},
    Pair{"SSL_new", "SSL_free"},
    Pair{"SSL_CTX_new", "SSL_CTX_free"},
    Pair{"X509_new", "X509_free"},
    Pair{"xmlReadFile", "xmlFreeDoc"},
    Pair{"xmlReadMemory", "xmlFreeDoc"},
    Pair{"xmlNewDoc", "xmlFreeDoc"},
    Pair{"cJSON_Parse", "cJSON_Delete"},
    Pair{"cJSON_CreateObject", "cJSON_Delete"},
    Pair{"cJSON_CreateArray", "cJSON_Delete"},
    Pair{"json_loads", "json_decref"},
    Pair{"archive_read_new", "archive_read_free"},
    Pair{"archive_write_new", "archive_write_free"},
    Pair{"event_base_new", "event_base_free"},
    Pair{"g_hash_table_new", "g_hash_table_destroy"},
    Pair{"g_main_loop_new", "g_main_loop_unref"},
    Pair{"lua_newstate", "lua_close"},
    Pair{"luaL_newstate", "lua_close"},
    Pair{"hb_buffer_create", "hb_buffer_destroy"},
    Pair{"cairo_create", "cairo_destroy"},
    Pair{"uv_loop_new", "uv_loop_delete"},
};

bool IsUpper(char c) { return std::isupper(static_cast<unsigned char>(c)) != 0; }
char Lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

/// Begins of the words of a name: of "CreateFigure" and "figure_create" 0, 6 and 0, 7.
std::vector<std::size_t> WordBegins(std::string_view name) {
  std::vector<std::size_t> begins;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool first = i == 0 || name[i - 1] == '_' || (IsUpper(name[i]) && !IsUpper(name[i - 1]));
    if (first && name[i] != '_') begins.push_back(i);
  }
  return begins;
}

/// `create` with each verb of it replaced by its opposite, in the same case.
std::vector<std::string> Opposites(std::string_view create) {
  std::vector<std::string> names;
  for (const Pair& pair : kVerbs) {
    for (const std::size_t begin : WordBegins(create)) {
      bool same = begin + pair.make.size() <= create.size();
      for (std::size_t i = 0; same && i < pair.make.size(); ++i) {
        same = Lower(create[begin + i]) == pair.make[i];
      }
      const std::size_t end = begin + pair.make.size();
      // The whole word: "new" is no part of "newest".
      if (!same || (end < create.size() && create[end] != '_' && !IsUpper(create[end]))) continue;
      std::string release(pair.release);
      const bool all_upper = create.size() > begin + 1 && IsUpper(create[begin + 1]);
      if (IsUpper(create[begin])) {
        for (std::size_t i = 0; i < (all_upper ? release.size() : 1); ++i) {
          release[i] = static_cast<char>(std::toupper(static_cast<unsigned char>(release[i])));
        }
      }
      names.push_back(std::string(create.substr(0, begin)) + release +
                      std::string(create.substr(end)));
    }
  }
  return names;
}

/// Whether the parenthesis at `open` has one parameter, a pointer to `type`.
bool TakesOne(const SourceFile& file, std::size_t open, std::string_view type) {
  const std::size_t close = ClosingToken(file, open);
  int stars = 0;
  bool named = false;
  for (std::size_t i = open + 1; i < close; ++i) {
    const std::string_view text = TokenText(file, i);
    if (text == "*") ++stars;
    if (text == type) named = true;
    if (text == "," || text == "(" || text == "&" || text == "const") return false;
  }
  return close < file.tokens().size() && stars == 1 && named;
}

}  // namespace

std::optional<ReleaseFunction> ReleaseFunctionOf(std::string_view create, std::string_view type,
                                                 const Sources& sources) {
  for (const Pair& known : kKnown) {
    if (known.make == create) return ReleaseFunction{std::string(known.release), false};
  }
  if (type.empty()) return std::nullopt;
  for (const std::string& name : Opposites(create)) {
    bool fits = false;
    int definitions = 0;
    for (const auto& [path, file] : sources.files()) {
      for (std::size_t i = 1; i + 1 < file.tokens().size(); ++i) {
        if (TokenText(file, i) != name || TokenText(file, i + 1) != "(") continue;
        const bool is_declared = IsWord(file.tokens()[i - 1]) || TokenText(file, i - 1) == "*" ||
                                 TokenText(file, i - 1) == "::";
        fits |= is_declared && TakesOne(file, i + 1, type);
      }
      for (const FunctionCode& function : FunctionsOf(file)) {
        definitions += function.name == name || function.name.ends_with("::" + name);
      }
    }
    if (fits) return ReleaseFunction{name, definitions == 1};
  }
  return std::nullopt;
}

}  // namespace memprof
