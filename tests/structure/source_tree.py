# SPDX-License-Identifier: BSD-2-Clause
"""What the rules look at: the files of the repository, and findings about them."""
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
C_SUFFIXES = (".c", ".h")
# Bytes that mean exactly what they are: no rule applies.
VERBATIM = ("/corpus/", "/captures/", "/goldens/", "/golden/")


def files():
    """All files under version control (in an unpacked archive: all files outside build folders)."""
    listing = subprocess.run(["git", "-C", ROOT, "ls-files", "-z"], capture_output=True)
    if listing.returncode == 0:
        names = listing.stdout.decode().split("\0")
    else:
        names = [str(path.relative_to(ROOT)) for path in ROOT.rglob("*")
                 if not path.relative_to(ROOT).parts[0].startswith((".git", "build"))]
    return sorted(name for name in names if name and (ROOT / name).is_file())


def text_files():
    """(name, content) of the files that people write."""
    for name in files():
        if any(part in "/" + name for part in VERBATIM):
            continue
        content = (ROOT / name).read_bytes()
        if b"\0" not in content:
            yield name, content.decode()


class Findings:
    """Collects "file:line: message" and ends the program."""

    def __init__(self):
        self.count = 0

    def add(self, name, line, message):
        self.count += 1
        print(f"{name}:{line}: {message}" if line else f"{name}: {message}")

    def finish(self, checked, what):
        """checked: how much was looked at; a rule that looked at nothing has not passed."""
        print(f"{checked} {what} checked, {self.count} findings")
        sys.exit(1 if self.count or not checked else 0)
