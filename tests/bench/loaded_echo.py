# SPDX-License-Identifier: BSD-2-Clause
"""examples/monitored_echo under load in QEMU with -icount shift=0, where an instruction takes a
nanosecond and the kernel's statistics count instructions. A PD of the lowest priority takes what
nobody wants, so the processor is always busy and the host's slowness does not pass for the target's
leisure.

The load, Flood, is the other end of the cable, and hands each answer's question back at once: the
echo server works most of the time, and with IDLER in place of the spinner nearly all of it."""
import json
import re
import socket
import struct
import subprocess
import threading

from console_driver import Failure, wait_for
from real_system import ECHO, NS_PER_TICK, ROOT, System
import wire  # of tests/system/net, as real_system has it

MONITOR = "lionscope"
LINE = ("serial_driver", "serial_virt_tx", "serial_virt_rx")
SPINNER = """
    <protection_domain name="spinner" priority="1">
        <program_image path="spinner.elf" />
    </protection_domain>
"""
CONFIG = """#define STATIC_ADDRESSES
#include "{root}/examples/echo_server/echo_server_config.c"
"""
SECTION = '</network_client>\n<section name="echo_config" path="echo_config_{}.data" />\n'
ECHO_PORT = struct.pack("!H", 1235)
CLIENTS = {"10.0.2.15": bytes.fromhex("525401000001"), "10.0.2.16": bytes.fromhex("525401000002")}


# The same, but where it waits hardly any virtual time passes (tests/bench/look/idler.c).
IDLER = """
    <memory_region name="real_time_clock" size="0x1000" phys_addr="0x9010000" />
    <protection_domain name="spinner" priority="1">
        <program_image path="idler.elf" />
        <map mr="real_time_clock" vaddr="0x2000000" perms="r" cached="false"
            setvar_vaddr="clock_register" />
    </protection_domain>
"""


def system_of(lionscope, sdk, build_dir, description, network, spare=SPINNER, **more):
    """The release configuration, of a changed description. spare: who takes what nobody wants."""
    composition = build_dir / "loaded.composition"
    composition.write_text(description.replace("</composition>", spare + "</composition>"))
    make = ["MICROKIT_CONFIG=release", f"COMPOSITION={composition}",
            f"VPATH={ROOT}/tests/bench/profiler {ROOT}/tests/bench/look {build_dir}",
            *more.pop("make", [])]
    return System(lionscope, sdk, build_dir, ECHO, "-icount", "shift=0", *network, make=make,
                  **more)


def cable_only(cable):
    """QEMU's arguments: the network card is at one end of the cable."""
    return ["-netdev", f"socket,id=net0,fd={cable.other_end.fileno()}"]


def cable_and_link(cable, port):
    """Likewise, and `port` of this host reaches the link listener: cable, card and QEMU's user
    network at one hub."""
    return ["-netdev", f"socket,id=cable,fd={cable.other_end.fileno()}",
            "-netdev", f"user,id=user,restrict=on,hostfwd=tcp:127.0.0.1:{port}-10.0.2.20:4321",
            "-netdev", "hubport,id=net0,hubid=0", "-netdev", "hubport,id=hub1,hubid=0,netdev=cable",
            "-netdev", "hubport,id=hub2,hubid=0,netdev=user",
            "-device", "virtio-rng-device,bus=virtio-mmio-bus.8"]


def build_flooded(lionscope, sdk, build_dir, more=(), link=None, spare=SPINNER, make=(),
                  defines=""):
    """For Flood: the system, and its cable. The clients have fixed addresses. more: arguments for
    QEMU. link: key file, and port of this host at which consoles with it are let in. make: for
    make; defines: before the clients' configuration."""
    cable = Cable()
    (build_dir / "loaded_config.c").write_text(defines + CONFIG.format(root=ROOT))
    clients = iter(("client0", "client1"))
    description = re.sub("</network_client>", lambda _: SECTION.format(next(clients)),
                         (ECHO / "monitored_echo.composition").read_text())
    network = ["-global", "virtio-mmio.force-legacy=false",
               *(cable_and_link(cable, link[1]) if link else cable_only(cable)),
               "-device", "virtio-net-device,netdev=net0,bus=virtio-mmio-bus.0", *more]
    system = system_of(lionscope, sdk, build_dir, description, network,
                       make=["SDDF_CONFIG=loaded_config.c",
                             *([f"LINK_KEY={link[0]}"] if link else []), *make],
                       name="linked" if link else None, spare=spare,
                       pass_fds=[cable.other_end.fileno()])
    return system, cable


