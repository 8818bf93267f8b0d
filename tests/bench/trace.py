# SPDX-License-Identifier: BSD-2-Clause
"""Every instruction that an image executes in QEMU, one by one (-singlestep -d exec)."""
import pathlib
import re
import subprocess

MACHINE = ["qemu-system-aarch64", "-machine", "virt,gic-version=2", "-cpu", "cortex-a53", "-m", "2G",
           "-display", "none", "-serial", "null", "-monitor", "none",
           "-icount", "shift=0,sleep=off", "-singlestep", "-d", "exec,nochain", "-D", "/dev/stdout"]
TRACE = re.compile(rb"^Trace 0: 0x[0-9a-f]+ \[[0-9a-f]+/([0-9a-f]+)/")
KERNEL_START = 0xffffff8000000000


def kernel_of(image):
    """The kernel that a root task's image was packed with: both lie in one target build."""
    for folder in pathlib.Path(image).resolve().parents:
        if (folder / "kernel/kernel.elf").exists():
            return folder / "kernel/kernel.elf"
    raise FileNotFoundError(f"no kernel/kernel.elf above {image}: is it an image of a target build?")


def addresses(image):
    """Yields the address of each executed instruction from power-on. Close it to end QEMU."""
    command = MACHINE + ["-device", f"loader,file={image},addr=0x70000000,cpu-num=0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL) as qemu:
        try:
            for line in qemu.stdout:
                found = TRACE.match(line)
                if found:
                    yield int(found[1], 16)
        finally:
            qemu.kill()


def kernel_boot_instructions(image):
    """From the kernel's first instruction to the initial task's first one."""
    count = 0
    trace = addresses(image)
    for address in trace:
        if address >= KERNEL_START:
            count += 1
        elif count:
            break
    trace.close()
    return count
