// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_PATTERN_NAME_WORDS_H_
#define MEMPROF_RUNNER_DIAGNOSE_PATTERN_NAME_WORDS_H_

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace memprof {

/// What names suggest. Words are the weakest evidence there is: people name things after what they
/// want of them, so by itself a word decides nothing above Confidence::kLow.

/// The words of an identifier or a qualified name, in lower case: "gallery::ThumbnailCache_" gives
/// gallery, thumbnail, cache. A plural's `s` stays.
std::vector<std::string> WordsOf(std::string_view name);

/// Whether `name` has one of `words`, also as a plural: "listeners_" has "listener".
bool SaysAny(std::string_view name, std::initializer_list<std::string_view> words);

/// "cache", "memo", "intern", and "get or create" together.
bool SaysCache(std::string_view name);
/// "listener", "observer", "callback", "slot" …: a thing that is called when something happens.
bool SaysListener(std::string_view name);
/// "subscribe", "addListener", "OnResize" …: a function that takes such a thing.
bool SaysSubscribe(std::string_view name);
/// "task", "job", "worker" …: work that is over at some time.
bool SaysTask(std::string_view name);
/// "tensor", "frame", "buffer" …: many numbers together.
bool SaysBuffer(std::string_view name);

/// The last name of a qualified one, without template arguments and parameters: "Get" of
/// "gallery::Cache<int>::Get". A closure's or operator's is empty.
std::string LastName(std::string_view qualified);

/// "ThumbnailCache" of "gallery::ThumbnailCache::Get"; empty when there is no scope.
std::string ScopeName(std::string_view qualified);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_PATTERN_NAME_WORDS_H_
