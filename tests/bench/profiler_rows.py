# SPDX-License-Identifier: BSD-2-Clause
"""The profiler's rows: what samples cost the kernel (tests/bench/profiler/sample_cost.c)."""
import run_image

# name, description, original (there is none)
ROWS = [
    ("sample_in_kernel", "A sample by the timer, entry and exit included (limit 150)", None),
    ("sample_by_event", "A sample by the performance monitor (limit 150)", None),
    ("sample_dropped", "A sample that finds no room, and signals", None),
    ("sample_and_two_switches", "A sample, its reader signalled, run and left", None),
]

LIMITS = {"sample_in_kernel": 150, "sample_by_event": 150}


def measure(target_build):
    """target_build: folder of the release target build."""
    return run_image.figures(target_build / "tests/bench/sample_cost.img")
