// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "runner/report/html/html_assets.h"
#include "runner/report/html/html_data.h"
#include "runner/report/renderers.h"
#include "runner/report/verdict_text.h"
#include "runner/report/xml_text.h"

namespace memprof {
namespace {

/// JSON that nothing within can end the script element of, or open a comment in it: `<` stands only
/// in strings there, where an escape means the same. U+2028 and U+2029 end lines in older engines.
std::string ScriptJson(const nlohmann::ordered_json& json) {
  using Json = nlohmann::ordered_json;
  const std::string plain = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  std::string text;
  text.reserve(plain.size() + plain.size() / 16);
  std::size_t copied = 0;
  for (std::size_t i = 0; i < plain.size(); ++i) {
    if (plain[i] != '<' && plain[i] != '\xe2') continue;
    const std::string_view rest = std::string_view(plain).substr(i, 3);
    const bool is_line_end = rest == "\xe2\x80\xa8" || rest == "\xe2\x80\xa9";
    if (plain[i] != '<' && !is_line_end) continue;
    text.append(plain, copied, i - copied);
    text += !is_line_end ? "\\u003c" : rest[2] == '\xa8' ? "\\u2028" : "\\u2029";
    copied = i + (is_line_end ? 3 : 1);
  }
  text.append(plain, copied);
  return text;
}

/// `text` between tags.
std::string HtmlText(std::string_view text) {
  std::string html;
  for (const char c : XmlText(text)) {
    if (c == '&') {
      html += "&amp;";
    } else if (c == '<') {
      html += "&lt;";
    } else {
      html += c;
    }
  }
  return html;
}

/// What goes where the page has `<!--memprof:name-->`.
std::string Part(std::string_view name, const Report& report, const RenderOptions& options) {
  if (name == "style") return std::string(kHtmlAssets.style);
  if (name == "scripts") return std::string(kHtmlAssets.scripts);
  if (name == "chart") return std::string(kHtmlAssets.chart);
  if (name == "verdict") return HtmlText(VerdictText(report));
  if (name == "data") return ScriptJson(HtmlData(report, options));
  return "";
}

}  // namespace

std::string RenderHtml(const Report& report, const RenderOptions& options) {
  constexpr std::string_view kMark = "<!--memprof:";
  constexpr std::string_view kMarkEnd = "-->";
  std::string_view rest = kHtmlAssets.page;
  std::string html;
  // One pass, so that a mark within what is put in is only text.
  for (std::size_t at = rest.find(kMark); at != std::string_view::npos; at = rest.find(kMark)) {
    const std::size_t end = rest.find(kMarkEnd, at);
    html += rest.substr(0, at);
    html += Part(rest.substr(at + kMark.size(), end - at - kMark.size()), report, options);
    rest.remove_prefix(end + kMarkEnd.size());
  }
  html += rest;
  return html;
}

}  // namespace memprof
