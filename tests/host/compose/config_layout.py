# SPDX-License-Identifier: BSD-2-Clause
"""The configuration sections of sDDF 0.7, written down a second time from their documented layout
(LP64, little endian), so that the composed bytes are judged by something else than the headers they
were made with."""
import struct

SCALARS = {"u8": "B", "u16": "H", "u32": "I", "u64": "Q", "ptr": "Q", "bool": "?"}
MAGIC = ("magic", "char[5]")

# name: (size, fields). A field's type is a scalar, a structure, char[n], or type[n].
STRUCTURES = {
    "region": (16, [("vaddr", "ptr"), ("size", "u64")]),
    "device_region": (24, [("region", "region"), ("io_addr", "u64")]),
    "irq": (1, [("id", "u8")]),
    "device_resources": (1608, [MAGIC, ("num_regions", "u8"), ("num_irqs", "u8"),
                                ("regions", "device_region[64]"), ("irqs", "irq[64]")]),
    "serial_connection": (40, [("queue", "region"), ("data", "region"), ("id", "u8")]),
    "serial_driver_config": (104, [MAGIC, ("rx", "serial_connection"), ("tx", "serial_connection"),
                                   ("default_baud", "u64"), ("rx_enabled", "bool")]),
    "serial_virt_rx_config": (2616, [MAGIC, ("driver", "serial_connection"),
                                     ("clients", "serial_connection[64]"), ("num_clients", "u8"),
                                     ("switch_char", "u8"), ("terminate_num_char", "u8")]),
    "serial_tx_client": (104, [("conn", "serial_connection"), ("name", "char[64]")]),
    "serial_virt_tx_config": (6840, [MAGIC, ("driver", "serial_connection"),
                                     ("clients", "serial_tx_client[64]"), ("num_clients", "u8"),
                                     ("begin_str", "char[128]"), ("enable_colour", "bool"),
                                     ("enable_rx", "bool")]),
    "serial_client_config": (88, [MAGIC, ("rx", "serial_connection"),
                                  ("tx", "serial_connection")]),
    "timer_client_config": (6, [MAGIC, ("driver_id", "u8")]),
    "net_connection": (40, [("free_queue", "region"), ("active_queue", "region"),
                            ("num_buffers", "u16"), ("id", "u8")]),
    "net_driver_config": (88, [MAGIC, ("virt_rx", "net_connection"),
                               ("virt_tx", "net_connection")]),
    "net_tx_region": (32, [("data", "device_region"), ("num_buffers", "u32")]),
    "net_tx_client": (2096, [("conn", "net_connection"), ("regions", "net_tx_region[64]"),
                             ("num_regions", "u8")]),
    "net_virt_tx_config": (134200, [MAGIC, ("dma_coherent", "u8"), ("driver", "net_connection"),
                                    ("clients", "net_tx_client[64]"), ("num_clients", "u8")]),
    "mac": (6, [("bytes", "hex[6]")]),
    "net_rx_client": (432, [("conn", "net_connection"), ("mac_addrs", "mac[64]"),
                            ("num_macs", "u8")]),
    "net_virt_rx_config": (27744, [MAGIC, ("dma_coherent", "u8"), ("driver", "net_connection"),
                                   ("data", "device_region"), ("buffer_metadata", "region"),
                                   ("clients", "net_rx_client[64]"), ("num_clients", "u8")]),
    "net_copy_config": (1128, [MAGIC, ("rx", "net_connection"), ("rx_data", "region[64]"),
                               ("client", "net_connection"), ("client_data", "region")]),
    "net_client_config": (128, [MAGIC, ("rx", "net_connection"), ("rx_data", "region"),
                                ("tx", "net_connection"), ("tx_data", "region"),
                                ("mac_addr", "hex[6]")]),
    "lib_sddf_lwip_config": (32, [MAGIC, ("pbuf_pool", "region"), ("num_pbufs", "u64")]),
    "token_limit": (16, [("bytes_per_second", "u64"), ("burst_bytes", "u64")]),
    "net_tx_token_bucket_config": (1032, [MAGIC, ("clients", "token_limit[64]")]),
    "benchmark_child": (65, [("name", "char[64]"), ("child_id", "u8")]),
    "benchmark_config": (4175, [("rx_start_ch", "u8"), ("tx_start_ch", "u8"), ("rx_stop_ch", "u8"),
                                ("tx_stop_ch", "u8"), ("init_ch", "u8"), ("core", "u8"),
                                ("last_core", "bool"), ("num_children", "u8"),
                                ("children", "benchmark_child[64]"), ("pmu_events", "u8[6]"),
                                ("num_pmu_events", "u8")]),
    "benchmark_idle_config": (16, [("cycle_counters", "ptr"), ("init_channel", "u8")]),
    "benchmark_client_config": (40, [("start_ch", "u8"), ("stop_ch", "u8"), ("num_cores", "u8"),
                                     ("core_ccounts", "ptr[4]")]),
    "reload_client_config": (24, [MAGIC, ("hand_over", "region")]),
    "reload_slot": (24, [("address", "u64"), ("text", "ptr"), ("data", "ptr")]),
    "reload_pd": (184, [("pd", "char[64]"), ("kind", "char[32]"), ("interface", "u32"),
                        ("config_bytes", "u32"), ("version", "u32"), ("text_bytes", "u32"),
                        ("data_bytes", "u32"), ("slots", "reload_slot[2]"),
                        ("hand_over", "region")]),
    "reload_config": (1560, [MAGIC, ("count", "u32"), ("pds", "reload_pd[8]"),
                             ("key", "hex[65]")]),
    "profiler_config": (48, [MAGIC, ("ring", "region"), ("stream", "region"), ("irq", "u8"),
                             ("monitor", "u8")]),
    "profiler_client_config": (32, [MAGIC, ("stream", "region"), ("profiler", "u8")]),
    "monitor_config": (232, [MAGIC, ("serial", "serial_client_config"), ("line_rate", "u32"),
                             ("timer", "timer_client_config"), ("keep_running", "u64"),
                             ("hold", "u64"),
                             ("network", "serial_client_config"), ("listener", "region")]),
    "entropy_client_config": (6, [MAGIC, ("driver_id", "u8")]),
    "link_listener_config": (160, [MAGIC, ("key", "hex[32]"), ("port", "u16"), ("address", "u32"),
                                   ("netmask", "u32"), ("gateway", "u32"),
                                   ("monitor", "serial_client_config"), ("counters", "region")]),
}


