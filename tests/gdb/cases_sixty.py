# SPDX-License-Identifier: BSD-2-Clause
"""For the system with sixty children."""
import gdb

from support import (attach, background, case, check, connect, contains, equal, frames, go, go_for,
                     numbers, run, stop_at, value)

MEMBERS = 8  # attached at once: each is an inferior of GDB with its own symbols


@case
def sixty_pds_are_listed():
    connect()
    equal(len(numbers()), 61)
    for _ in range(5):  # they change what they do between the pieces that GDB reads
        equal(len(run("info os pds").splitlines()), 62)


@case
def sixty_the_last_one_is_debugged():
    connect()
    last = max(numbers(), key=lambda name: numbers()[name] if name.startswith("member") else 0)
    attach(last, connected=True)
    equal(gdb.selected_thread().name, last)
    run("break turn")
    before = value("rounds")
    for i in range(3):
        go()
        equal(value("rounds"), before + i)
    check("init" in frames(), frames())


@case
def sixty_many_at_once():
    connect()
    pds = numbers()
    for number in range(1, MEMBERS + 1):
        if number > 1:
            run("add-inferior")
            run(f"inferior {number}")
        run(f"attach {pds[f'member{number}']}")
    equal(len(run("info threads").strip().splitlines()), MEMBERS + 1)
    for number in range(1, MEMBERS + 1):
        run(f"inferior {number}")
        equal(gdb.selected_thread().name, f"member{number}")
    run("inferior 3")
    before = value("rounds")
    check(go_for(0.5), "it stopped")
    check(value("rounds") > before, "it does not run")
    run("inferior 4")
    before = value("rounds")
    equal(value("rounds"), before)


@case
def sixty_all_of_them_in_the_stub():
    """More than GDB likes to have; the stub's own answers, packet by packet."""
    connect()
    pds = numbers()
    members = [pds[name] for name in pds if name.startswith("member")]
    for number in members:
        contains(run(f"maint packet vAttach;{number:x}"), "OK")
    threads = run("maint packet qfThreadInfo")
    for number in members:
        contains(threads, f"p{number:x}.{number:x}")
    document = run("maint packet qXfer:threads:read::0,3000")
    equal(document.count("<thread "), len(members))
    contains(run("maint packet D"), "OK")
    contains(run("maint packet qfThreadInfo"), '"l"')


@case
def sixty_attach_and_detach_again_and_again():
    connect()
    pds = numbers()
    for turn in range(20):
        run(f"attach {pds[f'member{turn + 1}']}")
        stop_at("turn")
        run("detach")
    connect_again = numbers()
    equal(connect_again, pds)
