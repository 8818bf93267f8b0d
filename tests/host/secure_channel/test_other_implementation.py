#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""test_other_implementation.py SECURE_CHANNEL_PIPE: the channel in C opposite one in Python, in both roles."""
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "support"))
import noise  # noqa: E402

KEY = bytes(range(100, 132))
RANDOM = bytes(range(64))
TEXTS = [b"", b"a", b"exactly sixteen.", bytes(range(256)) * 8]


class Pipe:
    def __init__(self, program, role, key=KEY):
        self.process = subprocess.Popen([program, role, key.hex(), RANDOM.hex()],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE)

    def send(self, data):
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def receive(self, count):
        data = self.process.stdout.read(count)
        assert len(data) == count, f"wanted {count} bytes, got {len(data)}"
        return data

    def end(self):
        _, complaint = self.process.communicate(timeout=60)
        return self.process.returncode, complaint.decode()


def echo_all(pipe, peer):
    for text in TEXTS:
        pipe.send(peer.record(text))
        assert peer.open_record(pipe.receive(len(text) + 18)) == text
    assert pipe.end() == (0, "")


def vectors():
    """The Python side itself, against the numbers of the RFCs."""
    scalar = bytes.fromhex("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4")
    point = bytes.fromhex("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c")
    assert noise.x25519(scalar, point).hex() == \
        "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552"  # RFC 7748, 5.2
    cipher = noise.Cipher(bytes(range(0x80, 0xa0)))
    cipher.nonce = lambda: bytes.fromhex("070000004041424344454647")
    sealed = cipher.seal(bytes.fromhex("50515253c0c1c2c3c4c5c6c7"),
                         b"Ladies and Gentlemen of the class of '99: If I could offer you only one "
                         b"tip for the future, sunscreen would be it.")
    assert sealed[-16:].hex() == "1ae10b594f09e26a7e902ecbd0600691"  # RFC 8439, 2.8.2


def c_responds(program):
    pipe = Pipe(program, "responder")
    peer = noise.Peer(KEY, bytes(range(32, 64)))
    pipe.send(peer.first(pipe.receive(noise.GREETING)))
    assert peer.finish(pipe.receive(noise.SECOND)) == 0
    echo_all(pipe, peer)


def c_initiates(program):
    pipe = Pipe(program, "initiator")
    peer = noise.Peer(KEY, bytes(range(32, 64)))
    greeting = b"LSC\1" + bytes(range(200, 232))
    pipe.send(greeting)
    pipe.send(peer.second(greeting, pipe.receive(noise.FIRST)))
    echo_all(pipe, peer)


def wrong_key(program):
    pipe = Pipe(program, "responder", bytes(32))
    peer = noise.Peer(KEY, bytes(range(32, 64)))
    pipe.send(peer.first(pipe.receive(noise.GREETING)))
    status, complaint = pipe.end()
    assert status == 1 and "wrong key" in complaint, complaint


vectors()
for case in (c_responds, c_initiates, wrong_key):
    case(sys.argv[1])
    print("ok", case.__name__)
