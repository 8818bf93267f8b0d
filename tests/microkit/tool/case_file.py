# SPDX-License-Identifier: BSD-2-Clause
"""Case files: one run of the tool with all it reads and everything it must say.

A file is a list of sections, each begun by a line `== NAME`. Text before the first section says
what the case is about. All sections are optional:

    == arguments        command line, quoted as in a shell; default: DEFAULT_ARGUMENTS below
    == environment      lines NAME=VALUE
    == NAME.system      a system description (usually case.system)
    == file NAME        another file, text
    == sdk PATH         the run gets an SDK of its own where this file has this content ("-": is
                        gone)
    == stdout, stderr   what is printed; nothing if the section is missing. `...` in a line stands
                        for any text (addresses and sizes of kernel and libmicrokit); $SDK and $HERE
                        are the SDK's folder and the run's. The lines MICROKIT|... of a success are
                        checked and then left out
    == status           exit status; default: 1 if something is expected on stderr, else 0
    == outputs          files that exist afterwards (a success makes loader.img, loader.archive and
                        report.txt; a failure nothing)
    == archive          lines PATH = JSON about the description in the system archive; lists are
                        indexed by number, or by the value of `name` or `what`
    == memory           lines about what the image sets up: see system_facts.py
    == report           lines that occur in the report
"""
import pathlib

DEFAULT_ARGUMENTS = "case.system --board qemu_virt_aarch64 --config debug --search-path inputs"
KNOWN = ("arguments", "environment", "stdout", "stderr", "status", "outputs", "archive", "memory",
         "report")


class CaseError(Exception):
    """A case file that is not well-formed."""


class Case:
    """One case file."""

    def __init__(self, path):
        self.name = f"{path.parent.name}/{path.stem}"
        self.path = path
        self.sections = {}
        self.files = {}
        self.sdk_files = {}
        self._read(path.read_text().split("\n"))
        for name in self.sections:
            if name not in KNOWN:
                raise CaseError(f"{path}: unknown section '{name}'")

    def _read(self, lines):
        current = []
        for line in lines:
            if not line.startswith("== "):
                current.append(line)
                continue
            current = []
            self._store(line[3:].strip(), current)

    def _store(self, name, content):
        if name.startswith("file "):
            self.files[name[5:]] = content
        elif name.startswith("sdk "):
            self.sdk_files[name[4:]] = content
        elif name.endswith(".system"):
            self.files[name] = content
        else:
            self.sections[name] = content

    def text(self, name, default=""):
        """A section's text without the empty lines at its end."""
        if name not in self.sections:
            return default
        return text_of(self.sections[name])

    def lines(self, name):
        """A section's lines without empty ones."""
        return [line for line in self.sections.get(name, []) if line.strip()]

    def status(self):
        default = "1" if self.text("stderr") else "0"
        return int(self.text("status", default))


def text_of(lines):
    """Lines as they stand in a file: one newline at the end."""
    text = "\n".join(lines).rstrip("\n")
    return text + "\n" if text else ""


def all_cases(folder):
    """All cases below a folder, by name."""
    return [Case(path) for path in sorted(pathlib.Path(folder).glob("*/*.case"))]
