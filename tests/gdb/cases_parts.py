# SPDX-License-Identifier: BSD-2-Clause
"""Parts of cases that take more than one GDB; run-gdb-cases puts them together."""
import threading
import time

import gdb

from support import (attach, background, case, check, contains, equal, go, go_for, hits, run,
                     value)


@case
def part_runs_with_breakpoints():
    attach("worker")
    run("hbreak outer")
    run("watch untouched")
    run("break factorial if n == -1")
    run("delete 1")
    background()
    time.sleep(20)


@case
def part_nothing_is_left():
    attach("worker")
    equal(run("monitor breakpoints"), "")
    contains(run("compare-sections .text"), "matched")
    before = value("ticks")
    check(go_for(0.5), "it stopped")
    check(value("ticks") > before, "it does not run")


@case
def part_client_of_worker():
    attach("worker")
    run("break leaf")
    last = 0
    for _ in range(10):
        hits(go(), 1)
        check(value("ticks") > last, "the same time once more")
        last = value("ticks")


@case
def part_client_of_caller():
    attach("caller")
    run("break tick")
    last = -1
    for _ in range(10):
        hits(go(), 1)
        check(value("answers") > last, "the same time once more")
        last = value("answers")


@case
def part_reads_much():
    """Memory that PDs write, so that it comes over the line; twice the same, as it is stopped."""
    attach("worker")
    stack = value("$sp") & ~0xfff
    first = gdb.selected_inferior().read_memory(stack, 0x800).tobytes()
    for _ in range(3):
        run("maintenance flush register-cache")
        run("info registers")
        equal(gdb.selected_inferior().read_memory(stack, 0x800).tobytes(), first)


@case
def part_slow_line_reads_while_a_pd_prints():
    attach("worker")
    noise = value("(long)&noise")
    run("set dprintf-style agent")
    run('dprintf leaf,"turn %d\\n", value')
    run("condition 1 value % 50 == 0")

    def read():
        for i in range(5):
            gdb.selected_inferior().read_memory(noise + 0x2000 * i, 0x2000)
        gdb.execute("interrupt")

    threading.Timer(0.5, lambda: gdb.post_event(read)).start()
    go()
    print(f"\nTICKS {value('ticks')}", flush=True)


@case
def part_the_fault_waits():
    attach("victim")
    run("set var crime = READ_NULL")
    run("detach")
    time.sleep(0.3)


@case
def part_the_fault_goes_on():
    attach("victim")
    contains(run("monitor why"), "read of 0x10")
    run("set $pc = $pc + 4")
    check(go_for(0.5), "it faulted once more")
