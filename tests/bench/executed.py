# SPDX-License-Identifier: BSD-2-Clause
"""Which functions of which programs a machine has executed, counted by the emulator: QEMU with the
plugin of tests/support/qemu_counts."""
import bisect
import collections
import os
import re
import struct
import subprocess

from console_driver import wait_for

KERNEL_START = 0xffffff8000000000
KERNEL = "[kernel]"


class Program:
    """The code of an ELF file, and its functions."""

    def __init__(self, path):
        data = path.read_bytes()
        table, = struct.unpack_from("<Q", data, 32)
        size, count = struct.unpack_from("<HH", data, 54)
        self.code = []  # (address, bytes)
        for i in range(count):
            kind, flags, offset, address, _, length = struct.unpack_from(
                "<IIQQQQ", data, table + i * size)
            if kind == 1 and flags & 1:
                self.code.append((address, data[offset:offset + length]))
        names = subprocess.run(["aarch64-linux-gnu-nm", "-n", "-S", "--defined-only", path],
                               check=True, capture_output=True, text=True).stdout
        self.functions = [(int(address, 16), int(length, 16), name) for address, length, name in
                          re.findall(r"^([0-9a-f]+) ([0-9a-f]+) [TtWw] (\S+)$", names, re.M)]
        self.starts = [start for start, _, _ in self.functions]

    def has(self, address, word):
        for start, data in self.code:
            if start <= address <= start + len(data) - 4:
                return struct.unpack_from("<I", data, address - start)[0] == word
        return False

    def bytes_at(self, address, length):
        return next(data[address - start:address - start + length] for start, data in self.code
                    if start <= address < start + len(data))

    def function_at(self, address):
        place = bisect.bisect_right(self.starts, address) - 1
        if place >= 0 and address < self.starts[place] + self.functions[place][1]:
            return self.functions[place][2]
        return f"0x{address:x}"


class Programs:
    """PDs of a built system. Those with the same code are one, called by all their names."""

    def __init__(self, folder):
        paths = collections.defaultdict(list)
        programs = {}
        for path in sorted((folder / "composed").glob("*.elf")):
            program = Program(path)
            key = tuple(program.code)
            paths[key].append(path.stem)
            programs[key] = program
        self.by_name = {"+".join(names): programs[key] for key, names in paths.items()}
        self.of_pd = {name: "+".join(names) for names in paths.values() for name in names}

    def function_at(self, program, address):
        return self.by_name[program].function_at(address)


class Counts:
    """A QEMU that counts: `arguments` are for its command line."""

    def __init__(self, plugin, folder):
        self.folder = folder
        self.control = folder / "counts.control"
        self.control.unlink(missing_ok=True)
        os.mkfifo(self.control)
        self.arguments = ["-plugin", f"{plugin},control={self.control}"]
        self.dumps = 0

    def take(self):
        """(address, place, word) -> how often until now."""
        self.dumps += 1
        path = self.folder / f"counts.{self.dumps}"
        path.unlink(missing_ok=True)
        self.control.write_text(f"{path}\n")
        wait_for(path.exists, "the emulator's counts")
        counts = {}
        for line in path.read_text().splitlines():
            address, place, word, times = line.split()
            counts[int(address, 16), int(place, 16), int(word, 16)] = int(times)
        path.unlink()
        return counts


def by_function(before, after, programs):
    """(program, function) -> instructions between two counts. A page belongs to the program that
    has all that was executed there; the kernel is one function."""
    pages = collections.defaultdict(list)
    found = collections.Counter()
    for (address, place, word), times in after.items():
        times -= before.get((address, place, word), 0)
        if address >= KERNEL_START:
            found["", KERNEL] += times
        elif times != 0:
            pages[address >> 12, place >> 12].append((address, word, times))
    for hits in pages.values():
        owner = next((name for name, program in programs.by_name.items()
                      if all(program.has(address, word) for address, word, _ in hits)), "?")
        for address, _, times in hits:
            function = programs.function_at(owner, address) if owner != "?" else f"0x{address:x}"
            found[owner, function] += times
    return found
