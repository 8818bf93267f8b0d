# SPDX-License-Identifier: BSD-2-Clause
"""For GDB, sourced by `lionscope gdb`: queues of sDDF by what is in them, and faults explained."""
import gdb
import gdb.printing


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


gdb.printing.register_pretty_printer(None, printers(), replace=True)
gdb.events.stop.connect(explain)
