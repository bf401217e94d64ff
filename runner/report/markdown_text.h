// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_MARKDOWN_TEXT_H_
#define MEMPROF_RUNNER_REPORT_MARKDOWN_TEXT_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace memprof {

/// `text`, which may hold any bytes, as one line of GitHub's Markdown that shows it and means
/// nothing: within a table's cell too. Cut to `columns` columns before that. '@' and '#' are
/// escaped, so that no one is called and no issue is linked.
std::string MarkdownText(std::string_view text, std::size_t columns);

/// The same for text between tags of HTML, where a backslash would be shown and a line end would
/// end the tags' block: `<summary>`.
std::string MarkdownHtml(std::string_view text, std::size_t columns);

/// Code between fences longer than any within it.
std::string MarkdownFence(std::string_view code, std::string_view language);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_MARKDOWN_TEXT_H_
