# SPDX-License-Identifier: BSD-2-Clause
# The sources without the seL4 target: they build for target, host tests and fuzzer.
set(GDBSTUB_DIR ${CMAKE_CURRENT_LIST_DIR})
set(GDBSTUB_SOURCES "")
foreach(file
        rsp/builder rsp/cursor rsp/receiver
        core/attach core/breakpoints core/features core/memory core/registers core/resume core/step
        core/stops core/stub core/threads
        extras/check_sum extras/commands extras/documents extras/expression extras/images extras/stop_words extras/text
        arch/aarch64 arch/description arch/step)
    list(APPEND GDBSTUB_SOURCES ${GDBSTUB_DIR}/${file}.c)
endforeach()
# What runs on the target only.
set(GDBSTUB_TARGET_SOURCES "")
foreach(file target/backtrace target/memory target/modules target/registers target/sel4 target/tables)
    list(APPEND GDBSTUB_TARGET_SOURCES ${GDBSTUB_DIR}/${file}.c)
endforeach()
list(APPEND GDBSTUB_TARGET_SOURCES ${GDBSTUB_DIR}/../profiler/unwind/frames.c)
