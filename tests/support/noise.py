# SPDX-License-Identifier: BSD-2-Clause
"""Noise_NNpsk0_25519_ChaChaPoly_SHA256 as monitor/secure_channel uses it, written from the
specifications alone (Noise revision 34, RFC 7748, RFC 8439, RFC 5869): slow, plain, and nothing in
common with the C code."""
import hashlib
import hmac
import struct

GREETING = 36
FIRST = 48
SECOND = 49
RECORD_OVERHEAD = 18
P = 2**255 - 19
NAME = b"Noise_NNpsk0_25519_ChaChaPoly_SHA256"


class Refused(Exception):
    pass


def x25519(scalar, u):
    k = bytearray(scalar)
    k[0] &= 248
    k[31] = k[31] & 127 | 64
    k = int.from_bytes(k, "little")
    x1 = int.from_bytes(u, "little") % 2**255
    x2, z2, x3, z3, swap = 1, 0, x1, 1, 0
    for t in reversed(range(255)):
        bit = k >> t & 1
        if swap ^ bit:
            x2, x3, z2, z3 = x3, x2, z3, z2
        swap = bit
        a, b, c, d = x2 + z2, x2 - z2, x3 + z3, x3 - z3
        aa, bb, da, cb = a * a % P, b * b % P, d * a % P, c * b % P
        e = aa - bb
        x3, z3 = (da + cb)**2 % P, x1 * (da - cb)**2 % P
        x2, z2 = aa * bb % P, e * (aa + 121665 * e) % P
    if swap:
        x2, z2 = x3, z3
    return (x2 * pow(z2, P - 2, P) % P).to_bytes(32, "little")


BASE = (9).to_bytes(32, "little")


def rotate(value, count):
    return (value << count | value >> 32 - count) & 0xffffffff


def chacha20_block(key, counter, nonce):
    start = list(struct.unpack("<4I", b"expand 32-byte k")) + list(struct.unpack("<8I", key)) + \
        [counter] + list(struct.unpack("<3I", nonce))
    s = list(start)

    def quarter(a, b, c, d):
        s[a] = (s[a] + s[b]) & 0xffffffff
        s[d] = rotate(s[d] ^ s[a], 16)
        s[c] = (s[c] + s[d]) & 0xffffffff
        s[b] = rotate(s[b] ^ s[c], 12)
        s[a] = (s[a] + s[b]) & 0xffffffff
        s[d] = rotate(s[d] ^ s[a], 8)
        s[c] = (s[c] + s[d]) & 0xffffffff
        s[b] = rotate(s[b] ^ s[c], 7)

    for _ in range(10):
        for column in range(4):
            quarter(column, column + 4, column + 8, column + 12)
        for i in range(4):
            quarter(i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4)
    return struct.pack("<16I", *((x + y) & 0xffffffff for x, y in zip(s, start)))


def chacha20(key, nonce, data):
    out = bytearray()
    for i in range(0, len(data), 64):
        block = chacha20_block(key, 1 + i // 64, nonce)
        out += bytes(x ^ y for x, y in zip(data[i:i + 64], block))
    return bytes(out)


def pad16(data):
    return data + bytes(-len(data) % 16)


def tag_of(key, nonce, associated, sealed):
    block = chacha20_block(key, 0, nonce)
    r = int.from_bytes(block[:16], "little") & 0x0ffffffc0ffffffc0ffffffc0fffffff
    s = int.from_bytes(block[16:32], "little")
    data = pad16(associated) + pad16(sealed) + struct.pack("<QQ", len(associated), len(sealed))
    total = 0
    for i in range(0, len(data), 16):
        total = (total + int.from_bytes(data[i:i + 16] + b"\1", "little")) * r % (2**130 - 5)
    return ((total + s) % 2**128).to_bytes(16, "little")


def hkdf(salt, secret, count):
    pseudo_random = hmac.new(salt, secret, hashlib.sha256).digest()
    out, previous = [], b""
    for i in range(count):
        previous = hmac.new(pseudo_random, previous + bytes([i + 1]), hashlib.sha256).digest()
        out.append(previous)
    return out


class Cipher:
    REKEY_AFTER = 65536

    def __init__(self, key):
        self.key = key
        self.number = 0

    def nonce(self):
        return bytes(4) + struct.pack("<Q", self.number)

    def seal(self, associated, plain):
        sealed = chacha20(self.key, self.nonce(), plain)
        tag = tag_of(self.key, self.nonce(), associated, sealed)
        self.number += 1
        return sealed + tag

    def open(self, associated, sealed):
        sealed, tag = sealed[:-16], sealed[-16:]
        if tag_of(self.key, self.nonce(), associated, sealed) != tag:
            raise Refused("wrong tag")
        plain = chacha20(self.key, self.nonce(), sealed)
        self.number += 1
        return plain


class Peer:
    """One side; `exchange(bytes, count)` sends and then receives exactly `count` bytes."""

    def __init__(self, key, secret):
        self.key, self.secret = key, secret
        self.h = self.ck = hashlib.sha256(NAME).digest()

    def mix_hash(self, data):
        self.h = hashlib.sha256(self.h + data).digest()

    def mix_key(self, data):
        self.ck, key = hkdf(self.ck, data, 2)
        self.cipher = Cipher(key)

    def begin(self, greeting):
        self.mix_hash(greeting)
        self.ck, mixed, key = hkdf(self.ck, self.key, 3)
        self.mix_hash(mixed)
        self.cipher = Cipher(key)

    def mix_point(self, point):
        self.mix_hash(point)
        self.mix_key(point)

    def seal_handshake(self, plain):
        sealed = self.cipher.seal(self.h, plain)
        self.mix_hash(sealed)
        return sealed

    def open_handshake(self, sealed):
        plain = self.cipher.open(self.h, sealed)
        self.mix_hash(sealed)
        return plain

    def first(self, greeting):
        """Initiator: what it says to a greeting."""
        if greeting[:4] != b"LSC\1":
            raise Refused("no greeting")
        self.begin(greeting)
        point = x25519(self.secret, BASE)
        self.mix_point(point)
        return point + self.seal_handshake(b"")

    def finish(self, second):
        """Initiator: takes the answer; the byte in it."""
        self.mix_point(second[:32])
        self.mix_key(x25519(self.secret, second[:32]))
        answer = self.open_handshake(second[32:])
        keys = hkdf(self.ck, b"", 2)
        self.sending, self.receiving = Cipher(keys[0]), Cipher(keys[1])
        return answer[0]

    def second(self, greeting, first, answer=0):
        """Responder: what it says to a first message."""
        self.begin(greeting)
        self.mix_point(first[:32])
        self.open_handshake(first[32:])
        point = x25519(self.secret, BASE)
        self.mix_point(point)
        self.mix_key(x25519(self.secret, first[:32]))
        out = point + self.seal_handshake(bytes([answer]))
        keys = hkdf(self.ck, b"", 2)
        self.receiving, self.sending = Cipher(keys[0]), Cipher(keys[1])
        return out

    def record(self, plain):
        head = struct.pack("<H", len(plain) + 16)
        return head + self.sending.seal(head, plain)

    def open_record(self, record):
        return self.receiving.open(record[:2], record[2:])
