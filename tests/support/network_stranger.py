# SPDX-License-Identifier: BSD-2-Clause
"""A connection to the network listener of a target that is made by hand."""
import contextlib
import os
import socket
import time

import frames
import noise

LIMIT = 90  # seconds for anything: only a machine that hangs takes so long


class Stranger:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=LIMIT)
        self.greeting = self.receive(noise.GREETING)

    def receive(self, count):
        """So many bytes; fewer if the target ends it."""
        data = b""
        with contextlib.suppress(ConnectionError):
            while len(data) < count and (more := self.socket.recv(count - len(data))):
                data += more
        return data

    def shake_hands(self, key):
        """The target's answer: 0, welcome, or 1, another console has the link."""
        self.peer = noise.Peer(key, os.urandom(32))
        self.socket.sendall(self.peer.first(self.greeting))
        return self.peer.finish(self.receive(noise.SECOND))

    def messages(self):
        """Of all records until the target has ended it, or somebody else has what he waits for. It
        may still report to the console before this one."""
        while len(head := self.receive(2)) == 2:
            record = self.receive(int.from_bytes(head, "little"))
            yield from frames.payloads_of(self.peer.open_record(head + record))

    def is_closed(self):
        """The target has ended it; what was on the way before that does not matter."""
        with contextlib.suppress(ConnectionError):
            while self.socket.recv(4096):
                pass
        return True


def let_in(port, key):
    """A stranger with the key; the console before it may still count as there."""
    end = time.monotonic() + LIMIT
    stranger = Stranger(port)
    while stranger.shake_hands(key) != 0:
        if time.monotonic() > end:
            raise TimeoutError("nobody is let in")
        time.sleep(0.2)
        stranger = Stranger(port)
    return stranger
