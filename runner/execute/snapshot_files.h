// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_SNAPSHOT_FILES_H_
#define MEMPROF_RUNNER_EXECUTE_SNAPSHOT_FILES_H_

#include <cstddef>
#include <string>
#include <vector>

#include "runner/parse/heap_snapshot.h"
#include "runner/parse/record_file.h"

namespace memprof {

/// The heap snapshots of one process, as far as they can be read.
struct ReadSnapshots {
  std::vector<HeapSnapshot> snapshots;  ///< by iteration
  std::string why_not;                  ///< the last could not be read: a clause; else empty
};

/// Reads the files that lie beside the record at `record_path`. The last snapshot matters most:
/// earlier ones are left out where all together would take much memory (heaps of millions of
/// blocks), and where they are damaged.
ReadSnapshots ReadSnapshotFiles(const RecordFile& record, const std::string& record_path);

/// Removes the first `count` of them, which may be there or not.
void RemoveSnapshotFiles(const std::string& record_path, std::size_t count);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_SNAPSHOT_FILES_H_
