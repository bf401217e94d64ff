// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_SYSTEM_SERVED_PROCESS_H_
#define MEMPROF_TESTS_SYSTEM_SERVED_PROCESS_H_

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gtest_plugin/record/service_format.h"
#include "runner/parse/record_file.h"

namespace memprof {

using Variables = std::vector<std::pair<std::string, std::string>>;

/// Of the last state that the record tells; 0 where it has none.
std::uint64_t LiveBlocks(const RecordFile& record);

/// A running served_process, with the tracker and its service. Killed at the end.
class Served {
 public:
  /// `inherited`: a descriptor that the program has too, or -1.
  Served(const std::string& name, std::vector<std::string> arguments, Variables variables = {},
         int inherited = -1);
  ~Served();
  Served(const Served&) = delete;
  Served& operator=(const Served&) = delete;

  std::string directory() const { return out_ + "/sockets"; }
  std::string socket() const {
    return directory() + "/" + std::to_string(pid_) + record::kServiceSuffix;
  }
  pid_t pid() const { return pid_; }
  const std::string& ready() const { return ready_; }  ///< its first line
  std::string errors() const;

  /// Ends it; the wait status, and its last line in `*line`.
  int End(std::string* line);

 private:
  std::string ReadLine() const;

  std::string out_;
  pid_t pid_ = -1;
  int in_ = -1;
  int output_ = -1;
  bool has_ended_ = false;
  std::string ready_;
};

/// A connection to the socket at `path`, or -1.
int Connect(const std::string& path);

record::ServiceRequest Request(record::ServiceCommand command, std::uint32_t flags = 0);

/// The answer to a request that goes with `files`; nothing where there is none.
std::optional<record::ServiceReply> Ask(const std::string& path,
                                        const record::ServiceRequest& request,
                                        const std::vector<int>& files = {});

struct Snapshot {
  record::ServiceReply reply = {};
  RecordFile record;
  std::string heap;  ///< the file's bytes
};

/// Expects that it can be taken.
Snapshot TakeSnapshot(const std::string& path, bool with_heap);

}  // namespace memprof

#endif  // MEMPROF_TESTS_SYSTEM_SERVED_PROCESS_H_
