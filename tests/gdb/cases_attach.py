# SPDX-License-Identifier: BSD-2-Clause
"""Coming, going, and what can be seen of the system."""
import time

import gdb

from support import (attach, background, case, check, connect, contains, equal, go_for, numbers,
                     refuses, run, stop_at, value, wait_for)


@case
def the_architecture_is_known_without_being_told():
    attach("worker")
    contains(run("show architecture"), "aarch64")
    equal(value("sizeof(void *)"), 8)
    contains(run("info registers x0 sp pc cpsr tpidr"), "tpidr")


@case
def symbols_come_from_the_archive():
    attach("worker")
    contains(run("info files"), "/pd/worker.elf")
    contains(run("info line outer"), "worker.c")


@case
def all_pds_are_listed_with_what_they_do():
    connect()
    pds = run("monitor pds")
    contains(pds, "worker")
    contains(pds, "spinner")
    contains(pds, "waits for")


@case
def a_pd_is_stopped_and_runs_again_after_detach():
    attach("worker")
    before = value("ticks")
    time.sleep(0.3)
    equal(value("ticks"), before)
    run("detach")
    time.sleep(0.3)
    attach("worker", connected=True)
    check(value("ticks") > before, "it did not run after detach")


@case
def a_pd_is_held_at_boot_before_its_first_instruction():
    connect()
    contains(run("monitor why held"), "before its first instruction")
    attach("held", connected=True)
    equal(gdb.selected_frame().name(), "_start")
    equal(value("$pc"), value("(long)&_start"))
    equal(value("steps"), 0)
    stop_at("step")
    equal(value("steps"), 0)
    run("finish")
    equal(value("steps"), 1)
    run("detach")
    wait_for(lambda: "waits for" in run("monitor why held"), "it has come to its loop")
    attach("held", connected=True)
    equal(value("steps"), 2)


@case
def attach_by_all_stop():
    attach("worker", non_stop=False)
    stop_at("leaf")
    equal(gdb.selected_frame().name(), "leaf")


@case
def the_monitor_itself_cannot_be_stopped():
    connect()
    refuses(f"attach {numbers()['lionscope']}")


@case
def what_carries_the_link_cannot_be_stopped():
    connect()
    refuses(f"attach {numbers()['serial_driver']}")
    refuses(f"attach {numbers()['timer_driver']}")


@case
def there_is_no_such_process():
    connect()
    refuses("attach 4711")


@case
def several_pds_at_once():
    attach("worker")
    run("add-inferior")
    run("inferior 2")
    attach("caller", connected=True)
    equal(len(gdb.inferiors()), 2)
    contains(run("info threads"), "worker")
    contains(run("info threads"), "caller")
    run("inferior 1")
    contains(run("info symbol outer"), "outer")
    stop_at("leaf")
    run("inferior 2")
    contains(run("print answers"), "=")


@case
def the_thread_has_the_name_of_its_pd():
    attach("victim")
    equal(gdb.selected_thread().name, "victim")
    contains(run("info threads"), "stopped on request")


@case
def the_thread_list_is_readable_while_it_runs():
    attach("worker")
    background("continue")
    contains(run("info threads"), "(running)")


@case
def memory_is_readable_while_it_runs():
    attach("worker")
    before = value("ticks")
    background("continue")
    wait_for(lambda: value("ticks") > before, "the counter counts")
    check(gdb.selected_thread().is_running(), "reading has stopped it")


@case
def memory_is_writable_while_it_runs():
    attach("worker")
    run("set var untouched = 7")
    background("continue")
    run("set var untouched = 99")
    wait_for(lambda: value("seen") == 99, "the program sees what was written")
    run("set var untouched = 7")
    run("interrupt")


@case
def other_pds_run_while_one_is_stopped():
    attach("worker")
    run("add-inferior")
    run("inferior 2")
    attach("caller", connected=True)
    before = value("answers")
    background("continue")
    wait_for(lambda: value("answers") > before + 20, "the other one works")


@case
def info_os_has_tables():
    connect()
    tables = run("info os")
    for name in ("pds", "budgets", "channels", "interrupts", "regions"):
        contains(tables, name)
    contains(run("info os pds"), "spinner")
    contains(run("info os channels"), "caller")
    contains(run("info os interrupts"), "timer_driver")
    contains(run("info os regions"), "0x")


@case
def monitor_commands_have_help():
    connect()
    for name in ("pds", "why", "restart", "hold", "breakpoints"):
        contains(run("monitor help"), name)
    contains(run("monitor nonsense"), "no such command")


@case
def monitor_why_says_what_it_waits_for():
    connect()
    contains(run("monitor why server"), "waits for an event")
    contains(run("monitor why nobody"), "there is no PD")


@case
def a_stopped_pd_spends_no_budget():
    def consumed():
        for line in run("info os budgets").splitlines():
            words = line.split()
            if words[1] == "spinner":
                return int(words[-1])
        return None

    attach("spinner")
    before = consumed()
    time.sleep(0.5)
    equal(consumed(), before)
    background("continue")
    time.sleep(0.5)
    check(consumed() > before + 10000, "it spends none when it runs")


@case
def the_memory_map_is_that_of_the_pd():
    attach("worker")
    contains(run("info mem"), "rw nocache")
    check(gdb.selected_inferior().read_memory(value("(long)&ticks"), 8), "unreadable")


@case
def unmapped_memory_is_an_error_and_no_fault():
    attach("worker")
    refuses("x/x 0x10", "Cannot access memory")
    run("set mem inaccessible-by-default off")
    refuses("x/x 0x10", "Cannot access memory")
    refuses("x/x 0xffffffff80000000", "Cannot access memory")
    refuses("set var *(int *)0x10 = 1", "Cannot access memory")
    stop_at("leaf")


@case
def large_reads_are_the_same_twice():
    attach("worker")
    inferior = gdb.selected_inferior()
    start = value("(long)&outer") & ~0xfff
    first = bytes(inferior.read_memory(start, 0x3000))
    equal(first, bytes(inferior.read_memory(start, 0x3000)))


@case
def the_text_in_memory_is_that_of_the_file():
    attach("worker")
    contains(run("compare-sections .text"), "matched")


def text():
    start = value("(long)&_start")
    return bytes(gdb.selected_inferior().read_memory(start, value("(long)&sum") + 64 - start))


@case
def a_client_that_goes_leaves_no_breakpoint():
    attach("worker")
    before = text()
    run("break leaf")
    run("hbreak middle")
    run("watch watched")
    background()
    time.sleep(0.2)
    run("disconnect")
    run("delete")
    time.sleep(1)
    attach("worker")
    equal(text(), before)
    equal(run("monitor breakpoints"), "")
    check(go_for(0.5), "it stopped")


@case
def kill_ends_the_debugging_and_not_the_pd():
    attach("worker")
    before = value("ticks")
    run("break leaf")
    run("kill")
    attach("worker", connected=True)
    wait_for(lambda: value("ticks") >= before, "still there")
    contains(run("compare-sections .text"), "matched")
