// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/source_reader.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "runner/diagnose/advise.h"
#include "runner/execute/files.h"
#include "runner/source/include_lines.h"

namespace memprof {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kLargest = 4 << 20;
constexpr std::uintmax_t kMostBytes = 32 << 20;
constexpr std::size_t kMostIncluded = 200;

bool IsHeader(const fs::path& path) {
  const std::string suffix = path.extension().string();
  return suffix == ".h" || suffix == ".hh" || suffix == ".hpp" || suffix == ".hxx";
}

class Reader {
 public:
  explicit Reader(const std::string& root) : root_(root) {
    std::error_code error;
    real_root_ = fs::canonical(root, error);
    if (error) real_root_.clear();
  }

  Sources Read(const std::set<std::string>& files) {
    for (const std::string& file : files) ReadNamed(file);
    std::vector<fs::path> headers;
    for (const std::string& file : files) {
      if (IsHeader(file) && sources_.Find(file) != nullptr) headers.emplace_back(file);
    }
    for (const std::string& file : files) {
      const SourceFile* including = sources_.Find(file);
      if (including == nullptr) continue;
      for (const std::string& name : QuotedIncludesOf(*including)) {
        if (auto found = ReadIncluded(file, name)) headers.push_back(std::move(*found));
      }
    }
    for (const fs::path& header : headers) ReadSourceOf(header);
    return std::move(sources_);
  }

  std::optional<std::string> TextOf(const std::string& file) const {
    const auto real = RealPath(file);
    if (!real) return std::nullopt;
    Result<std::string> text = ReadFile(real->string());
    if (!text || text->find('\0') != std::string::npos) return std::nullopt;
    return std::move(text).value();
  }

 private:
  /// Where `file` lies, links resolved; nothing where it is not to be read.
  std::optional<fs::path> RealPath(const fs::path& file) const {
    std::error_code error;
    const fs::path path = root_ / file;
    if (!fs::is_regular_file(path, error)) return std::nullopt;
    if (const auto size = fs::file_size(path, error); error || size > kLargest) return std::nullopt;
    fs::path real = fs::canonical(path, error);
    if (error || real_root_.empty()) return std::nullopt;
    const fs::path below = real.lexically_relative(real_root_);
    if (below.empty() || *below.begin() == "..") return std::nullopt;
    return real;
  }

  void ReadNamed(const std::string& file) {
    if (const auto real = RealPath(file)) Add(file, *real);
  }

  void Add(const std::string& file, const fs::path& real) {
    Result<std::string> text = ReadFile(real.string());
    if (!text || text->find('\0') != std::string::npos) return;
    if (text->size() > kMostBytes - bytes_) return;
    bytes_ += text->size();
    read_.insert(real);
    sources_.Add(SourceFile(file, std::move(text).value()));
  }

  /// Whether `file` is there; reads it if nobody has.
  bool TryIncluded(const fs::path& file) {
    const auto real = RealPath(file);
    if (!real) return false;
    if (included_ < kMostIncluded && !read_.contains(*real)) {
      ++included_;
      Add(file.generic_string(), *real);
    }
    return true;
  }

  std::optional<fs::path> ReadIncluded(const fs::path& from, const fs::path& name) {
    for (fs::path at = from; at.has_relative_path();) {
      at = at.parent_path();
      for (const char* within : {"", "include", "src"}) {
        const fs::path candidate = (at / within / name).lexically_normal();
        if (TryIncluded(candidate)) return candidate;
      }
    }
    return std::nullopt;
  }

  void ReadSourceOf(const fs::path& header) {
    std::vector<fs::path> places = {header};
    fs::path in_src;
    for (const fs::path& part : header) in_src /= part == "include" ? fs::path("src") : part;
    if (in_src != header) {
      places.push_back(in_src);
      // include/project/log.h and src/log.cc
      places.push_back(in_src.parent_path().parent_path() / in_src.filename());
    }
    for (fs::path& place : places) {
      for (const char* suffix : {".cc", ".cpp", ".cxx", ".c"}) {
        if (TryIncluded(place.replace_extension(suffix))) return;
      }
    }
  }

  fs::path root_;
  fs::path real_root_;
  Sources sources_;
  std::set<fs::path> read_;
  std::uintmax_t bytes_ = 0;
  std::size_t included_ = 0;
};

/// Marks files that were written after the program or library that runs their code.
void MarkNewer(const Report& report, const std::string& source_root, Sources* sources) {
  std::set<std::pair<std::string, std::string>> seen;
  for (const Finding& finding : report.findings) {
    for (const Frame& frame : finding.stack) {
      if (frame.module.empty() || sources->Find(frame.file) == nullptr) continue;
      if (!seen.emplace(frame.file, frame.module).second) continue;
      std::error_code error;
      const auto built = fs::last_write_time(frame.module, error);
      if (error) continue;
      const auto written = fs::last_write_time(fs::path(source_root) / frame.file, error);
      if (!error && written > built) sources->MarkNewer(frame.file);
    }
  }
}

}  // namespace

Sources ReadSources(const std::set<std::string>& files, const std::string& source_root) {
  return Reader(source_root).Read(files);
}

std::optional<std::string> ReadSourceText(const std::string& file, const std::string& source_root) {
  return Reader(source_root).TextOf(file);
}

void AdviseFromDisk(const std::string& source_root, Report* report) {
  Sources sources = ReadSources(FilesToRead(*report), source_root);
  MarkNewer(*report, source_root, &sources);
  Advise(sources, report);
}

}  // namespace memprof
