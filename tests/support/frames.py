# SPDX-License-Identifier: BSD-2-Clause
"""Frames of the link as monitor/protocol/PROTOCOL.md describes them, and the first request in one;
nothing in common with the C code."""
import struct

INSPECT = 1
HELLO_REQUEST, HELLO_REPLY = 1, 2


def crc32c(data):
    crc = 0xffffffff
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82f63b78 if crc & 1 else 0)
    return crc ^ 0xffffffff


def stuffed(data):
    """COBS: no zeros; data of less than 254 bytes."""
    out = bytearray()
    for part in data.split(b"\0"):
        out += bytes([len(part) + 1]) + part
    return bytes(out)


def unstuffed(data):
    out, at = bytearray(), 0
    while at < len(data):
        code = data[at]
        out += data[at + 1:at + code]
        at += code
        if code < 255 and at < len(data):
            out.append(0)
    return bytes(out)


def frame(channel, sequence, payload):
    body = struct.pack("<BH", 0x10 | channel, sequence) + payload
    return b"\0" + stuffed(body + struct.pack("<I", crc32c(body))) + b"\0"


def hello_request(number):
    """For a target of version 1.0; `number` is less than 128."""
    return frame(INSPECT, 0, bytes([HELLO_REQUEST, number, 1, 0]))


def payloads_of(data):
    """Of all frames in there; all must be good."""
    for piece in data.split(b"\0"):
        if piece:
            body = unstuffed(piece)
            if struct.pack("<I", crc32c(body[:-4])) != body[-4:]:
                raise ValueError(f"a damaged frame: {piece!r}")
            yield body[3:-4]
