# SPDX-License-Identifier: BSD-2-Clause
"""Runs cases one after the other and prints TAP."""
import time

from echo_machine import Failure


def run(cases, subject, machine):
    """Each case is a function of `subject` that raises Failure. Ends with the first that fails:
    the others build on it. Stops the machine; returns the exit status."""
    print(f"1..{len(cases)}", flush=True)
    try:
        for number, case in enumerate(cases, 1):
            name = case.__name__.replace("_", " ")
            start = time.monotonic()
            try:
                case(subject)
            except (Failure, OSError) as failure:
                print(f"not ok {number} - {name}\n# {failure}")
                print("# console: " + machine.text[-2000:].replace("\n", "\n# "))
                return 1
            print(f"ok {number} - {name} # {time.monotonic() - start:.1f} s", flush=True)
        return 0
    finally:
        machine.stop()
