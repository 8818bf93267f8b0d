# SPDX-License-Identifier: BSD-2-Clause
"""The benchmarks' table: rows of (name, description, the original's figure or None), and ours."""
import json
import sys


def findings(sections, limits):
    """Rows above the original's figure, or above their limit (by name), as lines of text."""
    found = []
    for _, rows, figures in sections:
        for name, description, original in rows:
            limit = limits.get(name, original)
            if limit is not None and figures[name] > limit:
                found.append(f"{description}: {figures[name]}, may be {limit}")
    return found


def show(sections, as_json):
    """Prints sections of (title, rows, figures): one table, or one JSON document. Ends the program
    if a row was not measured."""
    missing = [name for _, rows, figures in sections for name, _, _ in rows if name not in figures]
    if missing:
        sys.exit(f"run-bench: not measured: {', '.join(missing)}")
    if as_json:
        print(json.dumps([{"section": title, "name": name, "description": description,
                           "value": figures[name], "original": original}
                          for title, rows, figures in sections
                          for name, description, original in rows], indent=2))
        return
    print("instructions (QEMU -icount shift=0, Cortex-A53, release configuration)")
    for title, rows, figures in sections:
        print(f"{title:<58}{'original':>10}{'ours':>10}{'ratio':>8}")
        for name, description, original in rows:
            ratio = f"{figures[name] / original:.2f}" if original else ""
            print(f"  {description:<56}{original or '-':>10}{figures[name]:>10}{ratio:>8}".rstrip())
