// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <string_view>
#include <utility>

#include "runner/parse/pair_table.h"

namespace memprof {
namespace {

// Each line is by its library's own reference. Left out is what another call may release or take
// over: BIO (SSL_set_bio), GLFW's windows (glfwTerminate), FreeType's faces (FT_Done_FreeType).
// Files and directories are descriptors, and measured without a table.
constexpr std::string_view kKnownPairs = R"(
# sqlite3. A failed open leaves a handle to close; a busy close leaves it open.
sqlite3 database: sqlite3_open(*2)|sqlite3_open16(*2)|sqlite3_open_v2(*2) sqlite3_close==0|sqlite3_close_v2==0
sqlite3 statement: sqlite3_prepare(*4)|sqlite3_prepare_v2(*4)|sqlite3_prepare16(*4)|sqlite3_prepare16_v2(*4) sqlite3_finalize
sqlite3 statement: sqlite3_prepare_v3(*5)|sqlite3_prepare16_v3(*5) sqlite3_finalize
sqlite3 backup: sqlite3_backup_init sqlite3_backup_finish
sqlite3 value: sqlite3_value_dup sqlite3_value_free

# cairo
cairo context: cairo_create|cairo_reference(1) cairo_destroy
cairo surface: cairo_image_surface_create|cairo_image_surface_create_for_data cairo_surface_destroy
cairo surface: cairo_image_surface_create_from_png|cairo_image_surface_create_from_png_stream cairo_surface_destroy
cairo surface: cairo_surface_create_similar|cairo_surface_create_similar_image cairo_surface_destroy
cairo surface: cairo_surface_create_for_rectangle|cairo_recording_surface_create cairo_surface_destroy
cairo surface: cairo_pdf_surface_create|cairo_pdf_surface_create_for_stream cairo_surface_destroy
cairo surface: cairo_svg_surface_create|cairo_svg_surface_create_for_stream cairo_surface_destroy
cairo surface: cairo_surface_reference(1) cairo_surface_destroy
cairo pattern: cairo_pattern_create_rgb|cairo_pattern_create_rgba|cairo_pattern_create_for_surface cairo_pattern_destroy
cairo pattern: cairo_pattern_create_linear|cairo_pattern_create_radial|cairo_pattern_create_mesh cairo_pattern_destroy
cairo pattern: cairo_pop_group|cairo_pattern_reference(1) cairo_pattern_destroy
cairo path: cairo_copy_path|cairo_copy_path_flat cairo_path_destroy
cairo font options: cairo_font_options_create|cairo_font_options_copy cairo_font_options_destroy
cairo scaled font: cairo_scaled_font_create|cairo_scaled_font_reference(1) cairo_scaled_font_destroy
cairo region: cairo_region_create|cairo_region_create_rectangle|cairo_region_create_rectangles cairo_region_destroy
cairo region: cairo_region_copy|cairo_region_reference(1) cairo_region_destroy

# zlib: the macros deflateInit and inflateInit call these.
zlib deflate stream: deflateInit_(1)==0|deflateInit2_(1)==0|deflateCopy(1)==0 deflateEnd
zlib inflate stream: inflateInit_(1)==0|inflateInit2_(1)==0|inflateCopy(1)==0 inflateEnd
zlib file: gzopen|gzopen64|gzdopen gzclose|gzclose_r|gzclose_w

# Expat
expat parser: XML_ParserCreate|XML_ParserCreateNS|XML_ParserCreate_MM|XML_ExternalEntityParserCreate XML_ParserFree

# libxml2
libxml2 document: xmlNewDoc|xmlCopyDoc|xmlReadFile|xmlReadMemory|xmlReadDoc|xmlReadFd|xmlReadIO xmlFreeDoc
libxml2 document: xmlParseFile|xmlParseMemory|xmlParseDoc|htmlReadFile|htmlReadMemory|htmlReadDoc xmlFreeDoc
libxml2 XPath context: xmlXPathNewContext xmlXPathFreeContext
libxml2 XPath object: xmlXPathEval|xmlXPathEvalExpression|xmlXPathCompiledEval xmlXPathFreeObject

# curl
curl handle: curl_easy_init|curl_easy_duphandle curl_easy_cleanup
curl multi handle: curl_multi_init curl_multi_cleanup==0

# OpenSSL 1.1 and later
SSL_CTX: SSL_CTX_new|SSL_CTX_up_ref(1)!=0 SSL_CTX_free
SSL: SSL_new|SSL_up_ref(1)!=0 SSL_free
EVP_MD_CTX: EVP_MD_CTX_new EVP_MD_CTX_free
EVP_CIPHER_CTX: EVP_CIPHER_CTX_new EVP_CIPHER_CTX_free
EVP_PKEY_CTX: EVP_PKEY_CTX_new|EVP_PKEY_CTX_new_id|EVP_PKEY_CTX_dup EVP_PKEY_CTX_free

# libarchive
libarchive reader: archive_read_new archive_read_free|archive_read_finish
)";

}  // namespace

PairTable KnownPairs() { return std::move(ParsePairTable(kKnownPairs, "known")).value(); }

}  // namespace memprof
