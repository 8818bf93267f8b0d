# SPDX-License-Identifier: BSD-2-Clause
"""A Linux guest with nothing but a UDP echo, made of the distribution's kernel package for arm64
(linux-image-...-cloud-arm64_....deb), for comparison with the echo server."""
import pathlib
import socket
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
MODULES = ("failover", "net_failover", "virtio_ring", "virtio", "virtio_mmio", "virtio_net")
DIRECTORY, PROGRAM, CONSOLE = 0o040755, 0o100755, 0o020600


def cpio_entry(name, mode, data=b"", device=(0, 0)):
    """One file of an initial RAM disk: format "newc"."""
    fields = (0, mode, 0, 0, 1, 0, len(data), 0, 0, *device, len(name) + 1, 0)
    head = b"070701" + b"".join(b"%08X" % field for field in fields) + name.encode() + b"\0"
    return head + b"\0" * (-len(head) % 4) + data + b"\0" * (-len(data) % 4)


def build(package, folder):
    """Returns kernel and initial RAM disk."""
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["dpkg-deb", "-x", package, folder / "package"], check=True)
    init = folder / "init"
    subprocess.run(["aarch64-linux-gnu-gcc", "-std=gnu11", "-D_GNU_SOURCE", "-O2", "-static",
                    "-Wall", "-Wextra", "-Werror", HERE / "linux/udp_echo_init.c", "-o", init],
                   check=True)
    disk = b"".join(cpio_entry(name, DIRECTORY) for name in ("dev", "modules"))
    disk += cpio_entry("dev/console", CONSOLE, device=(5, 1))
    disk += cpio_entry("init", PROGRAM, init.read_bytes())
    for number, module in enumerate(MODULES):
        for file in (folder / "package").rglob(f"{module}.ko"):  # others are part of the kernel
            disk += cpio_entry(f"modules/{number}-{module}.ko", PROGRAM, file.read_bytes())
    (folder / "initrd").write_bytes(disk + cpio_entry("TRAILER!!!", 0))
    return next((folder / "package/boot").glob("vmlinuz-*")), folder / "initrd"


def instructions(port):
    """How many the guest has executed."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.settimeout(10)
        probe.sendto(b"count", ("127.0.0.1", port))
        return int(probe.recv(100))
