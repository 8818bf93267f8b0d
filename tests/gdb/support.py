# SPDX-License-Identifier: BSD-2-Clause
"""What the cases have in common; runs inside gdb-multiarch. One case in one process:

    gdb-multiarch -nx -batch -x tests/gdb/run_case.py
"""
import contextlib
import os
import re
import tempfile
import threading
import time

import gdb

PORT = os.environ["GDB_PORT"]
CASES = {}

wire_log = tempfile.NamedTemporaryFile("r", errors="replace")  # all that goes over GDB's connection


class Failed(Exception):
    """Something is not as the case says."""


def case(function):
    CASES[function.__name__] = function
    return function


def run(command):
    return gdb.execute(command, to_string=True)


def check(condition, *what):
    if not condition:
        raise Failed(" ".join(str(part) for part in what) or "a check failed")


def equal(got, expected):
    check(got == expected, f"got {got!r}, expected {expected!r}")


def contains(text, part):
    check(part in text, f"{part!r} is not in {text!r}")


def refuses(command, message=""):
    """The command fails, and says so with these words."""
    try:
        output = run(command)
    except gdb.error as error:
        contains(str(error), message)
        return
    raise Failed(f"'{command}' did not fail: {output!r}")


def value(expression):
    return int(gdb.parse_and_eval(expression))


def wait_for(condition, what, seconds=5):
    end = time.monotonic() + seconds
    while not condition():
        check(time.monotonic() < end, "in vain:", what)
        time.sleep(0.02)


def numbers():
    """Process number of each PD, by name."""
    lines = run("monitor pds").splitlines()
    return {line.split("\t")[1]: int(line.split("\t")[0]) for line in lines}


def connect(non_stop=True):
    run("set confirm off")
    run("set pagination off")
    run("set breakpoint pending off")
    run("set non-stop " + ("on" if non_stop else "off"))
    run(f"target extended-remote 127.0.0.1:{PORT}")


def attach(name, non_stop=True, connected=False):
    """Attached to that PD, which is stopped. All-stop has to be asked for."""
    if not connected:
        connect(non_stop)
    run(f"attach {numbers()[name]}")
    check(gdb.selected_thread() is not None, "no thread after attach")
    check(gdb.selected_thread().is_stopped(), "it runs after attach")


def at(function):
    """The innermost frame is in that function."""
    equal(gdb.selected_frame().name(), function)


def frames():
    """Names of all frames, innermost first; as far as gdb knows them."""
    result = []
    frame = gdb.newest_frame()
    while frame is not None:
        result.append(frame.name())
        frame = frame.older()
    return result


def stop_at(place, options=""):
    """A temporary breakpoint, and there."""
    run(f"tbreak {place} {options}")
    return go()


stops = []
gdb.events.stop.connect(stops.append)


def go(command="continue"):
    """Resumes and waits for the stop, which is returned; its output goes elsewhere."""
    stops.clear()
    run(command)
    check(stops, "no stop is reported")
    return stops[-1]


def go_for(seconds, command="continue"):
    """Lets the thread run for so long, then interrupts it. True if it did not stop by itself."""
    interrupted = []

    def interrupt():
        interrupted.append(True)
        gdb.execute("interrupt")

    timer = threading.Timer(seconds, lambda: gdb.post_event(interrupt))
    timer.start()
    stop = go(command)
    timer.cancel()
    return (bool(interrupted) and not isinstance(stop, gdb.BreakpointEvent)
            and signal_of(stop) in (None, "SIGINT"))


def signal_of(stop):
    return stop.stop_signal if isinstance(stop, gdb.SignalEvent) else None


def hits(stop, number):
    """It stopped for the breakpoint or watchpoint with this number."""
    check(isinstance(stop, gdb.BreakpointEvent), f"stopped for something else: {stop}")
    check(number in [breakpoint.number for breakpoint in stop.breakpoints], stop.breakpoints)


def log_wire():
    """To be called before connect, for wire; GDB writes its log byte by byte, and is slow then."""
    run(f"set remotelogfile {wire_log.name}")


@contextlib.contextmanager
def wire():
    """The packets that GDB sends meanwhile, as a list that is filled at the end."""
    sent = []
    wire_log.read()
    yield sent
    sent += re.findall(r"^w \$([^#]*)#", wire_log.read(), re.MULTILINE)


def background(command="continue"):
    """Resumes; the thread runs when this returns, but GDB will not hear of its stop."""
    run(command + " &")
