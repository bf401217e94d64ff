# SPDX-FileCopyrightText: The memprof authors
# SPDX-License-Identifier: Apache-2.0

# An installed memprof can be moved: every path in it is relative to where its files are found.
include(CMakePackageConfigHelpers)

set(memprof_cmake_dir ${CMAKE_INSTALL_LIBDIR}/cmake/memprof)

install(TARGETS memprof_plugin memprof_headers memprof_gtest memprof_gtest_main memprof_cli
  EXPORT memprofTargets
  RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR}
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(FILES ${PROJECT_SOURCE_DIR}/gtest_plugin/listener/memprof_listener.cc
  DESTINATION ${CMAKE_INSTALL_DATADIR}/memprof)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/gtest_plugin/include/memprof
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  FILES_MATCHING PATTERN "*.h")
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE
  DESTINATION ${CMAKE_INSTALL_DOCDIR})

# bash-completion looks for the file that is named after the command.
install(FILES ${PROJECT_SOURCE_DIR}/cmake/memprof.bash-completion
  DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions
  RENAME memprof)

install(EXPORT memprofTargets
  NAMESPACE memprof::
  DESTINATION ${memprof_cmake_dir})
configure_package_config_file(
  ${PROJECT_SOURCE_DIR}/cmake/memprofConfig.cmake.in
  ${PROJECT_BINARY_DIR}/cmake/memprofConfig.cmake
  INSTALL_DESTINATION ${memprof_cmake_dir})
# Until 1.0 a new minor version may break what an older one promised.
write_basic_package_version_file(
  ${PROJECT_BINARY_DIR}/cmake/memprofConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES
  ${PROJECT_BINARY_DIR}/cmake/memprofConfig.cmake
  ${PROJECT_BINARY_DIR}/cmake/memprofConfigVersion.cmake
  ${PROJECT_SOURCE_DIR}/cmake/MemprofDiscoverTests.cmake
  ${PROJECT_SOURCE_DIR}/cmake/MemprofAddTests.cmake
  ${PROJECT_SOURCE_DIR}/cmake/memprofCTest.cmake.in
  DESTINATION ${memprof_cmake_dir})
