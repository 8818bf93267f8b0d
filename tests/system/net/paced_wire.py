# SPDX-License-Identifier: BSD-2-Clause
"""The other end of the cable, for figures that are the same on each host, however fast or busy.

What is sent together arrives together, between two instructions of the guest: it is handed to QEMU
while the guest stands still, and a filter lets it go at a moment of virtual time. What the guest
sends leaves the device in virtual time too. Only how long the guest idles between two bursts
depends on the host, so measure what it does, not how long it waits."""
import fcntl
import itertools
import select
import socket
import struct
import termios
import time

import wire
from echo_machine import Failure, Machine

RELEASE_US = 100  # of virtual time: when the filter lets go what it has
SEND_NS = 1000  # of virtual time from the guest's notification until the device sends
BUFFER = 1 << 20  # bytes on the cable, as far as the host's kernel grants it


class PacedWire:
    """Frames to and from the device of one machine."""

    def __init__(self):
        self.socket, self.other_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        for end in (self.socket, self.other_end):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)
        self.netdev = f"socket,id=net0,fd={self.other_end.fileno()}"
        self.arguments = (
            "-object", f"filter-buffer,id=pace,netdev=net0,queue=tx,interval={RELEASE_US}")
        self.device = f"tx=timer,x-txtimer={SEND_NS}"
        self.machine = None
        self.unread = b""

    def start(self, image, log=None, arguments=()):
        """Boots an image at the other end; returns the machine."""
        self.machine = Machine(image, self.netdev, icount=True, log=log, device=self.device,
                               arguments=(*self.arguments, *arguments),
                               pass_fds=(self.other_end.fileno(),))
        self.other_end.close()
        return self.machine

    def send(self, *frames):
        """All frames arrive at once."""
        self.machine.command("stop")
        self.make_room()
        self.socket.sendall(b"".join(struct.pack("!I", len(frame)) + frame for frame in frames))
        self.wait_until_taken()
        self.machine.command("cont")

    def make_room(self):
        """Takes all that the guest has sent: a device that finds the cable full waits for this
        host, while virtual time goes on, and would delay the answer to what is sent next."""
        while select.select([self.socket], [], [], 0)[0]:
            self.read()
            self.machine.command("query-status")  # meanwhile the device sends what has waited

    def read(self):
        piece = self.socket.recv(1 << 18)
        if not piece:
            raise Failure("QEMU has let go of the wire")
        self.unread += piece

    def wait_until_taken(self, seconds=20):
        """Waits until QEMU has read all."""
        deadline = time.monotonic() + seconds
        while struct.unpack("i", fcntl.ioctl(self.socket, termios.TIOCOUTQ, bytes(4)))[0]:
            if time.monotonic() > deadline:
                raise Failure("QEMU does not take frames off the wire")
            time.sleep(0.0002)

    def receive(self, seconds=2):
        """The next frame, or None."""
        deadline = time.monotonic() + seconds
        while len(self.unread) < 4 or len(self.unread) < 4 + self.next_length():
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.socket], [], [], left)[0]:
                return None
            self.read()
        end = 4 + self.next_length()
        frame, self.unread = self.unread[4:end], self.unread[end:]
        return frame

    def next_length(self):
        return struct.unpack("!I", self.unread[:4])[0]


class Station:
    """A host on the wire: one address, which it tells all who ask for it."""

    def __init__(self, paced):
        self.wire = paced
        self.macs = {}
        self.ports = itertools.count(5000)  # each connection has one of its own

    def receive_if(self, wanted, seconds=20):
        """The next frame of which `wanted` returns something other than None: that. Or None."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            frame = self.wire.receive(left)
            request = frame and wire.arp_of(frame)
            if request and request[0] == 1 and request[3] == wire.ADDRESS:
                self.wire.send(wire.ethernet(
                    frame[6:12], wire.ARP, wire.arp(2, request[1], request[2])))
                continue
            found = frame and wanted(frame)
            if found is not None:
                return found
        return None

    def look_up(self, address):
        """Asks for the MAC of an address and remembers it."""
        for _ in range(20):  # what arrives before the driver has started the device is lost
            self.wire.send(wire.ethernet(wire.BROADCAST, wire.ARP, wire.arp(1, address)))
            answer = self.receive_if(
                lambda frame: (a := wire.arp_of(frame)) and a[:2] == (2, address) and a or None, 1)
            if answer is not None:
                self.macs[address] = answer[2]
                return
        raise Failure(f"nobody answers for {address}")

    def frame_to(self, address, packet):
        return wire.ethernet(self.macs[address], wire.IPV4, packet)

    def echo(self, address, port, payloads, others=()):
        """Sends all as datagrams that arrive at once, behind other frames; each must come back,
        unchanged, in order."""
        self.wire.send(*others, *(self.frame_to(address, wire.udp(address, port, payload))
                                  for payload in payloads))
        for number, payload in enumerate(payloads):
            answer = self.receive_if(wire.datagram_of)
            if answer is None or answer != (address, port, 4000, payload):
                raise Failure(f"datagram {number} of {len(payloads)} at once to {address}: "
                              f"{'no answer' if answer is None else 'another one came back'}")


class Stream:
    """A TCP connection: enough of it for a line now and then, on a wire that loses nothing."""

    FIN, SYN, PUSH, ACK = 1, 2, 8, 16

    def __init__(self, station, address, port):
        self.station, self.address, self.ports = station, address, (next(station.ports), port)
        self.sent, self.received, self.text = 1000, 0, b""
        self.transmit(self.SYN)
        self.sent += 1
        self.wait_for(lambda: self.received != 0, "does not accept the connection")

    def transmit(self, flags, data=b""):
        header = struct.pack("!HHIIBBHHH", *self.ports, self.sent, self.received, 5 << 4, flags,
                             65535, 0, 0)
        packet = wire.with_checksum(wire.TCP, self.address, header + data, at=16)
        self.station.wire.send(self.station.frame_to(self.address, packet))

    def segment_of(self, frame):
        ip = wire.ip_of(frame)
        if ip is None or ip[9] != wire.TCP or struct.unpack("!HH", ip[20:24]) != self.ports[::-1]:
            return None
        sequence, _, offset, flags = struct.unpack("!IIBB", ip[24:34])
        return sequence, flags, ip[20 + (offset >> 4) * 4:]

    def wait_for(self, condition, otherwise):
        while not condition():
            segment = self.station.receive_if(self.segment_of)
            if segment is None:
                raise Failure(f"port {self.ports[1]} of {self.address} {otherwise}")
            self.take(*segment)

    def take(self, sequence, flags, data):
        if flags & self.SYN:
            self.received = sequence + 1
        elif sequence == self.received:
            self.text += data
            self.received += len(data) + (flags & self.FIN)
        if data or flags & (self.SYN | self.FIN):
            self.transmit(self.ACK)

    def write(self, data):
        self.transmit(self.ACK | self.PUSH, data)
        self.sent += len(data)

    def read(self, end):
        """All that has come, once it ends so."""
        self.wait_for(lambda: self.text.endswith(end), f"has sent {self.text!r} and no more")
        text, self.text = self.text, b""
        return text

    def close(self):
        self.transmit(self.ACK | self.FIN)
        self.sent += 1
