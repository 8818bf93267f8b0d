# SPDX-License-Identifier: BSD-2-Clause
# Checks the JSON files that a target build makes for the SDK: the keys that microkit.md, section 2
# names, no others, and values taken from sel4-abi.md (1.1, 3, 6.1, 17).
#   cmake -DCONFIG=debug|release|benchmark -DSDK=target-build/kernel/sdk -P check_sdk_json.cmake
set(wrong "")
set(debug_labels 0)
set(tcb_bits 11)
if(CONFIG STREQUAL debug)
    set(debug_labels 4) # the four invocations of the hardware debug API move all later ones
    set(tcb_bits 12)
endif()

# expect_all(file key value...): these members and no more
function(expect_all file)
    file(READ ${SDK}/${file}.json json)
    string(JSON length LENGTH "${json}")
    list(LENGTH ARGN arguments)
    math(EXPR expected_length "${arguments} / 2")
    if(NOT length EQUAL expected_length)
        list(APPEND wrong "${file}: ${length} members, expected ${expected_length}")
    endif()
    expect_some(${file} ${ARGN})
    set(wrong "${wrong}" PARENT_SCOPE)
endfunction()

# expect_some(file key value...): these members, each a number
macro(expect_some file)
    file(READ ${SDK}/${file}.json json)
    set(pairs ${ARGN})
    while(pairs)
        list(POP_FRONT pairs key value)
        string(JSON type ERROR_VARIABLE missing TYPE "${json}" ${key})
        string(JSON actual ERROR_VARIABLE missing GET "${json}" ${key})
        if(NOT type STREQUAL NUMBER OR NOT actual STREQUAL value)
            list(APPEND wrong "${file}: ${key} is ${type} ${actual}, expected ${value}")
        endif()
    endwhile()
endmacro()

expect_all(object_sizes tcb ${tcb_bits} endpoint 4 notification 6 small_page 12 large_page 21
    huge_page 30 asid_pool 12 asid_table 7 slot 5 min_untyped_bits 4 max_untyped_bits 47 vspace 12
    reply 5 vcpu 12 page_table 12)
expect_all(address_space_constants page_table_index_bits 9 vspace_user_top 140737488355327
    vspace_index_bits 9)

set(labels UntypedRetype 1 TCBReadRegisters 2 TCBUnbindNotification 15)
foreach(pair TCBSetTLSBase:16 CNodeRevoke:18 CNodeRotate:25 IRQIssueIRQHandler:26 DomainSetSet:30
        SchedControlConfigureFlags:33 SchedContextYieldTo:38 ARMVSpaceClean_Data:39 ARMSMCCall:43
        ARMPageTableMap:44 ARMPageMap:46 ARMPageGetAddress:52 ARMASIDControlMakePool:53
        ARMASIDPoolAssign:54 ARMIRQIssueIRQHandlerTrigger:55 ARMIRQIssueSGISignal:56)
    string(REPLACE ":" ";" pair ${pair})
    list(GET pair 0 name)
    list(GET pair 1 label)
    math(EXPR label "${label} + ${debug_labels}")
    list(APPEND labels ${name} ${label})
endforeach()
expect_some(invocations_all ${labels})
file(READ ${SDK}/invocations_all.json json)
string(JSON length LENGTH "${json}")
math(EXPR expected_length "57 + ${debug_labels}")
if(NOT length EQUAL expected_length)
    list(APPEND wrong "invocations_all: ${length} members, expected ${expected_length}")
endif()

# Regions: integers, ascending, apart; the RAM of the board; the UART's page is a user's device.
file(READ ${SDK}/platform_gen.json json)
set(uart_is_free OFF)
foreach(kind devices memory)
    string(JSON count LENGTH "${json}" ${kind})
    math(EXPR last "${count} - 1")
    set(behind 0)
    foreach(i RANGE ${last})
        string(JSON start GET "${json}" ${kind} ${i} start)
        string(JSON end GET "${json}" ${kind} ${i} end)
        if(start LESS behind OR NOT start LESS end)
            list(APPEND wrong "platform_gen: ${kind} ${i} is ${start}..${end} after ${behind}")
        endif()
        if(kind STREQUAL devices AND NOT 150994944 LESS start AND 150994944 LESS end)
            set(uart_is_free ON)
        endif()
        set(behind ${end})
    endforeach()
    set(${kind}_end ${behind})
endforeach()
if(NOT devices_end EQUAL 1099511627776 OR NOT memory_end EQUAL 3221225472 OR NOT uart_is_free)
    list(APPEND wrong "platform_gen: devices end at ${devices_end}, memory at ${memory_end}, "
        "the UART is a device of the user: ${uart_is_free}")
endif()

if(wrong)
    list(JOIN wrong "\n  " wrong)
    message(FATAL_ERROR "${SDK}:\n  ${wrong}")
endif()
