# SPDX-License-Identifier: BSD-2-Clause
"""The echo server, built with an SDK and booted in QEMU, as tests and benchmarks use it."""
import ctypes
import json
import os
import pathlib
import re
import select
import signal
import socket
import subprocess
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]
EXAMPLE = ROOT / "examples/echo_server"

CRASH_PORT = 1299  # a datagram to it crashes a client

# What ends a wait at once: nothing good comes after it.
BAD_ENDS = re.compile(
    r"KERNEL PANIC|Kernel panic|KERNEL ASSERTION FAILED|assertion failed|MON\|ERROR|"
    r"stopped by fault")


class Failure(Exception):
    """The system did not do what it should."""


def build(sdk, build_dir, config, *make_arguments):
    """Returns the boot image."""
    subprocess.run(["make", "-s", "-C", EXAMPLE, f"MICROKIT_SDK={sdk}", f"MICROKIT_CONFIG={config}",
                    f"BUILD_DIR={build_dir}", *make_arguments],
                   check=True, stdout=subprocess.DEVNULL)
    return build_dir / "loader.img"


def die_with_parent():
    """In a child: it ends when this program does, however that may be (Linux, prctl(2))."""
    set_parent_death_signal = 1
    ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL)


def free_port(kind):
    """A port of this host that nobody uses at the moment."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Forwards:
    """QEMU's user network: what reaches which client from which port of this host."""

    def __init__(self):
        self.ports = {}
        rules = ["user,id=net0"]
        for address in ("10.0.2.15", "10.0.2.16"):
            for protocol, kind, guest in (("udp", socket.SOCK_DGRAM, 1235),
                                          ("tcp", socket.SOCK_STREAM, 1236),
                                          ("tcp", socket.SOCK_STREAM, 1237),
                                          ("udp", socket.SOCK_DGRAM, CRASH_PORT)):
                port = free_port(kind)
                self.ports[address, guest] = port
                rules.append(f"hostfwd={protocol}:127.0.0.1:{port}-{address}:{guest}")
        self.netdev = ",".join(rules)


class Machine:
    """A running QEMU: its console as text, its monitor as a socket. `image` is one of our boot
    images, or a list of QEMU arguments for something else; `device` are properties of the network
    card, `pass_fds` what QEMU shall have open besides."""

    def __init__(self, image, netdev, icount=False, log=None, arguments=(), device="",
                 pass_fds=()):
        self.text = ""
        self.position = 0
        self.folder = tempfile.TemporaryDirectory(prefix="echo-")
        monitor_path = f"{self.folder.name}/monitor"
        self.qemu = subprocess.Popen(
            ["qemu-system-aarch64", "-machine", "virt", "-cpu", "cortex-a53", "-m", "size=2G",
             "-display", "none", "-serial", "stdio",
             "-qmp", f"unix:{monitor_path},server=on,wait=off",
             *(["-icount", "shift=0,sleep=off"] if icount else []),
             *(["-D", log] if log else []),
             "-global", "virtio-mmio.force-legacy=false", "-netdev", netdev,
             "-device", "virtio-net-device,netdev=net0,bus=virtio-mmio-bus.0"
             + ("," + device if device else ""), *arguments,
             *(image if isinstance(image, list) else
               ["-device", f"loader,file={image},addr=0x70000000,cpu-num=0"])],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            preexec_fn=die_with_parent, pass_fds=pass_fds)
        self.changed = threading.Condition()
        self.ended = False
        threading.Thread(target=self.read_console, daemon=True).start()
        self.monitor = self.connect_monitor(monitor_path)

    def read_console(self):
        while piece := os.read(self.qemu.stdout.fileno(), 1 << 16):
            with self.changed:
                self.text += piece.decode("latin-1")
                self.changed.notify_all()
        with self.changed:
            self.ended = True
            self.changed.notify_all()

    def connect_monitor(self, path):
        monitor = socket.socket(socket.AF_UNIX)
        for _ in range(200):
            try:
                monitor.connect(path)
                break
            except OSError:
                time.sleep(0.05)
        self.monitor_lines = monitor.makefile("rw")
        self.monitor_lines.readline()
        self.monitor = monitor
        self.command("qmp_capabilities")
        return monitor

    def command(self, command, /, **arguments):
        """Runs a command of QEMU's monitor."""
        self.monitor_lines.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        self.monitor_lines.flush()
        while True:
            answer = json.loads(self.monitor_lines.readline())
            if "error" in answer:
                raise Failure(f"QEMU: {command}: {answer['error']['desc']}")
            if "return" in answer:
                return answer["return"]

    def trace(self, event, on):
        """Has QEMU write an event of its own (`-trace help` lists them) to the log, or not."""
        self.command("trace-event-set-state", name=event, enable=on)

    def wait_for(self, pattern, seconds=60):
        """Waits for output behind what was waited for before; returns the match."""
        pattern = re.compile(pattern)
        deadline = time.monotonic() + seconds
        with self.changed:
            while True:
                bad = BAD_ENDS.search(self.text, self.position)
                found = pattern.search(self.text, self.position)
                if found and not (bad and bad.start() < found.start()):
                    self.position = found.end()
                    return found
                if bad:
                    raise Failure(f"printed {bad.group(0)!r} instead of {pattern.pattern!r}")
                if self.ended:
                    raise Failure(f"QEMU has ended; still missing: {pattern.pattern!r}")
                if not self.changed.wait(deadline - time.monotonic()):
                    raise Failure(f"the time is up; still missing: {pattern.pattern!r}")

    def wait_for_addresses(self, clients=2, seconds=60):
        """Waits until the clients have addresses; returns them by name."""
        addresses = {}
        while len(addresses) < clients:
            found = self.wait_for(r"IP address for netif (client\d) is: ([\d.]+)\s", seconds)
            addresses[found[1]] = found[2]
        return addresses

    def stop(self):
        self.qemu.kill()
        self.qemu.wait()
        self.folder.cleanup()


