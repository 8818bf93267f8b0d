# SPDX-License-Identifier: BSD-2-Clause
"""Facts about the system that an image sets up, one a line, for the section `memory` of a case.

    PD SYMBOL = NUMBER            the 64-bit word at a symbol of the PD's program
    PD SYMBOL = "text"            the bytes there: the text, then a zero byte or line end
    PD at ADDRESS = "text"        the bytes at an address
    PD map ADDRESS ...            one line per page: permissions, cached, size, physical address
    PD slot N = ...               a capability in its Microkit CNode
    PD root slot N = ...          a capability in its root CNode
    PD thread ...                 priority, budget, period, domain, FPU, faults to
    schedule ...                  the domain schedule

Lines that begin with `no ` must not occur; `...` stands for any text.
"""
import pathlib
import re
import struct
import subprocess

import boot_image

RIGHTS = ((2, "r"), (1, "w"), (4, "g"), (8, "p"))


def symbols_of(path):
    """name -> value of an ELF file's symbols."""
    output = subprocess.run(["aarch64-linux-gnu-nm", path], capture_output=True, text=True,
                            check=True).stdout
    return {fields[2]: int(fields[0], 16) for fields in map(str.split, output.splitlines())
            if len(fields) == 3}


class Facts:
    """All facts of an image; `description` is the JSON of its archive."""

    def __init__(self, image_path, config_path, description, programs):
        machine = boot_image.Machine(pathlib.Path(image_path).read_bytes(), config_path)
        self.machine = machine
        self.programs = programs
        self.pds = {}
        names = [pd["name"] for pd in description["protection_domains"]]
        for tcb in machine.resumed:
            badge = tcb.set["context"].set["badge"]
            name = names[badge - 0x100] if badge >= 0x100 else "monitor"
            boot_image.require(name not in self.pds, f"'{name}' is started twice")
            self.pds[name] = tcb
        boot_image.require(sorted(self.pds) == sorted(names + ["monitor"]), "a PD is not started")
        self.owners = {}
        for name, tcb in self.pds.items():
            self._own(name, tcb)
        self.all = [line for name in self.pds for line in self._pd_lines(name)]
        self.all += [f"schedule {index}: domain {domain} for {duration}"
                     for index, domain, duration in machine.domain_schedule]
        if machine.domain_start is not None:
            self.all.append(f"schedule starts at {machine.domain_start}")

    def microkit_cnode(self, name):
        tcb = self.pds[name]
        if name == "monitor":
            return tcb.set["cspace"]
        return tcb.set["cspace"].slots[0].target

    def _own(self, name, tcb):
        self.owners[tcb] = f"tcb of {name}"
        self.owners[tcb.set["context"]] = f"sched context of {name}"
        self.owners[tcb.set["space"]] = f"vspace of {name}"
        if "notification" in tcb.set:
            self.owners[tcb.set["notification"]] = f"notification of {name}"
        slots = self.microkit_cnode(name).slots
        if slots[1].target.kind == "endpoint":
            self.owners[slots[1].target] = f"endpoint of {name}"
        reply = slots[2 if name == "monitor" else 4].target
        self.owners[reply] = f"reply of {name}"

    def _cap(self, cap):
        target = cap.target
        rights = "".join(letter for bit, letter in RIGHTS if cap.rights & bit)
        badge = f" badge {cap.badge:#x}" if cap.badge else ""
        name = self.owners.get(target, target.kind)
        if target.kind == "irq_handler":
            notify = target.set["notify"]
            name = (f"irq {target.set['number']} {target.set['trigger']} to "
                    f"{self.owners[notify.target]} badge {notify.badge:#x}")
        return f"{name} {rights}{badge}"

    def _pd_lines(self, name):
        tcb = self.pds[name]
        context = tcb.set["context"].set
        fault = tcb.set["fault"]
        yield (f"{name} thread priority {tcb.set['priority']} mcp {tcb.set['mcp']} "
               f"budget {context['budget']} period {context['period']} "
               f"domain {tcb.set.get('domain', '-')} fpu {'off' if tcb.set.get('flags') else 'on'} "
               f"faults to {self._cap(fault) if fault else 'nobody'}")
        for slot, cap in sorted(self.microkit_cnode(name).slots.items()):
            yield f"{name} slot {slot} = {self._cap(cap)}"
        if name != "monitor":
            for slot, cap in sorted(tcb.set["cspace"].slots.items()):
                if slot != 0:
                    yield f"{name} root slot {slot} = {self._cap(cap)}"
        for vaddr, mapping in sorted(tcb.set["space"].pages.items()):
            yield f"{name} map {vaddr:#x} {self._page(mapping)}"

    @staticmethod
    def _page(mapping):
        letters = "".join((letter if mapping.rights & bit else "-") for bit, letter in RIGHTS[:2])
        letters += "-" if mapping.attributes & 4 else "x"
        cached = "cached" if mapping.attributes & 1 else "uncached"
        return f"{letters} {cached} {1 << mapping.frame.bits:#x} from {mapping.frame.paddr:#x}"

    def _value(self, name, place, wanted):
        space = self.pds[name].set["space"]
        if place.startswith("at "):
            address = int(place[3:], 16)
        else:
            address = symbols_of(self.programs[name]).get(place)
            if address is None:
                return f"(no symbol '{place}')"
        if wanted.startswith('"'):
            text = wanted[1:-1].encode()
            data = self.machine.read(space, address, len(text) + 1)
            shown = data.rstrip(b"\0\n").decode(errors="replace")
            return f'"{shown}"'
        return f"{struct.unpack('<Q', self.machine.read(space, address, 8))[0]:#x}"

    def check(self, line):
        """None if the line is true, otherwise what is the case instead."""
        if line.startswith("no "):
            matches = [fact for fact in self.all if matches_pattern(line[3:], fact)]
            return f"there is: {matches[0]}" if matches else None
        value = re.fullmatch(r"(\S+) (at 0x[0-9a-f]+|[A-Za-z_]\w*) = (.+)", line)
        if value and value[1] in self.pds:
            actual = self._value(*value.groups())
            return None if actual == value[3] else f"it is {actual}"
        if any(matches_pattern(line, fact) for fact in self.all):
            return None
        start = " ".join(line.split()[:3])
        near = [fact for fact in self.all if fact.startswith(start)]
        return "there is: " + ("\n    ".join(near[:8]) or "nothing like it")


def matches_pattern(pattern, text):
    return re.fullmatch(re.escape(pattern).replace(r"\.\.\.", ".*"), text) is not None
