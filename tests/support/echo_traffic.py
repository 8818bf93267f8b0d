# SPDX-License-Identifier: BSD-2-Clause
"""Load on both clients of examples/monitored_echo, from the load generator, looked at always."""
import json
import subprocess
import threading

WINDOW = 4  # messages on their way, of each connection
CONNECTIONS = 4
COMPLAINTS = ("lost", "corrupted", "duplicated")


class Traffic(threading.Thread):
    """Closed loops over UDP and TCP, from start() to end(). complaint: what went wrong, or None."""

    def __init__(self, program, port):
        """port: of this host, as host-tools/demo has them."""
        super().__init__(daemon=True)
        targets = [f"{kind}:localhost:{port + offset}" for kind, offset in
                   (("udp", 0), ("udp", 3), ("tcp", 1), ("tcp", 4))]
        self.command = [program, "--window", str(WINDOW), "--forever", "--every", "0.2",
                        "--timeout", "20", "--json", *targets]
        self.received = {}  # messages, by target
        self.complaint = None
        self.generator = None

    def complain_of(self, client):
        if client.get("failure") or any(client[what] for what in COMPLAINTS):
            self.complaint = f"traffic: {json.dumps(client)}"

    def judge(self, report):
        try:
            clients = json.loads(report)["clients"]
        except ValueError:
            self.complaint = f"the load generator has ended: {report}"
            return
        for client in clients:
            self.complain_of(client)
            if client["received"] != client["sent"] or client["sent"] == 0:
                self.complaint = f"traffic: {json.dumps(client)}"

    def run(self):
        self.generator = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True)
        for line in self.generator.stdout:
            if not line.startswith('{"'):
                break
            client = json.loads(line)
            self.complain_of(client)
            self.received[client["target"]] = client["received"]
        self.judge(line + self.generator.stdout.read())

    def has_come_since(self, before):
        """More than was on its way then has come back on each connection. before: a copy of
        `received`."""
        return len(self.received) == CONNECTIONS and all(
            count > before.get(target, 0) + WINDOW for target, count in self.received.items())

    def end(self):
        """Waits for the last answers."""
        self.generator.terminate()
        self.join(40)
        if self.is_alive():
            self.complaint = "the load generator does not end"
