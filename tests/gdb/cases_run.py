# SPDX-License-Identifier: BSD-2-Clause
"""Stepping, stopping, calling."""
import threading

import gdb

from support import (at, attach, background, case, check, contains, equal, frames, go, go_for,
                     log_wire, run, signal_of, stop_at, value, wait_for, wire)


@case
def step_into_a_function():
    attach("worker")
    stop_at("outer")
    run("step")
    at("middle")


@case
def step_over_a_call():
    attach("worker")
    stop_at("outer")
    run("next")
    at("outer")
    equal(value("result"), 2 * value("value") + 11)


@case
def step_out_of_a_function():
    attach("worker")
    stop_at("leaf")
    expected = 2 * value("value") + 1
    run("finish")
    at("middle")
    equal(value("$"), expected)


@case
def finish_shows_the_value():
    attach("worker")
    stop_at("factorial if n == 3")
    run("finish")
    equal(value("$"), 6)


@case
def step_by_instruction():
    attach("worker")
    stop_at("leaf")
    for _ in range(6):
        before = value("$pc")
        run("stepi")
        equal(value("$pc"), before + 4)


@case
def next_by_instruction_goes_over_a_call():
    attach("worker")
    stop_at("outer")
    for _ in range(40):
        run("nexti")
        check(gdb.selected_frame().name() in ("outer", "tick"), gdb.selected_frame().name())
        if gdb.selected_frame().name() == "tick":
            return
    check(False, "never came out")


@case
def next_over_a_long_line_is_few_round_trips():
    log_wire()
    attach("worker")
    stop_at("sum")
    run("next")
    with wire() as sent:
        run("next")
    at("sum")
    contains(run("info source"), "worker.c")
    equal(value("result"), 8 * 36)
    resumed = [packet for packet in sent if packet.startswith("vCont;")]
    check(1 <= len(resumed) <= 4, "a hundred instructions in so many resumptions:", resumed)


@case
def next_over_an_atomic_operation_comes_to_an_end():
    attach("worker")
    stop_at("count_up")
    before = value("counted")
    run("next")
    at("count_up")
    equal(value("count"), before + 1)


@case
def stepi_through_an_atomic_operation_comes_to_an_end():
    attach("worker")
    stop_at("count_up")
    before = value("counted")
    exclusive = False
    for _ in range(40):
        exclusive |= "xr\t" in run("x/i $pc")
        run("stepi")
        if gdb.selected_frame().name() != "count_up":
            break
    check(exclusive, "there was no exclusive access")
    at("tick")
    equal(value("counted"), before + 1)


@case
def a_false_condition_on_an_atomic_operation_is_passed():
    attach("worker")
    stop_at("count_up")
    address = next(int(line.split()[0], 16) for line in
                   run("disassemble /r count_up").replace("=>", "  ").splitlines()
                   if "axr\t" in line or "ldxr\t" in line)
    run(f"break *{address} if counted == -1")
    before = value("counted")
    check(go_for(0.5), "it stopped")
    check(value("counted") > before, "it does not run")


@case
def step_at_o2():
    attach("optimised")
    stop_at("outer")
    run("stepi")
    run("finish")
    check(gdb.selected_frame().name() in ("tick", "notified"), frames())


@case
def backtrace_at_o0():
    attach("worker")
    stop_at("leaf")
    equal(frames()[:5], ["leaf", "middle", "outer", "tick", "notified"])
    check("main" in frames(), frames())


@case
def backtrace_at_o2():
    attach("optimised")
    stop_at("leaf")
    equal(frames()[:3], ["leaf", "middle", "outer"])
    check("main" in frames(), frames())


@case
def backtrace_through_a_system_call():
    attach("worker")
    names = frames()
    check("seL4_Recv" in names or "sel4_sys_exchange" in names or "seL4_NBSendRecv" in names, names)
    equal(names[-1], "main")


@case
def backtrace_of_recursion():
    attach("worker")
    stop_at("factorial if n == 1")
    equal(frames()[:6], ["factorial"] * 5 + ["tick"])


@case
def up_and_down():
    attach("worker")
    stop_at("leaf")
    run("up")
    at("middle")
    run("up")
    at("outer")
    equal(value("value"), int(gdb.newest_frame().read_var("value")))
    run("down")
    at("middle")


@case
def until_and_advance():
    attach("worker")
    stop_at("outer")
    run("advance leaf")
    at("leaf")
    run("until middle")
    at("middle")


