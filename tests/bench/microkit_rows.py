# SPDX-License-Identifier: BSD-2-Clause
"""The Microkit rows: two systems built with an SDK (release), as their developer would, beside the
figures of the original SDK on the original kernel."""
import re
import subprocess

import run_image
import trace

ROOT = run_image.ROOT
LOADER_START = 0x70000000

# name, description, original
ROWS = [
    ("microkit_ppcall_passive_0", "PPC round trip, passive server, 0 words", 714),
    ("microkit_ppcall_passive_4", "PPC round trip, passive server, 4 words", 762),
    ("microkit_ppcall_passive_8", "PPC round trip, passive server, 8 words", 2406),
    ("microkit_ppcall_passive_64", "PPC round trip, passive server, 64 words", 2966),
    ("microkit_ppcall_active_0", "PPC round trip, active server, 0 words", 2480),
    ("microkit_ppcall_active_4", "PPC round trip, active server, 4 words", 2550),
    ("microkit_notify_no_switch", "notify, receiver does not run", 467),
    ("microkit_notify_round_trip_higher", "notify round trip, partner of higher priority", 2261),
    ("microkit_notify_round_trip_equal", "notify round trip, partner of equal priority", 2744),
    ("microkit_notify_round_trip_lower", "notify round trip, partner of lower priority", 2265),
    ("microkit_deferred_round_trip_higher", "deferred notify round trip, higher priority", 1906),
    ("microkit_timer_to_notified", "timer interrupt to notified()", 416),
    ("hello_loader", "hello: loader", 2420000),
    ("hello_kernel_boot", "hello: kernel boot", 3800000),
    ("hello_initialiser", "hello: initialiser to init()", 244000),
    ("hello_boot", "hello: loader entry to init(), all together", 6464000),
    ("hello_image_bytes", "hello: boot image, bytes", 2600000),
]


def build(sdk, build_dir, folder, config_arguments=()):
    target = build_dir / folder.name
    subprocess.run(["make", "-s", "-C", folder, f"MICROKIT_SDK={sdk}", "MICROKIT_CONFIG=release",
                    f"BUILD_DIR={target}", *config_arguments], check=True,
                   stdout=subprocess.DEVNULL)
    return target


def address_of(elf, symbol):
    symbols = subprocess.run(["aarch64-linux-gnu-nm", elf], capture_output=True, text=True,
                             check=True).stdout
    return int(re.search(rf"^([0-9a-f]+) . {symbol}$", symbols, re.M)[1], 16)


def boot_phases(image, init):
    """Instructions of loader, kernel boot, and from then on to a PD's init()."""
    loader = kernel = initialiser = 0
    instructions = trace.addresses(image)
    for address in instructions:
        if address == init:
            break
        if kernel == 0 and address < trace.KERNEL_START:
            loader += address >= LOADER_START
        elif initialiser == 0 and address >= trace.KERNEL_START:
            kernel += 1
        else:
            initialiser += 1
    instructions.close()
    return {"hello_loader": loader, "hello_kernel_boot": kernel, "hello_initialiser": initialiser,
            "hello_boot": loader + kernel + initialiser}


def measure(sdk, build_dir):
    """Builds both systems in build_dir and runs them."""
    bench = build(sdk, build_dir, ROOT / "tests/bench/microkit")
    hello = build(sdk, build_dir, ROOT / "examples/hello")
    figures = run_image.figures(bench / "loader.img")
    figures.update(boot_phases(hello / "loader.img", address_of(hello / "hello.elf", "init")))
    figures["hello_image_bytes"] = (hello / "loader.img").stat().st_size
    return figures
