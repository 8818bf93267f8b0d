# SPDX-License-Identifier: BSD-2-Clause
"""Real systems in QEMU with the console on their serial line, also lines that are bad."""
import contextlib
import json
import os
import pathlib
import socket
import subprocess
import sys
import threading
import time

from console_driver import Failure, expect, wait_for

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/system/net"))
from echo_machine import die_with_parent  # noqa: E402

ECHO = ROOT / "examples/monitored_echo"
FATAL = ("KERNEL PANIC", "KERNEL ASSERTION FAILED", "INIT|ERROR", "LDR|ERROR")
NS_PER_TICK = 16  # the board's timer has 62.5 MHz
VIRTUAL_TIME = ["-icount", "shift=0,sleep=off"]


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def echo_arguments(port):
    """QEMU's, for a network card; the port of this host reaches the client that has 10.0.2.15."""
    return ["-global", "virtio-mmio.force-legacy=false",
            "-netdev", f"user,id=net0,hostfwd=udp:127.0.0.1:{port}-10.0.2.15:1235",
            "-device", "virtio-net-device,netdev=net0,bus=virtio-mmio-bus.0"]


class System:
    """An image in QEMU, its UART on a socket, and the console's arguments for it."""

    def __init__(self, lionscope, sdk, folder, source, *extra, queues=None, ports=(), make=(),
                 name=None, pass_fds=()):
        self.lionscope, self.folder, self.extra, self.ports = lionscope, folder, extra, ports
        self.pass_fds = pass_fds
        name = name or source.name
        build = folder / name
        subprocess.run(["make", "-s", "-C", source, f"MICROKIT_SDK={sdk}", f"BUILD_DIR={build}",
                        *make], check=True, stdout=subprocess.DEVNULL)
        self.image, self.archive = build / "loader.img", build / "loader.archive"
        self.socket = folder / f"{name}.sock"
        self.queues = queues
        self.bench = None
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8",
                            "XDG_RUNTIME_DIR": str(folder), "TERM": "xterm-256color"}
        self.process = None

    def boot(self):
        with contextlib.suppress(FileNotFoundError):
            self.socket.unlink()
        self.process = subprocess.Popen(
            ["qemu-system-aarch64", "-machine", "virt", "-cpu", "cortex-a53", "-m", "size=2G",
             "-display", "none", "-monitor", "none",
             "-chardev", f"socket,id=uart,path={self.socket},server=on,wait=off",
             "-serial", "chardev:uart", *self.extra,
             "-device", f"loader,file={self.image},addr=0x70000000,cpu-num=0"],
            preexec_fn=die_with_parent, pass_fds=self.pass_fds)
        wait_for(self.socket.exists, "QEMU's socket")

    def stop(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def arguments(self, target=None):
        return ["--target", target or f"unix:{self.socket}", "--archive", str(self.archive),
                *(["--queues", str(self.queues)] if self.queues else [])]

    def run(self, *words, target=None, limit=180):
        result = subprocess.run(
            [self.lionscope, *self.arguments(target), "--timeout", "60", *words],
            env=self.environment, capture_output=True, text=True, timeout=limit, check=False)
        if any(word in result.stdout for word in FATAL):
            raise Failure(result.stdout)
        return result.returncode, result.stdout, result.stderr

    def json(self, *words, target=None):
        status, output, errors = self.run(*words, "--json", target=target)
        expect(status in (0, 8), f"{words} ended with {status}: {errors}")
        return json.loads(output)


class Line(threading.Thread):
    """Stands between console and target, and does to what goes through what a subclass says."""

    def __init__(self, path, system):
        super().__init__(daemon=True)
        path.unlink(missing_ok=True)
        self.system, self.target = system, f"unix:{path}"
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(path))
        self.listener.listen(1)
        self.start()

    def run(self):
        while True:  # a broker that hears nothing comes again
            console, _ = self.listener.accept()
            with console, socket.socket(socket.AF_UNIX) as target:
                while target.connect_ex(str(self.system.socket)) != 0:
                    time.sleep(0.05)  # not listening yet, or between two boots
                back = threading.Thread(target=self.carry, args=(console, target), daemon=True)
                back.start()
                self.carry(target, console)
                back.join()

    def carry(self, source, to):
        with contextlib.suppress(OSError):
            while data := source.recv(256):
                to.sendall(self.changed(data))
        for one in (source, to):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


class LossyLine(Line):
    """Loses one of a hundred bytes, both ways."""

    def __init__(self, path, system):
        self.seed, self.lost = 1, 0
        super().__init__(path, system)

    def changed(self, data):
        kept = bytearray()
        for byte in data:
            self.seed = (self.seed * 1103515245 + 12345) % 2**31
            if self.seed >> 8 & 0x7fff < 32768 - 328:
                kept.append(byte)
            else:
                self.lost += 1
        return bytes(kept)


class SlowLine(Line):
    """A UART of 115,200 baud: so many bytes a second go through, each way."""

    RATE = 11520

    def __init__(self, path, system):
        self.bytes = 0
        super().__init__(path, system)

    def changed(self, data):
        self.bytes += len(data)
        time.sleep(len(data) / self.RATE)
        return data
