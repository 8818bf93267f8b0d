# SPDX-License-Identifier: BSD-2-Clause
"""Breakpoints and watchpoints of each kind."""
import time

import gdb

from support import (Failed, at, attach, background, case, check, contains, equal, frames, go,
                     go_for, hits, run, stop_at, value)


@case
def a_software_breakpoint_hits_each_time():
    attach("worker")
    run("break leaf")
    last = 0
    for _ in range(5):
        run("continue")
        at("leaf")
        check(value("ticks") > last, "the same time once more")
        last = value("ticks")


@case
def a_software_breakpoint_is_not_seen_in_memory():
    attach("worker")
    before = run("x/4xw leaf")
    run("set breakpoint always-inserted on")
    run("break *leaf")
    contains(run("monitor breakpoints"), "software")
    equal(run("x/4xw leaf"), before)
    contains(run("compare-sections .text"), "matched")


@case
def a_deleted_breakpoint_does_not_hit():
    attach("worker")
    run("break leaf")
    run("continue")
    run("delete")
    run("break factorial")
    run("continue")
    at("factorial")


@case
def a_disabled_breakpoint_does_not_hit():
    attach("worker")
    run("break leaf")
    run("break factorial")
    run("disable 1")
    run("continue")
    at("factorial")


@case
def a_breakpoint_in_one_pd_is_none_in_another():
    attach("worker")
    run("add-inferior")
    run("inferior 2")
    attach("optimised", connected=True)
    before = value("ticks")
    run("inferior 1")
    run("set breakpoint always-inserted on")
    run(f"break *{value('(long)&area_of')} thread 1.1")
    contains(run("monitor breakpoints"), "worker\tsoftware")
    run("inferior 2")
    check(go_for(0.5), "it stopped, too")
    check(value("ticks") > before, "it does not run")


@case
def a_hardware_breakpoint_hits_each_time():
    attach("worker")
    run("hbreak leaf")
    last = 0
    for _ in range(3):
        run("continue")
        at("leaf")
        check(value("ticks") > last, "the same time once more")
        last = value("ticks")
    contains(run("info breakpoints"), "hw breakpoint")


@case
def there_are_six_hardware_breakpoints():
    attach("worker")
    for name in ("leaf", "middle", "outer", "factorial", "area_of", "sum"):
        run(f"hbreak {name}")
    run("continue")
    run("hbreak notified")
    try:
        go()
    except (gdb.error, Failed):
        return
    raise Failed("a seventh was taken")


@case
def a_write_watchpoint_hits():
    attach("worker")
    stop_at("leaf")
    run("watch watched")
    for _ in range(3):
        hits(go(), 2)
        equal(value("watched"), 2 * value("ticks"))


@case
def a_write_watchpoint_does_not_hit_without_a_change():
    attach("worker")
    stop_at("leaf")
    run("watch untouched")
    before = value("ticks")
    check(go_for(0.5), "it hit")
    check(value("ticks") > before, "it does not run")


@case
def a_read_watchpoint_hits():
    attach("worker")
    stop_at("leaf")
    run("rwatch untouched")
    hits(go(), 2)
    check("tick" in frames()[:2], frames())


@case
def a_read_watchpoint_does_not_hit_on_writes():
    attach("worker")
    stop_at("leaf")
    run("rwatch square.area")
    before = value("ticks")
    check(go_for(0.5), "it hit")
    check(value("ticks") > before, "it does not run")


@case
def an_access_watchpoint_hits_on_both():
    attach("worker")
    stop_at("outer")
    run("awatch ticks")
    for _ in range(4):
        hits(go(), 2)


@case
def a_watchpoint_in_one_pd_is_none_in_another():
    attach("worker")
    stop_at("leaf")
    run("watch watched")
    run("add-inferior")
    run("inferior 2")
    attach("optimised", connected=True)
    before = value("ticks")
    check(go_for(0.5), "it hit")
    check(value("ticks") > before, "it does not run")


@case
def a_watched_local_variable_ends_with_its_frame():
    attach("worker")
    stop_at("leaf")
    run("watch doubled")
    hits(go(), 2)
    equal(value("doubled"), 2 * value("value"))
    go()
    equal(len(gdb.breakpoints()), 0)


@case
def a_condition_that_holds_once():
    attach("worker")
    goal = value("ticks") + 20
    run(f"break leaf if value == {goal}")
    run("continue")
    at("leaf")
    equal(value("value"), goal)


@case
def conditions_are_evaluated_in_the_target():
    attach("worker")
    run("set breakpoint condition-evaluation target")
    contains(run("show breakpoint condition-evaluation"), "target")
    run("set breakpoint always-inserted on")
    run("break factorial if n == 2")
    contains(run("monitor breakpoints"), "conditional")
    run("continue")
    equal(value("n"), 2)
    equal(frames()[:4], ["factorial"] * 4)


@case
def a_condition_on_memory_and_structures():
    attach("worker")
    run("break area_of if triangle.next->sides == 4 && numbers[3] == 4")
    run("continue")
    at("area_of")


@case
def a_condition_that_never_holds_costs_no_stop():
    attach("worker")
    run("break leaf if value == -1")
    before = value("ticks")
    check(go_for(0.5), "it stopped")
    check(value("ticks") > before, "it does not run")


@case
def an_ignore_count():
    attach("worker")
    run("break factorial")
    run("ignore 1 4")
    run("continue")
    equal(value("n"), 1)


@case
def a_dprintf_runs_in_the_target():
    attach("worker")
    run("set dprintf-style agent")
    run('dprintf leaf,"leaf of %d, ticks %ld\\n", value, ticks')
    before = value("ticks")
    check(go_for(0.5), "it stopped")
    check(value("ticks") > before, "it does not run")


@case
def a_dprintf_in_gdb():
    attach("worker")
    run('dprintf factorial,"n is %d\\n", n')
    run("break area_of")
    hits(go(), 2)
    contains(run("info breakpoints"), "already hit 5 times")


@case
def a_breakpoint_with_commands():
    attach("worker")
    gdb.Breakpoint("leaf").commands = "silent\nset var numbers[0] = 1234\n"
    go()
    run("stepi")
    equal(value("numbers[0]"), 1234)
    run("set var numbers[0] = 1")


@case
def many_breakpoints():
    attach("worker")
    start = value("(long)&sum")
    for i in range(40):
        run(f"break *{start + 4 * i}")
    run("continue")
    check(gdb.selected_frame().name() in ("sum", "notified", "tick"), frames())


@case
def a_breakpoint_on_the_next_instruction():
    attach("worker")
    stop_at("leaf")
    run("break *($pc + 4)")
    run("stepi")
    run("stepi")
    run("delete")
    stop_at("leaf")
    at("leaf")


def false_hits(where, seconds):
    """How often a condition that never holds is evaluated there."""
    run(f"set breakpoint condition-evaluation {where}")
    run("break turn if number == -1")
    before, start = value("turns"), time.monotonic()
    # The interrupt may come while GDB looks at a false hit, and be told as a stop there.
    go_for(seconds)
    rate = (value("turns") - before) / (time.monotonic() - start)
    run("delete")
    return rate


@case
def conditions_are_ten_times_quicker_in_the_target():
    attach("spinner")
    target = false_hits("target", 2)
    host = false_hits("host", 2)
    print(f"false hits a second: target {target:.0f}, host {host:.0f}")
    check(target >= 10 * host, f"target {target:.0f}, host {host:.0f} a second")
