# SPDX-License-Identifier: BSD-2-Clause
"""Makes what the cases read: programs, good and broken in one way each, and prefill files."""
import pathlib
import struct
import subprocess

PREFIX = "aarch64-linux-gnu-"
PROGRAMS = pathlib.Path(__file__).resolve().parent / "programs"
FLAGS = ["-mcpu=cortex-a53", "-O1", "-g", "-ffreestanding", "-nostdlib", "-no-pie", "-Wall",
         "-Wextra", "-Werror", "-Wl,--build-id=sha1"]

# Fields of ELF64 (System V ABI): offset, format.
EI_CLASS, EI_DATA = (4, "<B"), (5, "<B")
E_TYPE, E_MACHINE, E_PHOFF, E_PHNUM = (16, "<H"), (18, "<H"), (32, "<Q"), (56, "<H")
P_TYPE, P_OFFSET, P_VADDR, P_FILESZ, P_MEMSZ = 0, 8, 16, 32, 40
PT_LOAD, PT_NOTE = 1, 4


class Elf:
    """An ELF file whose fields can be changed."""

    def __init__(self, path):
        self.bytes = bytearray(path.read_bytes())

    def get(self, field):
        return struct.unpack_from(field[1], self.bytes, field[0])[0]

    def set(self, field, value):
        struct.pack_into(field[1], self.bytes, field[0], value)
        return self

    def segment(self, number, offset):
        """A field of the number-th segment to load."""
        loads = [at for at in range(self.get(E_PHOFF), self.get(E_PHOFF) + 56 * self.get(E_PHNUM),
                                    56) if self.get((at, "<I")) == PT_LOAD]
        return (loads[number] + offset, "<I" if offset == P_TYPE else "<Q")

    def set_segment(self, number, offset, value):
        return self.set(self.segment(number, offset), value)

    def write(self, path):
        path.write_bytes(self.bytes)


def run(*command):
    subprocess.run([str(word) for word in command], check=True)


def make_programs(folder, config_path):
    library = ["-I", config_path / "include", "-L", config_path / "lib"]
    script = ["-T", config_path / "lib/microkit.ld"]
    gcc = [PREFIX + "gcc", *FLAGS, *library]
    client, twins = PROGRAMS / "client.c", PROGRAMS / "twins.c"

    def objects(name, source, *flags):
        run(*gcc, *flags, "-c", source, "-o", folder / name)
        return folder / name

    twin = [objects(f"twin_{i}.o", twins, f"-DTWIN_FUNCTION=twin_{i}") for i in range(2)]
    main = objects("client.o", client)
    run(*gcc, main, *twin, PROGRAMS / "absolute.S", "-lmicrokit", *script, "-o",
        folder / "client.elf")
    run(*gcc, main, "-lmicrokit", "-Wl,-Ttext-segment=0x200000,-Tdata=0x1000000",
        "-Wl,-zmax-page-size=0x1000", "-o", folder / "spread.elf")
    run(*gcc, PROGRAMS / "bare.c", *script, "-o", folder / "bare.elf")
    run(*gcc, "-DNAME_SIZE=16", PROGRAMS / "bare.c", *script, "-o", folder / "short_name.elf")
    run(*gcc, PROGRAMS / "granted.c", "-lmicrokit", *script, "-o", folder / "granted.elf")
    run(*gcc, "-DTOO_FEW_WINDOWS", PROGRAMS / "granted.c", "-lmicrokit", *script, "-o",
        folder / "few_windows.elf")
    run(PREFIX + "objcopy", "--strip-all", folder / "client.elf", folder / "stripped.elf")


def make_broken_programs(folder):
    good = folder / "client.elf"
    first, second = 0, 1

    Elf(good).set(EI_CLASS, 1).write(folder / "elf32.elf")
    Elf(good).set(EI_DATA, 2).write(folder / "big_endian.elf")
    Elf(good).set(E_MACHINE, 62).write(folder / "x86.elf")
    Elf(good).set(E_TYPE, 4).write(folder / "core.elf")
    Elf(good).set(E_PHNUM, 0).write(folder / "no_headers.elf")
    Elf(good).set(E_PHOFF, 1 << 40).write(folder / "headers_beyond.elf")
    (folder / "cut_header.elf").write_bytes(good.read_bytes()[:40])
    Elf(good).set_segment(first, P_OFFSET, 1 << 30).write(folder / "cut_segment.elf")
    Elf(good).set_segment(first, P_FILESZ, 1 << 29).write(folder / "large_in_file.elf")
    Elf(good).set_segment(first, P_MEMSZ, 1 << 40).write(folder / "huge_segment.elf")
    Elf(good).set_segment(first, P_MEMSZ, 3 << 28).set_segment(
        second, P_MEMSZ, 3 << 28).write(folder / "huge_together.elf")
    Elf(good).set_segment(second, P_VADDR, 2**64 - 16).write(folder / "wraps.elf")
    Elf(good).set_segment(second, P_VADDR, 0x7ffffffff000 - 0x2000).write(
        folder / "into_stack.elf")
    shared = Elf(good)
    end = shared.get(shared.segment(first, P_VADDR)) + shared.get(shared.segment(first, P_MEMSZ))
    shared.set_segment(second, P_VADDR, (end + 15) & ~15).write(folder / "shared_page.elf")
    nothing = Elf(good)
    while True:
        try:
            nothing.set_segment(0, P_TYPE, PT_NOTE)
        except IndexError:
            break
    nothing.write(folder / "nothing_to_load.elf")


def make_files(folder):
    (folder / "text.elf").write_text("This is not a program.\n")
    (folder / "empty.bin").write_bytes(b"")
    (folder / "small.bin").write_bytes(b"prefilled: " + b"x" * 5000 + b"end")
    (folder / "large.bin").write_bytes(b"large: " + bytes(3 << 20) + b"end")
    (folder / "page.bin").write_bytes(b"p" * 0x1000)


def make(folder, config_path):
    """All inputs, in a new folder."""
    folder.mkdir()
    make_programs(folder, config_path)
    make_broken_programs(folder)
    make_files(folder)
