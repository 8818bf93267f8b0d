# SPDX-License-Identifier: BSD-2-Clause
"""Runs the case named by GDB_CASE; the last line says what came of it. Without it: lists them."""
import glob
import os
import pathlib
import sys
import traceback

import gdb

FOLDER = pathlib.Path(__file__).parent
sys.path.insert(0, str(FOLDER))
import support  # noqa: E402

for file in sorted(glob.glob(str(FOLDER / "cases_*.py"))):
    __import__(pathlib.Path(file).stem)

name = os.environ.get("GDB_CASE")
if name is None:
    print("\n".join(support.CASES))
else:
    result = "CASE PASSED"
    try:
        support.CASES[name]()
    except (support.Failed, gdb.error, gdb.MemoryError, RuntimeError) as error:
        traceback.print_exc()
        result = f"CASE FAILED: {error}"
    print("\n" + result, flush=True)