class Cable:
    """QEMU's end and ours; a frame has its length before it."""

    def __init__(self):
        self.end, self.other_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        self.rest = b""

    def send(self, frames):
        self.end.sendall(b"".join(struct.pack("!I", len(frame)) + frame for frame in frames))

    def receive(self, seconds=None):
        """All frames that have come, at least one; none if the time is up, or QEMU has ended."""
        frames = []
        self.end.settimeout(seconds)
        while not frames:
            try:
                piece = self.end.recv(1 << 18)
            except (TimeoutError, ConnectionError):
                return []
            if not piece:
                return []
            self.rest += piece
            at = 0
            while len(self.rest) >= at + 4:
                length = struct.unpack_from("!I", self.rest, at)[0]
                if len(self.rest) < at + 4 + length:
                    break
                frames.append(self.rest[at + 4:at + 4 + length])
                at += 4 + length
            self.rest = self.rest[at:]
        return frames


class Flood:
    """So many packets of 1472 bytes to each client are in flight, until QEMU ends."""

    WINDOW = 220

    def __init__(self, cable, window=WINDOW):
        self.cable, self.window = cable, window
        self.returned = self.others = 0  # echoes, and other frames that came
        self.sending = threading.Lock()
        payload = bytes(1472)
        self.questions = {mac: wire.ethernet(mac, wire.IPV4, wire.udp(address, 1235, payload))
                          for address, mac in CLIENTS.items()}
        self.thread = threading.Thread(target=self.run, daemon=True)

    def start(self):
        """Waits until both clients answer; what comes before they listen is lost."""
        silent = set(self.questions)

        def heard():
            self.cable.send([self.questions[mac] for mac in silent])
            for frame in self.cable.receive(0.5):
                self.answer(frame, silent.discard)
            return not silent

        wait_for(heard, "echoes of both clients")
        self.thread.start()

    def send(self, frames):
        """Besides, by another thread."""
        with self.sending:
            self.cable.send(frames)

    def answer(self, frame, on_echo):
        if frame[12:14] == b"\x08\x06":
            request = wire.arp_of(frame)
            if request and request[0] == 1 and request[3] == wire.ADDRESS:
                self.send([wire.ethernet(frame[6:12], wire.ARP,
                                         wire.arp(2, request[1], request[2]))])
        elif (frame[6:12] in self.questions and frame[23:24] == b"\x11"
              and frame[34:36] == ECHO_PORT):
            on_echo(frame[6:12])

    def run(self):
        again = [question for question in self.questions.values() for _ in range(self.window)]
        while True:
            try:
                self.send(again)
                frames = self.cable.receive()
            except OSError:
                return
            if not frames:
                return
            again = []
            for frame in frames:
                self.answer(frame, lambda mac: again.append(self.questions[mac]))
            self.returned += len(again)
            self.others += len(frames) - len(again)


def visit(system, count=1, interval=0.2):
    """A console comes, asks `count` times, so many seconds of the target's time apart, and goes:
    its answers."""
    status, output, errors = system.run(
        "ps", "--json", "-n", str(count), "-i", str(interval), "--timeout", "120", limit=500)
    if status != 0:
        raise Failure(f"ps: {errors}")
    return [json.loads(line) for line in output.splitlines()]


def spent(first, last):
    """Instructions of each PD between two answers, and all that were executed."""
    before = {row["name"]: row["run_us"] for row in first["protection_domains"]}
    pds = {row["name"]: 1000 * (row["run_us"] - before[row["name"]])
           for row in last["protection_domains"]}
    return pds, (int(last["ticks"]) - int(first["ticks"])) * NS_PER_TICK


class Recording:
    """`lionscope profile record` until the end of the context."""

    def __init__(self, lionscope, system, path, rate):
        self.path, self.system = path, system
        self.command = [lionscope, *system.arguments(), "--timeout", "60", "profile",
                        "record", "--rate", str(rate), "-d", "3000", "-o", str(path)]

    def __enter__(self):
        self.path.unlink(missing_ok=True)
        self.process = subprocess.Popen(self.command, env=self.system.environment,
                                        stdout=subprocess.PIPE, text=True)
        wait_for(lambda: self.profiler_runs(), "the first samples")
        return self

    def profiler_runs(self):
        """In the target's time: the host's says nothing of what the target has done."""
        if self.process.poll() is not None:
            raise Failure(f"record has ended: {self.process.stdout.read()}")
        pds, _ = spent(visit(self.system)[0], visit(self.system)[0])
        return pds["profiler"] > 0

    def __exit__(self, *_):
        self.process.terminate()
        self.quality = self.process.communicate(timeout=100)[0]
