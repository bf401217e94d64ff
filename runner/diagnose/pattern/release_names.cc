// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/pattern/release_names.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <span>
#include <utility>

namespace memprof {
namespace {

using Pair = std::pair<std::string_view, std::string_view>;

/// From the manuals of each library.
constexpr std::array kKnown = {
    Pair{"getaddrinfo", "freeaddrinfo"},
    Pair{"getifaddrs", "freeifaddrs"},
    Pair{"regcomp", "regfree"},
    Pair{"glob", "globfree"},
    Pair{"wordexp", "wordfree"},
    Pair{"newlocale", "freelocale"},
    Pair{"duplocale", "freelocale"},
    Pair{"iconv_open", "iconv_close"},
    Pair{"dlopen", "dlclose"},
    Pair{"opendir", "closedir"},
    Pair{"fdopendir", "closedir"},
    Pair{"fopen", "fclose"},
    Pair{"fdopen", "fclose"},
    Pair{"fmemopen", "fclose"},
    Pair{"open_memstream", "fclose"},
    Pair{"tmpfile", "fclose"},
    Pair{"popen", "pclose"},
    Pair{"setmntent", "endmntent"},
    Pair{"hcreate_r", "hdestroy_r"},
    Pair{"if_nameindex", "if_freenameindex"},
    Pair{"sqlite3_open", "sqlite3_close"},
    Pair{"sqlite3_open_v2", "sqlite3_close"},
    Pair{"sqlite3_prepare", "sqlite3_finalize"},
    Pair{"sqlite3_prepare_v2", "sqlite3_finalize"},
    Pair{"sqlite3_prepare_v3", "sqlite3_finalize"},
    Pair{"XML_ParserCreate", "XML_ParserFree"},
    Pair{"XML_ParserCreate_MM", "XML_ParserFree"},
    Pair{"xmlNewDoc", "xmlFreeDoc"},
    Pair{"xmlReadFile", "xmlFreeDoc"},
    Pair{"xmlReadMemory", "xmlFreeDoc"},
    Pair{"xmlParseFile", "xmlFreeDoc"},
    Pair{"curl_easy_init", "curl_easy_cleanup"},
    Pair{"curl_multi_init", "curl_multi_cleanup"},
    Pair{"curl_slist_append", "curl_slist_free_all"},
    Pair{"SSL_CTX_new", "SSL_CTX_free"},
    Pair{"SSL_new", "SSL_free"},
    Pair{"BIO_new", "BIO_free"},
    Pair{"EVP_MD_CTX_new", "EVP_MD_CTX_free"},
    Pair{"EVP_CIPHER_CTX_new", "EVP_CIPHER_CTX_free"},
    Pair{"BN_new", "BN_free"},
    Pair{"RSA_new", "RSA_free"},
    Pair{"EC_KEY_new", "EC_KEY_free"},
    Pair{"X509_new", "X509_free"},
    Pair{"inflateInit_", "inflateEnd"},
    Pair{"inflateInit2_", "inflateEnd"},
    Pair{"deflateInit_", "deflateEnd"},
    Pair{"deflateInit2_", "deflateEnd"},
    Pair{"gzopen", "gzclose"},
    Pair{"BZ2_bzCompressInit", "BZ2_bzCompressEnd"},
    Pair{"ZSTD_createCCtx", "ZSTD_freeCCtx"},
    Pair{"ZSTD_createDCtx", "ZSTD_freeDCtx"},
    Pair{"archive_read_new", "archive_read_free"},
    Pair{"archive_write_new", "archive_write_free"},
    Pair{"png_create_read_struct", "png_destroy_read_struct"},
    Pair{"png_create_write_struct", "png_destroy_write_struct"},
    Pair{"FT_Init_FreeType", "FT_Done_FreeType"},
    Pair{"FT_New_Face", "FT_Done_Face"},
    Pair{"cairo_create", "cairo_destroy"},
    Pair{"cairo_image_surface_create", "cairo_surface_destroy"},
    Pair{"luaL_newstate", "lua_close"},
    Pair{"lua_newstate", "lua_close"},
    Pair{"g_object_new", "g_object_unref"},
    Pair{"json_object_new_object", "json_object_put"},
    Pair{"cJSON_Parse", "cJSON_Delete"},
    Pair{"pcre2_compile_8", "pcre2_code_free_8"},
    Pair{"uv_loop_new", "uv_loop_delete"},
    Pair{"event_base_new", "event_base_free"},
    Pair{"PQconnectdb", "PQfinish"},
    Pair{"PQexec", "PQclear"},
    Pair{"mysql_init", "mysql_close"},
    Pair{"udev_new", "udev_unref"},
    Pair{"snd_pcm_open", "snd_pcm_close"},
    Pair{"zmq_ctx_new", "zmq_ctx_term"},
    Pair{"H5Fopen", "H5Fclose"},
    Pair{"sem_open", "sem_close"},
};

struct Verbs {
  std::string_view acquire;
  std::array<std::string_view, 8> release;  // the likeliest first; empty ones are no verbs
};

constexpr std::array kVerbs = {
    Verbs{"create", {"destroy", "delete", "free", "release", "close", "dispose", "unref"}},
    Verbs{"new", {"free", "delete", "destroy", "release", "unref", "close"}},
    Verbs{"open", {"close", "release", "free", "destroy"}},
    Verbs{"init", {"fini", "deinit", "destroy", "free", "cleanup", "shutdown", "finalize", "end"}},
    Verbs{"initialize", {"finalize", "destroy", "shutdown", "cleanup", "terminate"}},
    Verbs{"acquire", {"release", "free", "return", "relinquish"}},
    Verbs{"alloc", {"free", "dealloc", "release"}},
    Verbs{"allocate", {"free", "deallocate", "release"}},
    Verbs{"begin", {"end", "finish", "commit"}},
    Verbs{"start", {"stop", "finish", "end"}},
    Verbs{"get", {"release", "unref"}},
    Verbs{"connect", {"disconnect", "close"}},
    Verbs{"checkout", {"checkin", "return", "release"}},
    Verbs{"borrow", {"return", "release"}},
    Verbs{"lease", {"release", "return"}},
    Verbs{"lock", {"unlock"}},
    Verbs{"ref", {"unref"}},
    Verbs{"retain", {"release"}},
    Verbs{"grab", {"release", "drop"}},
    Verbs{"map", {"unmap"}},
    Verbs{"mount", {"unmount"}},
    Verbs{"make", {"destroy", "free", "release"}},
    Verbs{"setup", {"teardown", "cleanup"}},
    Verbs{"enter", {"leave", "exit"}},
    Verbs{"obtain", {"release", "free", "return"}},
    Verbs{"reserve", {"release", "free"}},
    Verbs{"clone", {"free", "destroy", "delete", "release"}},
    Verbs{"parse", {"free", "destroy", "delete"}},
    Verbs{"spawn", {"despawn", "kill", "destroy"}},
};

bool IsUpper(char c) { return std::isupper(static_cast<unsigned char>(c)) != 0; }
bool IsLetter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }
char Upper(char c) { return static_cast<char>(std::toupper(static_cast<unsigned char>(c))); }
char Lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

/// Whether the word `verb` stands at `at`, with a word's end behind it.
bool IsWordAt(std::string_view name, std::size_t at, std::string_view verb) {
  if (name.size() < at + verb.size()) return false;
  for (std::size_t i = 0; i < verb.size(); ++i) {
    if (Lower(name[at + i]) != verb[i]) return false;
    if (i > 0 && IsUpper(name[at + i]) != IsUpper(name[at + verb.size() - 1])) return false;
  }
  const std::size_t end = at + verb.size();
  const bool begins = at == 0 || !IsLetter(name[at - 1]) || IsUpper(name[at]);
  return begins && (end == name.size() || !IsLetter(name[end]) || IsUpper(name[end]));
}

/// `verb` written as the one that it takes the place of.
std::string Spelt(std::string_view verb, std::string_view as) {
  std::string spelt(verb);
  if (IsUpper(as.front())) spelt.front() = Upper(spelt.front());
  if (as.size() > 1 && IsUpper(as[1])) {
    std::transform(spelt.begin(), spelt.end(), spelt.begin(), Upper);
  }
  return spelt;
}

}  // namespace

std::string_view KnownReleaseOf(std::string_view function) {
  const auto* const found = std::find_if(kKnown.begin(), kKnown.end(),
                                         [&](const Pair& pair) { return pair.first == function; });
  return found == kKnown.end() ? std::string_view() : found->second;
}

std::vector<std::string> ReleaseNamesFor(std::string_view function) {
  std::vector<std::string> names;
  for (const Verbs& verbs : kVerbs) {
    for (std::size_t at = 0; at + verbs.acquire.size() <= function.size(); ++at) {
      if (!IsWordAt(function, at, verbs.acquire)) continue;
      const std::string_view as = function.substr(at, verbs.acquire.size());
      for (const std::string_view release : verbs.release) {
        if (release.empty()) break;
        std::string name(function);
        name.replace(at, as.size(), Spelt(release, as));
        names.push_back(std::move(name));
      }
      break;
    }
  }
  return names;
}

}  // namespace memprof
