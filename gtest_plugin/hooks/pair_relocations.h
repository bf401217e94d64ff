// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_HOOKS_PAIR_RELOCATIONS_H_
#define MEMPROF_GTEST_PLUGIN_HOOKS_PAIR_RELOCATIONS_H_

/// Has the calls of the pair table's functions go through us, where one module calls a function of
/// another: the addresses that the dynamic linker has put into the caller (JUMP_SLOT, GLOB_DAT, and
/// 64-bit addresses in tables of pointers) are replaced by those of our thunks. What a library
/// calls within itself is its own affair and not seen; nor are functions that are linked in
/// statically and addresses from dlsym.
///
/// What is loaded later is looked at when its dlopen returns. A dlopen whose search depends on who
/// calls it (no slash in the name, and a RUNPATH in the caller) must be made by the caller itself;
/// then it is looked at by the next dlsym, call of a paired function or boundary.
///
/// Nothing at all is done without MEMPROF_PAIRS. On machines other than x86-64 no caller is found,
/// and the pairs are not measured.
namespace memprof {

/// Looks again if something was loaded or unloaded since; for boundaries, and after dlclose. Takes
/// no lock that others hold for longer than a look.
void LookForPairCallers() noexcept;

/// The same where a dlopen was let through. A load and a branch else.
void LookForPairCallersIfDue() noexcept;

}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_HOOKS_PAIR_RELOCATIONS_H_