class HostStream:
    """A TCP connection to a port of this host, as the sessions below use it."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=20)

    def write(self, data):
        self.socket.sendall(data)

    def read(self, end):
        """All that comes until it ends so."""
        text = b""
        while not text.endswith(end):
            if not select.select([self.socket], [], [], 20)[0]:
                raise Failure(f"ipbench: {text!r} and no more")
            piece = self.socket.recv(4096)
            if not piece:
                raise Failure(f"ipbench: {text!r}, then the connection was closed")
            text += piece
        return text

    def close(self):
        self.socket.close()


class Ipbench:
    """A session of the ipbench control protocol."""

    def __init__(self, stream):
        self.stream = stream
        self.expect("100 IPBENCH V1.0\n")

    def read(self, end):
        return self.stream.read(end).decode("latin-1")

    def expect(self, answer):
        text = self.read(b"\n")
        if text != answer:
            raise Failure(f"ipbench: {text!r} instead of {answer!r}")

    def say(self, line, answer=None):
        self.stream.write(line.encode() + b"\n")
        if answer:
            self.expect(answer)

    def prepare(self):
        self.say("HELLO", "200 OK (Ready to go)\n")
        self.say("LOAD cpu_target_lukem", "200 OK\n")
        self.say('SETUP args::""', "200 OK\n")

    def stop(self):
        """Ends a measurement; returns idle and total cycles."""
        self.say("STOP")
        text = self.read(b"\0")
        found = re.fullmatch(
            r"220 VALID DATA \(Data to follow\)\nContent-length: (\d+)\n(,(\d+),(\d+))\n\0", text)
        if not found or int(found[1]) != len(found[2]):
            raise Failure(f"ipbench: unexpected answer to STOP: {text!r}")
        return int(found[3]), int(found[4])

    def quit(self):
        self.say("QUIT")
        self.stream.close()


def load(generator, *arguments, timeout=500):
    """Runs the load generator; returns its report."""
    run = subprocess.run([generator, "--json", *arguments], capture_output=True, text=True,
                         check=False, timeout=timeout)
    if not run.stdout:
        raise Failure(f"load-generator {' '.join(arguments)}: {run.stderr}")
    return json.loads(run.stdout)
