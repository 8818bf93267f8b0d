# SPDX-License-Identifier: BSD-2-Clause
"""Parts for run-gdb-bench: what things cost. They print lines of "FIGURE name value"."""
import time

import gdb

from cases_breakpoints import false_hits
from support import attach, case, equal, go_for, run, stop_at, value

# The monitor, and what carries its line.
CARRIERS = ("lionscope", "serial_driver", "serial_virt_tx", "serial_virt_rx", "link_listener",
            "eth_driver", "net_virt_tx", "net_virt_rx", "net_copy_link_listener")
BULK = 0x10000  # bytes that are read at once, of what a program has written
INSTRUCTIONS_PER_US = 1000  # with -icount shift=0
KB = 1024


def consumed():
    """Microseconds that the carriers have run so far, together."""
    lines = [line.split() for line in run("info os budgets").splitlines()[1:]]
    return sum(int(words[5]) for words in lines if len(words) >= 6 and words[1] in CARRIERS)


def figure(name, number):
    print(f"\nFIGURE {name} {number:.3f}", flush=True)


def cost(work, times):
    """Instructions of one, without what the carriers do anyway in that time."""
    start, before = time.monotonic(), consumed()
    time.sleep(2)
    asking_and_idle, idle = consumed() - before, time.monotonic() - start
    asking = consumed()
    asking = consumed() - asking
    start, before = time.monotonic(), consumed()
    work(times)
    spent, seconds = consumed() - before, time.monotonic() - start
    background = (asking_and_idle - asking) / idle * seconds
    return max(spent - asking - background, 0) * INSTRUCTIONS_PER_US / times


def rate(work, seconds=3):
    """How many a second."""
    count, start = 0, time.monotonic()
    while time.monotonic() - start < seconds:
        work(1)
        count += 1
    return count / (time.monotonic() - start)


def round_trips(times):
    for _ in range(times):
        run("maint packet qC")


def steps(times):
    for _ in range(times):
        run("stepi")


def reader(address, size):
    def read(times):
        for _ in range(times):
            gdb.selected_inferior().read_memory(address, size)
    return read


def prepare():
    """At a place to step from; readers of text and of memory that changes, a KB each at a time."""
    attach("worker")
    run("set remote memory-read-packet-size 16384")
    run("set remote memory-read-packet-size fixed")
    stop_at("leaf")
    return reader(value("(long)&_start"), 4 * KB), reader(value("$sp") & ~0xfff, 2 * KB)


def bulk_readers():
    """Readers of 64 KB as programs keep it (pointers, numbers, room), and of as much noise."""
    return (("KB_of_structures", reader(value("(long)&records"), BULK)),
            ("KB_of_noise", reader(value("(long)&noise"), BULK)))


@case
def part_bench_reading_counted():
    prepare()
    for name, read in bulk_readers():
        figure(name, cost(read, 5) * KB / BULK)


@case
def part_bench_reading():
    prepare()
    for name, read in bulk_readers():
        figure(f"{name}_a_second", rate(read) * BULK / KB)


@case
def part_bench_counted():
    text, stack = prepare()
    for name, read in bulk_readers():
        figure(name, cost(read, 5) * KB / BULK)
    figure("round_trip", cost(round_trips, 200))
    figure("step_by_instruction", cost(steps, 100))
    figure("KB_of_text_or_constants", cost(text, 100) / 4)
    figure("KB_of_a_stack", cost(stack, 100) / 2)
    run("detach")
    attach("spinner", connected=True)
    run("set breakpoint condition-evaluation target")
    run("break turn if number == -1")
    before, turns = consumed(), value("turns")
    equal(go_for(2), True)
    figure("false_hit_of_a_condition", (consumed() - before) * INSTRUCTIONS_PER_US
           / (value("turns") - turns))


@case
def part_bench_measured():
    text, stack = prepare()
    figure("round_trips_a_second", rate(round_trips))
    figure("steps_by_instruction_a_second", rate(steps))
    figure("KB_of_text_or_constants_a_second", 4 * rate(text))
    figure("KB_of_a_stack_a_second", 2 * rate(stack))
    for name, read in bulk_readers():
        figure(f"{name}_a_second", rate(read) * BULK / KB)
    run("detach")
    attach("spinner", connected=True)
    target, host = false_hits("target", 3), false_hits("host", 3)
    figure("false_hits_a_second,_evaluated_here", target)
    figure("false_hits_a_second,_evaluated_by_GDB", host)
    figure("times_as_many", target / host)