@case
def a_function_is_called_in_the_pd():
    attach("worker")
    stop_at("leaf")
    equal(value("factorial(6)"), 720)
    equal(value("leaf(20)"), 41)
    at("leaf")
    check(go_for(0.5), "it stopped")


@case
def a_call_from_a_system_call_leaves_the_wait_as_it_was():
    attach("worker")
    equal(value("factorial(4)"), 24)
    before = value("ticks")
    check(go_for(0.5), "it stopped")
    check(value("ticks") > before, "it does not work any more")


@case
def return_from_a_function_at_once():
    attach("worker")
    stop_at("factorial if n == 5")
    run("return (int)1000")
    at("tick")
    before = value("total")
    run("next")
    check(value("total") - before in (0, 1000), value("total") - before)


@case
def jump_to_another_line():
    attach("worker")
    stop_at("outer")
    run("finish")
    at("tick")
    run("tbreak outer")
    go(f"jump {gdb.selected_frame().find_sal().line}")
    at("outer")


@case
def structures_are_shown_by_name():
    attach("worker")
    stop_at("leaf")
    text = run("print triangle")
    contains(text, 'name = "triangl"')
    contains(text, "colour = RED")
    contains(text, "area = 0.5")
    contains(run("print *triangle.next"), "GREEN")
    contains(run("print numbers"), "{1, 2, 3, 4, 5, 6, 7, 8}")


@case
def variables_are_set():
    attach("worker")
    stop_at("leaf")
    run("set var value = 1000")
    run("finish")
    equal(value("watched"), 2000)


@case
def registers_are_set():
    attach("worker")
    stop_at("leaf")
    run("set $x9 = 0x1234567890abcdef")
    run("stepi")
    equal(value("$x9"), 0x1234567890abcdef)
    run("maintenance flush register-cache")
    equal(value("$x9"), 0x1234567890abcdef)


@case
def floating_point_registers():
    attach("worker")
    run("tbreak area_of")
    run("continue")
    contains(run("print width"), "1.5")
    run("finish")
    equal(float(gdb.parse_and_eval("$")), 6.0)
    equal(float(gdb.parse_and_eval("$v0.d.f[0]")), 6.0)


@case
def floating_point_registers_are_set():
    attach("worker")
    stop_at("area_of")
    run("finish")
    run("set $v0.d.f[0] = 2.5")
    run("maintenance flush register-cache")
    equal(float(gdb.parse_and_eval("$v0.d.f[0]")), 2.5)
    run("next")
    equal(float(gdb.parse_and_eval("square.area")), 2.5)


@case
def a_spinning_pd_is_interrupted():
    attach("spinner")
    before = value("turns")
    check(go_for(0.5), "it stopped by itself")
    check(value("turns") > before, "it does not spin")
    check(any(name in ("turn", "init") for name in frames()), frames())


@case
def ctrl_c_in_all_stop():
    attach("spinner", non_stop=False)
    before = value("turns")
    stop_at("turn")
    check(go_for(0.5), "it stopped by itself")
    check(value("turns") > before, "it does not spin")
    check(any(name in ("turn", "init") for name in frames()), frames())


@case
def a_pd_that_waits_for_a_reply_is_not_made_to_call_twice():
    attach("server")
    stop_at("protected")
    calls = value("calls")
    run("add-inferior")
    run("inferior 2")
    attach("caller", connected=True)
    answers = value("answers")
    background()
    run("inferior 1")
    check(go_for(0.5), "the server stopped")
    served = value("calls") - calls
    check(served > 5, "only", served, "calls")
    run("inferior 2")
    check(abs(value("answers") - answers - served) <= 1, value("answers") - answers, served)
    equal(value("last"), 2 * (value("answers") - 1))


@case
def a_pd_is_restarted():
    attach("spinner")
    contains(run("monitor restart"), "at its entry")
    run("maintenance flush register-cache")
    equal(gdb.selected_frame().name(), "_start")
    stop_at("init")
    at("init")


@case
def a_pd_is_restarted_underneath():
    attach("spinner")
    background("continue")
    contains(run("monitor restart spinner"), "restarted")
    before = value("turns")
    wait_for(lambda: value("turns") != before, "it runs again")


@case
def a_pd_is_held_at_its_entry():
    attach("spinner")
    contains(run("monitor hold"), "will stop")
    threading.Timer(0.2, lambda: gdb.post_event(
        lambda: gdb.execute("monitor restart spinner"))).start()
    go()
    equal(gdb.selected_frame().name(), "_start")
    stop_at("turn")
