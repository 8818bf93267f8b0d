# SPDX-License-Identifier: BSD-2-Clause
# The monitor's sources, and what stands in for the rest of its system (monitor_harness.h).
set(MONITOR_HARNESS_DIR ${CMAKE_CURRENT_LIST_DIR})
set(MONITOR_HARNESS_SOURCES
    ${MONITOR_HARNESS_DIR}/monitor_harness.c
    ${LIONSCOPE_ROOT}/tests/host/lionsos/fake/os.c
    ${LIONSCOPE_ROOT}/lionsos/lib/util/assert.c
    ${LIONSCOPE_ROOT}/lionsos/lib/util/print_debug.c
    ${LIONSCOPE_ROOT}/lionsos/lib/util/print_memory.c
    ${LIONSCOPE_ROOT}/lionsos/lib/util/printf.c
    ${LIONSCOPE_ROOT}/lionsos/lib/util/string.c)
foreach(file inspect/targets inspect/windows pd/link pd/log pd/monitor protocol/cobs protocol/codec
        protocol/crc32c protocol/frame protocol/types telemetry/queues telemetry/reports)
    list(APPEND MONITOR_HARNESS_SOURCES ${LIONSCOPE_ROOT}/monitor/${file}.c)
endforeach()
set(MONITOR_HARNESS_INCLUDES ${MONITOR_HARNESS_DIR}/fake ${LIONSCOPE_ROOT}/tests/host/lionsos/fake
    ${LIONSCOPE_ROOT} ${LIONSCOPE_ROOT}/lionsos/include ${LIONSCOPE_ROOT}/kernel/include)
