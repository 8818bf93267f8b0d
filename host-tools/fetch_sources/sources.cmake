# SPDX-License-Identifier: BSD-2-Clause
# Source packages of the distribution, fetched when the build is configured. Gives LIONSCOPE_SOURCES, the
# folder with one folder per package of sources.txt; builds inside a build share one by setting it.
set(LIONSCOPE_SOURCES ${CMAKE_BINARY_DIR}/sources CACHE PATH "Unpacked source packages")
execute_process(COMMAND ${CMAKE_CURRENT_LIST_DIR}/fetch-sources ${LIONSCOPE_SOURCES}
    RESULT_VARIABLE result)
if(NOT result EQUAL 0)
    message(FATAL_ERROR "cannot get the source packages into ${LIONSCOPE_SOURCES}; see above")
endif()
