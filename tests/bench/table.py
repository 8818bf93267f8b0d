# SPDX-License-Identifier: BSD-2-Clause
"""The benchmarks' table: rows of (name, description, the original's figure or None), and ours."""
import json
import sys


def show(title, rows, figures, as_json):
    """Prints all rows, as text or JSON; ends the program if one was not measured."""
    missing = [name for name, _, _ in rows if name not in figures]
    if missing:
        sys.exit(f"benchmark: the image did not measure: {', '.join(missing)}")
    if as_json:
        print(json.dumps([{"name": n, "description": d, "value": figures[n], "original": o}
                          for n, d, o in rows], indent=2))
        return
    print(f"{title:<58}{'original':>10}{'ours':>10}{'ratio':>8}")
    for name, description, original in rows:
        ratio = f"{figures[name] / original:.2f}" if original else ""
        print(f"{description:<58}{original or '-':>10}{figures[name]:>10}{ratio:>8}")
