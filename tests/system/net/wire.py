# SPDX-License-Identifier: BSD-2-Clause
"""The other end of the cable: sends and receives Ethernet frames, with nothing in between that
would repair, drop or delay them. Numbers of protocols are IANA's; layouts are those of the RFCs."""
import select
import socket
import struct
import time

BROADCAST = b"\xff" * 6
MAC = bytes.fromhex("52550a000202")
ADDRESS = "10.0.2.2"
IPV4, ARP = 0x0800, 0x0806
ICMP, TCP, UDP = 1, 6, 17
PATIENCE = 20  # seconds: what has not come until then is lost, however busy the host is


class Wire:
    def __init__(self, folder):
        self.peer = f"{folder}/qemu"
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(f"{folder}/host")
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        self.netdev = (f"dgram,id=net0,local.type=unix,local.path={folder}/qemu,"
                       f"remote.type=unix,remote.path={folder}/host")

    def send(self, frame, seconds=10):
        """Waits while QEMU takes no more."""
        self.socket.setblocking(False)
        deadline = time.monotonic() + seconds
        while True:
            try:
                self.socket.sendto(frame, self.peer)
                return
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.001)

    def receive(self, seconds=PATIENCE):
        """The next frame, or None."""
        if not select.select([self.socket], [], [], seconds)[0]:
            return None
        return self.socket.recv(4096)

    def receive_if(self, wanted, seconds=PATIENCE):
        """The next frame of which `wanted` returns something other than None: that. Or None."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            frame = self.receive(left)
            found = frame and wanted(frame)
            if found is not None:
                return found
        return None

    def drain(self, seconds):
        """Throws away what comes until nothing has come for so long; returns how much it was."""
        count = 0
        while self.receive(seconds) is not None:
            count += 1
        return count


def checksum(data):
    """Internet checksum (RFC 1071)."""
    total = sum(struct.unpack(f"!{(len(data) + 1) // 2}H", data + b"\0" * (len(data) % 2)))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return total ^ 0xffff


def ethernet(destination, kind, payload, source=MAC):
    return destination + source + struct.pack("!H", kind) + payload


def arp(operation, target_address, target_mac=b"\0" * 6, sender_address=ADDRESS, sender_mac=MAC):
    return (struct.pack("!HHBBH", 1, IPV4, 6, 4, operation) + sender_mac
            + socket.inet_aton(sender_address) + target_mac + socket.inet_aton(target_address))


def ipv4(protocol, destination, payload, source=ADDRESS, identification=0, fragment=0):
    header = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(payload), identification, fragment, 64,
                         protocol, 0) + socket.inet_aton(source) + socket.inet_aton(destination)
    return header[:10] + struct.pack("!H", checksum(header)) + header[12:] + payload


def pseudo_header(ip, protocol, length):
    return ip[12:20] + struct.pack("!BBH", 0, protocol, length)


def with_checksum(protocol, destination, segment, at, source=ADDRESS):
    """An IPv4 packet with a segment of TCP or UDP whose checksum, 0 so far, stands at byte `at`."""
    addresses = socket.inet_aton(source) + socket.inet_aton(destination)
    pseudo = addresses + struct.pack("!BBH", 0, protocol, len(segment))
    value = checksum(pseudo + segment) or 0xffff
    return ipv4(protocol, destination, segment[:at] + struct.pack("!H", value) + segment[at + 2:],
                source)


def udp(destination, port, data, source_port=4000, source=ADDRESS):
    """An IPv4 packet with a datagram."""
    header = struct.pack("!HHHH", source_port, port, 8 + len(data), 0)
    return with_checksum(UDP, destination, header + data, 6, source)


def ping(destination, data, sequence=1):
    body = struct.pack("!BBHHH", 8, 0, 0, 0x4c53, sequence) + data
    return ipv4(ICMP, destination, body[:2] + struct.pack("!H", checksum(body)) + body[4:])


class Malformed(Exception):
    """A frame of the guest's is not as it must be."""


def ip_of(frame):
    """The IPv4 packet in a frame for us, checked; None if it is something else."""
    if frame[:6] != MAC or frame[12:14] != struct.pack("!H", IPV4):
        return None
    ip = frame[14:]
    total = struct.unpack("!H", ip[2:4])[0]
    if ip[0] != 0x45 or not 20 <= total <= len(ip) or checksum(ip[:20]) != 0:
        raise Malformed(f"IPv4 header {ip[:20].hex()}")
    return ip[:total]


def datagram_of(frame):
    """(source address, source port, destination port, data) of a UDP datagram for us, or None."""
    ip = ip_of(frame)
    if ip is None or ip[9] != UDP:
        return None
    source_port, port, length, value = struct.unpack("!HHHH", ip[20:28])
    if length != len(ip) - 20:
        raise Malformed(f"UDP length {length} of {len(ip) - 20}")
    if value == 0 or checksum(pseudo_header(ip, UDP, length) + ip[20:]) != 0:
        raise Malformed(f"UDP checksum {value:#x}")
    return socket.inet_ntoa(ip[12:16]), source_port, port, ip[28:]


def pong_of(frame):
    """(source address, sequence, data) of an echo reply for us, or None."""
    ip = ip_of(frame)
    if ip is None or ip[9] != ICMP or ip[20] != 0:
        return None
    if checksum(ip[20:]) != 0:
        raise Malformed(f"ICMP checksum in {ip[20:28].hex()}")
    return socket.inet_ntoa(ip[12:16]), struct.unpack("!H", ip[26:28])[0], ip[28:]


def arp_of(frame):
    """(operation, sender's address, sender's MAC, target's address) of an ARP packet, or None."""
    if frame[12:14] != struct.pack("!H", ARP):
        return None
    body = frame[14:42]
    return (struct.unpack("!H", body[6:8])[0], socket.inet_ntoa(body[14:18]), body[8:14],
            socket.inet_ntoa(body[24:28]))
