# SPDX-License-Identifier: BSD-2-Clause
"""What the tests of the console have in common: an invented target, the program, and its screen."""
import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

QUEUES = """# the queues of the invented system
queue rx.active  net  eth_driver   net_virt_rx  net/rx/active  512
queue rx.free    net  net_virt_rx  eth_driver   net/rx/free    512
"""
ROOT = pathlib.Path(__file__).resolve().parents[2]
PATIENCE_S = 60  # a hang limit, not a measure of speed


class Bench:
    """A private folder with everything a test needs: socket, archive, environment."""

    def __init__(self, lionscope, fake_target):
        self.lionscope = lionscope
        self.fake_target = fake_target
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="lionscope-"))
        self.folder.chmod(0o700)
        self.socket = self.folder / "target.sock"
        self.archive = self.folder / "fake.archive"
        self.queues = self.folder / "fake.queues"
        self.queues.write_text(QUEUES)
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": str(self.folder), "LANG": "C.UTF-8",
            "XDG_RUNTIME_DIR": str(self.folder), "TERM": "xterm-256color",
        }
        self.process = None

    def start(self, *words):
        self.stop()
        self.process = subprocess.Popen(
            [self.fake_target, str(self.socket), str(self.archive), *words])
        wait_for(self.socket.exists, "the invented target's socket")
        time.sleep(0.05)

    def stop(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None
        with contextlib.suppress(FileNotFoundError):
            self.socket.unlink()

    def close(self):
        self.stop()
        # Brokers end by themselves, two seconds after their last user.
        shutil.rmtree(self.folder, ignore_errors=True)

    def arguments(self):
        return ["--target", f"unix:{self.socket}", "--archive", str(self.archive),
                "--queues", str(self.queues)]

    def run(self, *words, plain=False, **more):
        """Runs the program; returns (status, output, errors)."""
        command = [self.lionscope, *([] if plain else self.arguments()), *words]
        result = subprocess.run(command, env=self.environment, capture_output=True, text=True,
                                timeout=PATIENCE_S, stdin=subprocess.DEVNULL, check=False, **more)
        return result.returncode, result.stdout, result.stderr

    def json(self, *words):
        status, output, errors = self.run(*words, "--json")
        expect(status in (0, 8), f"{words} ended with {status}: {errors}")
        return json.loads(output)


def is_on(process, program, terminal):
    """Whether a folder of /proc is of that program, with that terminal as its input."""
    try:
        return ((process / "comm").read_text().strip() == program
                and os.readlink(process / "fd" / "0") == terminal)
    except OSError:
        return False


class Screen:
    """The program on a terminal of tmux: keys in, text out."""

    opened = 0

    def __init__(self, bench, columns, rows, *words, environment=None, command=None):
        Screen.opened += 1
        self.server = f"lionscope-{os.getpid()}-{Screen.opened}"
        self.environment = {**bench.environment, "TERM": "screen-256color", **(environment or {})}
        self.columns, self.rows = columns, rows
        line = command or " ".join(f"'{word}'" for word in
                                   [bench.lionscope, *bench.arguments(), *words])
        variables = " ".join(f"'{name}={value}'" for name, value in self.environment.items())
        self.tmux("-f", "/dev/null", "new-session", "-d", "-x", str(columns), "-y", str(rows),
                  f"env -i {variables} sh -c \"{line}; echo ended with \\$?; exec sleep 1000\"")

    def tmux(self, *words):
        return subprocess.run(["tmux", "-L", self.server, *words], capture_output=True, text=True,
                              timeout=PATIENCE_S, check=False,
                              env={**os.environ, "TERM": "screen-256color"}).stdout

    def keys(self, *names):
        for name in names:
            self.tmux("send-keys", name)
            time.sleep(0.1)

    def type(self, text):
        self.tmux("send-keys", "-l", text)

    def resize(self, columns, rows):
        self.tmux("resize-window", "-x", str(columns), "-y", str(rows))

    def text(self, colours=False):
        return self.tmux("capture-pane", "-p", *(["-e"] if colours else []))

    def until(self, pattern, what=None):
        """Waits until the screen matches; returns it."""
        found = {}

        def looks_right():
            found["text"] = self.text()
            return re.search(pattern, found["text"], re.M)
        try:
            wait_for(looks_right, what or f"a screen with /{pattern}/")
        except Failure as failure:
            raise Failure(f"{failure}; the screen is\n{found['text']}") from None
        return found["text"]

    def signal(self, program, number):
        """Sends a signal to the program on this terminal."""
        terminal = self.tmux("display-message", "-p", "#{pane_tty}").strip()
        pids = [int(path.name) for path in pathlib.Path("/proc").iterdir()
                if path.name.isdigit() and is_on(path, program, terminal)]
        expect(len(pids) == 1, f"one '{program}' on {terminal}: {pids}")
        os.kill(pids[0], number)

    def close(self):
        self.tmux("kill-server")


def make_module(bench, version=5, filler=0):
    """The smallest module there is, in the bench's folder, with so many more bytes of code."""
    path = bench.folder / "modules" / f"version{version}.elf"
    path.parent.mkdir(exist_ok=True)
    source = (ROOT / "tests/fuzz/console/module_seed.c").read_text()
    source = source.replace('LIONS_MODULE("seed", 1, 1, 1, 1, 16)',
                            f'LIONS_MODULE("seed", 1, 1, 1, {version}, 16)')
    if filler:
        source += f"__attribute__((used)) const char filler[{filler}] = {{ 1 }};\n"
    subprocess.run(["aarch64-linux-gnu-gcc", "-nostdlib", "-static-pie", "-fpie", "-O1", "-g",
                    "-ffreestanding", "-Wl,--build-id=sha1", "-Wl,-z,max-page-size=0x1000",
                    "-Wl,--defsym=MODULE_DATA=0x10000", "-T", ROOT / "lionsos/module.ld",
                    f"-I{ROOT}", f"-I{ROOT}/lionsos/include", "-x", "c", "-", "-o", path],
                   input=source, text=True, check=True)
    return path


class Failure(Exception):
    """What a test found wrong."""


def expect(condition, message):
    if not condition:
        raise Failure(message)


def wait_for(condition, what):
    end = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > end:
            raise Failure(f"waited {PATIENCE_S} s for {what}")
        time.sleep(0.05)


@contextlib.contextmanager
def open_screen(*arguments, **more):
    screen = Screen(*arguments, **more)
    try:
        yield screen
    finally:
        screen.close()


def main(namespace, description):
    """Runs all functions of a module named test_..., each on a bench of its own; prints TAP."""
    if len(sys.argv) < 3:
        sys.exit(f"usage: {sys.argv[0]} LIONSCOPE FAKE-TARGET [TEST...]\n{description}")
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    tests = [(name[5:], function) for name, function in namespace.items()
             if name.startswith("test_") and callable(function)
             and (len(sys.argv) == 3 or name[5:] in sys.argv[3:])]
    failed = 0
    print(f"1..{len(tests)}", flush=True)
    for number, (name, function) in enumerate(tests, 1):
        bench = Bench(*sys.argv[1:3])
        try:
            function(bench)
            print(f"ok {number} {name}", flush=True)
        except Exception as failure:  # whatever it is, the others go on
            failed += 1
            print(f"not ok {number} {name}", flush=True)
            print("\n".join(f"# {line}" for line in f"{type(failure).__name__}: {failure}"
                            .splitlines()), flush=True)
        finally:
            bench.close()
    sys.exit(failed > 0)
