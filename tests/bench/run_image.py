# SPDX-License-Identifier: BSD-2-Clause
"""Runs a benchmark image in QEMU, one instruction a nanosecond."""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def figures(image, seconds=300):
    """What the image printed, by name."""
    command = [ROOT / "host-tools/qemu/run-qemu", "--icount", "--timeout", str(seconds), image]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        sys.exit(f"run-bench: {image} did not finish:\n{run.stdout}{run.stderr}")
    return {m[1]: int(m[2]) for m in re.finditer(r"^BENCH (\w+) (\d+)$", run.stdout, re.M)}
