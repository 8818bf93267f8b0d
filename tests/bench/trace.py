# SPDX-License-Identifier: BSD-2-Clause
"""Every instruction that an image executes in QEMU, one by one (-singlestep -d exec)."""
import pathlib
import re
import subprocess
import threading

MACHINE = ["qemu-system-aarch64", "-machine", "virt,gic-version=2", "-cpu", "cortex-a53",
           "-m", "2G", "-display", "none", "-serial", "file:/dev/stderr", "-monitor", "none",
           "-icount", "shift=0,sleep=off", "-singlestep", "-d", "exec,nochain", "-D", "/dev/stdout"]
TRACE = re.compile(rb"^Trace 0: 0x[0-9a-f]+ \[[0-9a-f]+/([0-9a-f]+)/")
KERNEL_START = 0xffffff8000000000


def kernel_of(image):
    """The kernel that a root task's image was packed with: both lie in one target build."""
    for folder in pathlib.Path(image).resolve().parents:
        if (folder / "kernel/kernel.elf").exists():
            return folder / "kernel/kernel.elf"
    raise FileNotFoundError(f"no kernel/kernel.elf above {image}: not from a target build?")


def kill_at(qemu, last_line):
    for line in qemu.stderr:
        if line.startswith((b"RUN ", last_line)):
            qemu.kill()


def addresses(image, last_line=b"RUN "):
    """Yields the address of each instruction from power-on until the image prints its result or the
    line that begins so. Close it to end QEMU earlier."""
    command = MACHINE + ["-device", f"loader,file={image},addr=0x70000000,cpu-num=0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          stdin=subprocess.DEVNULL) as qemu:
        threading.Thread(target=kill_at, args=(qemu, last_line), daemon=True).start()
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
