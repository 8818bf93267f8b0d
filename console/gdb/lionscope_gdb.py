# SPDX-License-Identifier: BSD-2-Clause
"""For GDB, sourced by `lionscope gdb`: queues of sDDF by what is in them, faults explained,
and the symbols of what a PD runs after a reload."""
import threading
import time

import gdb
import gdb.printing

LOOK_S = 1  # how often what runs is looked at


def fill(queue, capacity, bits):
    """How many entries lie between head and tail; says so if that cannot be."""
    try:
        entries = (int(queue["tail"]) - int(queue["head"])) & ((1 << bits) - 1)
    except gdb.MemoryError:
        return "not readable"
    if entries > capacity:
        return f"corrupt: {entries} of {capacity}"
    return f"{entries} of {capacity}"


class NetQueueHandle:
    def __init__(self, value):
        self.value = value

    def to_string(self):
        capacity = int(self.value["capacity"])
        return (f"net queue, active {fill(self.value['active'], capacity, 16)}, "
                f"free {fill(self.value['free'], capacity, 16)}, "
                f"refused {int(self.value['refused'])}")


class SerialQueueHandle:
    def __init__(self, value):
        self.value = value

    def to_string(self):
        text = fill(self.value["queue"], int(self.value["capacity"]), 32)
        return f"serial queue, {text} bytes, refused {int(self.value['refused'])}"


class NetBuffer:
    def __init__(self, value):
        self.value = value

    def to_string(self):
        return f"buffer {int(self.value['io_or_offset']):#x}, {int(self.value['len'])} bytes"


def printers():
    collection = gdb.printing.RegexpCollectionPrettyPrinter("lionscope")
    collection.add_printer("net queue", "^net_queue_handle(_t)?$", NetQueueHandle)
    collection.add_printer("serial queue", "^serial_queue_handle(_t)?$", SerialQueueHandle)
    collection.add_printer("net buffer", "^net_buff_desc(_t)?$", NetBuffer)
    return collection


def explain(event):
    """A fault has more to say than its signal's name."""
    if isinstance(event, gdb.SignalEvent) and event.stop_signal != "SIGINT":
        name = gdb.selected_thread().name
        for line in gdb.execute("monitor pds", to_string=True).splitlines():
            words = line.split("\t")
            if words[1] == name:
                print(f"{name}: {words[-1]}")


class Modules:
    """Whose symbols each inferior has; they follow what the PD runs."""

    def __init__(self):
        self.has = {}  # by process: address of the image, and its build-id
        self.looks = False

    def look(self):
        self.looks = False
        try:
            for row in self.rows():
                self.follow(*row)
        except (gdb.error, ValueError):
            pass  # not connected, or the target is busy: there is another look

    @staticmethod
    def rows():
        """PD, process, address, build-id and file of each PD that can be reloaded."""
        if not any(inferior.pid for inferior in gdb.inferiors()):
            return
        for line in gdb.execute("info os modules", False, True).splitlines()[1:]:
            words = line.split(None, 5)
            if len(words) == 6:
                yield words[0], int(words[1]), int(words[3], 0), words[4], words[5].strip()

    def follow(self, name, process, address, build_id, file):
        inferior = next((one for one in gdb.inferiors() if one.pid == process), None)
        if inferior is None:
            self.has.pop(process, None)
            return
        if self.has.get(process, (0, build_id)) == (address, build_id):
            self.has[process] = (address, build_id)
            return
        self.has[process] = (address, build_id)
        if address == 0:
            self.load(inferior, f"symbol-file target:/pd/{name}.elf")
        elif file != "-":
            self.load(inferior, f"symbol-file -o {address:#x} {file}")
        else:
            print(f"{name} runs build-id {build_id}, which is not known here; "
                  "'lionscope modules FILE.elf' makes it known")
            return
        print(f"{name}: symbols of build-id {build_id[:12]}")

    @staticmethod
    def load(inferior, command):
        selected = gdb.selected_inferior()
        if inferior.num != selected.num:
            gdb.execute(f"inferior {inferior.num}", False, True)
        gdb.execute(command, False, True)
        if inferior.num != selected.num:
            gdb.execute(f"inferior {selected.num}", False, True)

    def look_again_and_again(self):
        """A thread: GDB itself looks, when it has nothing else to do."""
        while True:
            time.sleep(LOOK_S)
            if not self.looks:
                self.looks = True
                gdb.post_event(self.look)


gdb.printing.register_pretty_printer(None, printers(), replace=True)
gdb.events.stop.connect(explain)
threading.Thread(target=Modules().look_again_and_again, daemon=True).start()
