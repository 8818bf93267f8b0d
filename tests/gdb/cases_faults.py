# SPDX-License-Identifier: BSD-2-Clause
"""Programs that do wrong."""
import time

import gdb

from support import (at, attach, case, check, contains, equal, frames, go, go_for, run, signal_of,
                     value)


def commit(crime):
    attach("victim")
    if gdb.selected_frame().name() in ("commit", "dig"):
        run("monitor restart")  # from a case that failed
        run("maintenance flush register-cache")
    run(f"set var crime = {crime}")
    return go()


def goes_on(repair):
    """After the repair the program works."""
    before = value("survived")
    run(repair)
    check(go_for(0.5), "it stopped once more")
    check(value("survived") > before, "it did not go on")


def skip():
    return "set $pc = $pc + 4"


@case
def a_null_pointer_is_read():
    equal(signal_of(commit("READ_NULL")), "SIGSEGV")
    at("commit")
    contains(run("monitor why"), "read of 0x10: nothing is mapped there (a null pointer)")
    equal(value("$far"), 0x10)
    goes_on(skip())


@case
def a_null_pointer_is_written():
    equal(signal_of(commit("WRITE_NULL")), "SIGSEGV")
    contains(run("monitor why"), "write to 0x10")
    goes_on(skip())


@case
def the_text_is_read_only_for_the_pd():
    equal(signal_of(commit("WRITE_TEXT")), "SIGSEGV")
    contains(run("monitor why"), "not permitted")
    goes_on(skip())


@case
def a_jump_to_nowhere():
    equal(signal_of(commit("JUMP_NOWHERE")), "SIGSEGV")
    equal(value("$pc"), 0x77770000)
    contains(run("monitor why"), "instruction fetch from 0x77770000")
    goes_on("set $pc = $lr")


@case
def a_jump_into_data():
    equal(signal_of(commit("JUMP_TO_DATA")), "SIGSEGV")
    equal(value("$pc"), value("(long)&survived"))
    contains(run("monitor why"), f"instruction fetch from {value('$pc'):#x}: not permitted there")
    goes_on("set $pc = $lr")


@case
def a_jump_to_half_an_instruction():
    equal(signal_of(commit("ODD_JUMP")), "SIGBUS")
    contains(run("monitor why"), "the PC is not aligned")
    goes_on("set $pc = $lr")


@case
def an_access_that_is_not_aligned():
    equal(signal_of(commit("MISALIGNED")), "SIGBUS")
    contains(run("monitor why"), "not aligned")
    goes_on(skip())


@case
def a_spent_budget_stops_if_that_is_asked_for():
    """A spinning PD uses up all it gets; it goes on with its next budget, as often as it is let."""
    attach("spinner")
    contains(run("monitor timeout"), "will stop when its budget is spent")
    for _ in range(3):
        before = value("turns")
        equal(signal_of(go()), "SIGXCPU")
        contains(run("monitor why"), "budget timeout; microseconds used: ")
        contains(run("info threads"), "budget timeout")
        check(value("turns") != before, "it had none")
    contains(run("monitor timeout"), "will not stop")
    before = value("turns")
    check(go_for(0.5), "it stopped")
    check(value("turns") != before, "it does not run")


@case
def a_spent_budget_is_no_fault_after_detach():
    attach("spinner")
    run("monitor timeout")
    run("detach")
    attach("victim", connected=True)  # reads what the other one does
    contains(run("monitor why spinner"), "run")
    run("detach")
    attach("spinner", connected=True)
    check(go_for(0.5), "it stopped")


@case
def an_undefined_instruction():
    equal(signal_of(commit("UNDEFINED")), "SIGILL")
    contains(run("monitor why"), "undefined instruction")
    goes_on(skip())


@case
def an_invalid_capability():
    equal(signal_of(commit("BAD_CAPABILITY")), "SIGSYS")
    contains(run("monitor why"), "capability fault: pointer 0x10000000123 when sending")
    check("commit" in frames(), frames())
    goes_on(skip())


@case
def an_unknown_system_call():
    equal(signal_of(commit("BAD_SYSCALL")), "SIGSYS")
    contains(run("monitor why"), "unknown system call")
    goes_on(skip())


@case
def a_stack_overflow_is_called_so():
    equal(signal_of(commit("OVERFLOW")), "SIGSEGV")
    equal(gdb.selected_frame().name(), "dig")
    contains(run("monitor why"), "stack overflow")
    equal(gdb.selected_frame().older().name(), "dig")
    contains(run("monitor restart"), "at its entry")


@case
def a_trap_of_the_program():
    commit("TRAP")
    at("commit")
    contains(run("monitor why"), "at a breakpoint")
    goes_on(skip())


@case
def one_can_attach_after_the_crash():
    attach("victim")
    run("set var crime = READ_NULL")
    run("detach")
    time.sleep(0.3)
    attach("victim", connected=True)
    contains(run("info threads"), "read of 0x10")
    at("commit")
    goes_on(skip())


@case
def siginfo_has_the_address():
    commit("WRITE_NULL")
    text = run("maint packet qXfer:siginfo:read::0,80")
    contains(text, "l\\x0b\\x00\\x00\\x00")
    goes_on(skip())


@case
def a_fault_repeats_until_it_is_repaired():
    commit("READ_NULL")
    equal(signal_of(go()), "SIGSEGV")
    register = run("x/i $pc").split("[")[1].split("]")[0]
    run(f"set ${register} = &crime")
    before = value("survived")
    check(go_for(0.5), "it faulted once more")
    equal(value("survived"), before + 1)