def split(kind):
    """`name[count]` to (name, count); without a count, (name, None)."""
    name, _, count = kind.partition("[")
    return name, int(count[:-1]) if count else None


def size_and_alignment(kind):
    name, count = split(kind)
    if name in ("char", "hex"):
        return count, 1
    if name in SCALARS:
        size = struct.calcsize(SCALARS[name])
        alignment = size
    else:
        size = STRUCTURES[name][0]
        alignment = max(size_and_alignment(field)[1] for _, field in STRUCTURES[name][1])
    return size * (1 if count is None else count), alignment


def fields_of(name):
    """(name, type, offset) of each field, by the rules of C."""
    offset = 0
    for field, kind in STRUCTURES[name][1]:
        size, alignment = size_and_alignment(kind)
        offset = (offset + alignment - 1) // alignment * alignment
        yield field, kind, offset
        offset += size


def values(kind, data, path):
    """(path, text) of everything that is not zero."""
    name, count = split(kind)
    if not any(data):
        return
    if name == "char":
        yield path, repr(data.rstrip(b"\0").decode("latin-1"))
    elif name == "hex":
        yield path, ":".join(f"{byte:02x}" for byte in data)
    elif count is not None:
        size = size_and_alignment(name)[0]
        for index in range(count):
            yield from values(name, data[index * size:(index + 1) * size], f"{path}[{index}]")
    elif name in SCALARS:
        value = struct.unpack("<" + SCALARS[name], data)[0]
        yield path, str(value) if name in ("u8", "u16", "bool") else hex(value)
    else:
        for field, field_kind, offset in fields_of(name):
            size = size_and_alignment(field_kind)[0]
            yield from values(field_kind, data[offset:offset + size], f"{path}.{field}")


def describe(section, data, name):
    """Lines `<name>.<field> = value` of a section's bytes; the first tells if the size is wrong."""
    expected = STRUCTURES[section][0]
    if len(data) != expected:
        yield f"{name}: {len(data)} bytes, expected {expected}"
    for path, text in values(section, data, name):
        yield f"{path} = {text}"
