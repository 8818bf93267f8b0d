# SPDX-License-Identifier: BSD-2-Clause
"""The rows of a reload: what a swap costs at three sizes of image, and where each instruction of
it goes. The system is tests/system/reload: monitor, components, and everything around them."""
import bisect
import collections
import pathlib
import re
import socket
import subprocess
import tempfile
import time

import run_image
import trace

FOLDER = run_image.ROOT / "tests/system/reload"
LIMIT_SECONDS = 100
LONG_SECONDS = 1800
SIZES = (("8k", "8 KiB"), ("64k", "64 KiB"), ("1m", "1 MiB"))

# name, description, original: no other exchanges an image with checks and state
ROWS = [row for size, words in SIZES for row in (
    (f"reload_monitor_{size}", f"swap of {words}: decision to first instruction", None),
    (f"reload_first_instruction_{size}", f"swap of {words}: last instruction to first", None),
    (f"reload_first_packet_{size}", f"swap of {words}: last instruction to first packet", None),
    (f"reload_verify_{size}", f"before it, the old image running: {words} verified, signed", None))]
ROWS += [("reload_longest_down", "net_virt_tx under load: decision to first, longest", None),
         ("reload_longest_ready", "net_virt_tx under load: until it was ready, longest", None)]

# What fails a test: the goal is 5000 from the last instruction to the first, which leaves little
# room. Sizes may differ by what the counter's ticks of 16 instructions do to 16 swaps.
LIMITS = {row[0]: 2500 if "monitor" in row[0] else 6000 for row in ROWS
          if "monitor" in row[0] or "first_instruction" in row[0]}
SPREAD = 100

SLOTS = (0x11000000, 0x13000000)
PLANT = 0x50000000


def build(sdk, build_dir, place_module, *settings):
    subprocess.run(["make", "-s", "-C", FOLDER, f"MICROKIT_SDK={sdk}", f"BUILD_DIR={build_dir}",
                    f"PLACE_MODULE={place_module}", *settings], check=True,
                   stdout=subprocess.DEVNULL)
    return build_dir / "loader.img"


def measure(sdk, build_dir, place_module, *settings):
    """Of a run that ends well only if no packet was lost, duplicated or changed."""
    settings = settings or ("PACKETS=5000", "SWAPS=6")
    folder = build_dir / re.sub(r"\W+", "-", " ".join(("reload", *settings)))
    return run_image.figures(build(sdk, folder, place_module, *settings), LONG_SECONDS)


def findings(figures):
    """What is wrong with the figures, as lines of text."""
    found = [f"{name}: {figures[name]}, may be {limit}" for name, limit in LIMITS.items()
             if figures[name] > limit]
    for kind in ("monitor", "first_instruction", "first_packet"):
        of_kind = [figures[f"reload_{kind}_{size}"] for size, _ in SIZES]
        if max(of_kind) - min(of_kind) > SPREAD:
            found.append(f"reload_{kind}: {of_kind}, not constant in the image's size")
    return found


# ---- where each instruction goes ----

class Symbols:
    """Functions of an ELF file, by address."""

    def __init__(self, elf, offset=0):
        listed = subprocess.run(["aarch64-linux-gnu-nm", "-n", elf], capture_output=True, text=True,
                                check=True).stdout
        found = re.findall(r"^([0-9a-f]+) [tTwW] ([^$\s]\S*)$", listed, re.M)
        self.starts = [int(address, 16) + offset for address, _ in found]
        self.names = [name for _, name in found]

    def of(self, address):
        place = bisect.bisect_right(self.starts, address) - 1
        return self.names[place] if place >= 0 else hex(address)


def connect(path):
    end = time.monotonic() + LIMIT_SECONDS
    while True:
        link = socket.socket(socket.AF_UNIX)
        try:
            link.connect(str(path))
            return link
        except OSError:
            link.close()
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


def read_until(link, words):
    text = b""
    link.settimeout(LIMIT_SECONDS)
    while words not in text:
        more = link.recv(4096)
        if not more:
            raise ConnectionError(f"QEMU has ended; it said {text!r}")
        text += more
        if b"RUN FAILED" in text:
            raise RuntimeError(text.decode())
    return text


def traced(image):
    """Addresses of all instructions from the moment at which the plant is ready to swap."""
    with tempfile.TemporaryDirectory() as folder:
        log = pathlib.Path(folder) / "log"
        command = ["qemu-system-aarch64", "-machine", "virt,gic-version=2", "-cpu", "cortex-a53",
                   "-m", "2G", "-display", "none", "-icount", "shift=0,sleep=off", "-singlestep",
                   "-chardev", f"socket,id=line,path={folder}/line,server=on,wait=on",
                   "-serial", "chardev:line", "-chardev",
                   f"socket,id=hmp,path={folder}/hmp,server=on,wait=off", "-mon", "chardev=hmp",
                   "-D", log, "-device", f"loader,file={image},addr=0x70000000,cpu-num=0"]
        with subprocess.Popen(command, stdin=subprocess.DEVNULL) as qemu:
            try:
                line = connect(f"{folder}/line")
                monitor = connect(f"{folder}/hmp")
                read_until(monitor, b"(qemu)")
                read_until(line, b"READY")
                line.sendall(b"\n")
                read_until(line, b"READY")
                monitor.sendall(b"log exec,nochain\n")
                read_until(monitor, b"(qemu)")
                line.sendall(b"\n")
                read_until(line, b"RUN ")
            finally:
                qemu.kill()
        for text in log.open("rb"):
            found = trace.TRACE.match(text)
            if found:
                yield int(found[1], 16)


def in_slot(address):
    return SLOTS[0] <= address < SLOTS[1]


def last_swap(addresses):
    """From the last instruction that the old image executes up to the first one of the new one."""
    old, begin = None, None
    for place, address in enumerate(addresses):
        if in_slot(address):
            slot = address & ~0xffffff
            if old is not None and slot != old:
                return addresses[begin + 1:place]
            old, begin = slot, place
    raise ValueError("no swap in the trace")


def where(sdk, build_dir, place_module):
    """Counter of (who, function) over one swap."""
    folder = build_dir / "reload-traced"
    image = build(sdk, folder, place_module, "TRACED=1")
    kernel = Symbols(sdk / "board/qemu_virt_aarch64/release/elf/sel4.elf")
    monitor = Symbols(folder / "monitor_set.elf")
    plant = Symbols(folder / "plant.elf")
    counted = collections.Counter()
    for address in last_swap(list(traced(image))):
        if address >= trace.KERNEL_START:
            counted["kernel", kernel.of(address)] += 1
        elif address >= PLANT:
            counted["sender of the request", plant.of(address)] += 1
        else:
            counted["monitor", monitor.of(address)] += 1
    return counted


def show_where(counted):
    total = sum(counted.values())
    print(f"where {total} instructions of one swap go")
    for who in dict.fromkeys(who for (who, _), _ in counted.most_common()):
        own = [(function, n) for (w, function), n in counted.most_common() if w == who]
        print(f"  {who:<56}{sum(n for _, n in own):>10}")
        for function, n in own:
            print(f"    {function:<54}{n:>10}")
