# SPDX-License-Identifier: BSD-2-Clause
# The transaction, without what is the target's: it builds for target, host tests and fuzzer.
set(RELOAD_TRANSACTION_SOURCES "")
foreach(file hand_over installation module_place probation record recovery staging state transaction
        verification)
    list(APPEND RELOAD_TRANSACTION_SOURCES ${CMAKE_CURRENT_LIST_DIR}/${file}.c)
endforeach()
