# SPDX-License-Identifier: BSD-2-Clause
"""What a boot image makes of a machine: reads loader.img and carries its list of operations out on
a model of the kernel's objects, with the kernel's rules (empty slots, untyped memory that suffices,
page tables before pages). Formats: microkit/include/microkit/loader_image.h and system_spec.h."""
import json
import struct

LOADER_MAGIC = struct.pack("<Q", 0x5E14DEAD14DE5EAD)
SPEC_MAGIC = struct.pack("<Q", 0x314345505354494B)
PAGE = 0x1000
DATA_REGION = 1
INVOKE, COPY_MEMORY = 0, 1
STEP_SERVICE = 1

ROOT_CNODE, VSPACE = 2, 3
TYPES = {0: "untyped", 1: "tcb", 2: "endpoint", 3: "notification", 4: "cnode", 5: "sched_context",
         6: "reply", 8: "vspace", 9: "page", 10: "page", 11: "page_table"}
RIGHTS_ALL = 15


class ImageError(Exception):
    """The image breaks a rule of the loader, the initialiser or the kernel."""


def require(condition, text):
    if not condition:
        raise ImageError(text)


class Object:
    """A kernel object; attributes depend on its kind."""

    def __init__(self, kind, paddr=None, bits=0):
        self.kind = kind
        self.paddr = paddr
        self.bits = bits
        self.watermark = 0
        self.device = False
        self.slots = {}      # CNode: index -> Cap
        self.pages = {}      # address space: virtual address -> Mapping
        self.tables = set()  # address space: (level's bits, virtual address)
        self.set = {}        # what configures a TCB, scheduling context, interrupt handler


class Cap:
    """A capability."""

    def __init__(self, target, rights=RIGHTS_ALL, badge=0):
        self.target = target
        self.rights = rights
        self.badge = badge
        self.mapped = False


class Mapping:
    """A page of an address space."""

    def __init__(self, frame, rights, attributes):
        self.frame = frame
        self.rights = rights
        self.attributes = attributes


class Spec:
    """The specification behind the initialiser."""

    def __init__(self, task):
        at = task.find(SPEC_MAGIC)
        require(at >= 0 and at % PAGE == 0, "no specification in the initial task")
        (_, self.size, self.image_frames, self.first_untyped, self.first_empty, self.untyped_count,
         self.operation_count, size) = struct.unpack_from("<8Q", task, at)
        at += 64
        self.untypeds = [struct.unpack_from("<QII", task, at + 16 * i)
                         for i in range(self.untyped_count)]
        at += 16 * self.untyped_count
        self.entries = 0
        self.operations = list(self._operations(task, at, at + size))
        require(self.entries == self.operation_count, "the number of operations is wrong")
        require(self.size == 64 + 16 * self.untyped_count + size, "the size is wrong")

    def _operations(self, task, at, end):
        """Each invocation, repetitions one by one: kind, label, service, caps, words."""
        while at < end:
            self.entries += 1
            (label, repeat, kind, flags, cap_count, word_count, steps, step,
             service) = struct.unpack_from("<II5B3xI4xQ", task, at)
            at += 32
            caps = struct.unpack_from(f"<{cap_count}Q", task, at)
            words = struct.unpack_from(f"<{word_count}Q", task, at + 8 * cap_count)
            at += 8 * (cap_count + word_count)
            require(repeat >= 1, "an operation without repetitions")
            for i in range(repeat):
                moved = [(word + i * step) % 2**64 if steps >> n & 1 else word
                         for n, word in enumerate(words)]
                yield kind, label, service + (i if flags & STEP_SERVICE else 0), caps, moved
        require(at == end, "the operations do not end where they should")


class Machine:
    """The state after the initialiser has done its work."""

    def __init__(self, image, config_path):
        self.names = {label: name for name, label in
                      json.loads((config_path / "invocations_all.json").read_text()).items()}
        self.bits = json.loads((config_path / "object_sizes.json").read_text())
        self.memory = {}  # physical page number -> bytearray
        self.resumed = []
        self.domain_schedule = []
        self.domain_start = None
        self._load(image)
        self.spec = Spec(self.task)
        # The kernel gives capabilities to what counts as initial; the numbers are its own.
        self.root = Object("cnode", bits=64)
        for slot, kind in ((1, "tcb"), (ROOT_CNODE, "cnode"), (VSPACE, "vspace"),
                           (4, "irq_control"), (6, "asid_pool"), (11, "domain"), (15, "smc")):
            self.root.slots[slot] = Cap(self.root if kind == "cnode" else Object(kind))
        # So that the copies of prefills find a way: the initial task has tables for its own image.
        self.root.slots[VSPACE].target.tables.update({(39, 0)})
        self._initial_capabilities()
        for kind, label, service, caps, words in self.spec.operations:
            if kind == COPY_MEMORY:
                self._copy_memory(*words)
            else:
                self._invoke(self.names[label], service, caps, words)

    def _load(self, image):
        at = image.find(LOADER_MAGIC)
        while at >= 0 and struct.unpack_from("<Q", image, at + 8)[0] != len(image) - at:
            at = image.find(LOADER_MAGIC, at + 1)
        require(at >= 0, "no loader data that reaches to the end of the image")
        (_, _, self.kernel_entry, self.task_start, self.task_end, pv_offset, self.task_entry,
         count) = struct.unpack_from("<8Q", image, at)
        self.task_vaddr = self.task_start - pv_offset
        data = at + 64 + 32 * count
        self.task = None
        for i in range(count):
            address, size, offset, kind = struct.unpack_from("<4Q", image, at + 64 + 32 * i)
            if kind == DATA_REGION and address == self.task_start:
                self.task = image[data + offset:data + offset + size]
                require(len(self.task) == size, "a region's data is cut off")
        require(self.task is not None, "no region for the initial task")
        require(len(self.task) == self.task_end - self.task_start, "task and its region differ")

    def _initial_capabilities(self):
        spec = self.spec
        pages = len(self.task) // PAGE
        require(spec.first_untyped == spec.image_frames + pages, "frames and untypeds do not join")
        require(spec.first_empty == spec.first_untyped + spec.untyped_count, "slots do not join")
        for i in range(pages):
            paddr = self.task_start + i * PAGE
            self.root.slots[spec.image_frames + i] = Cap(Object("page", paddr, 12))
            self.memory[paddr // PAGE] = bytearray(self.task[i * PAGE:(i + 1) * PAGE])
        for i, (paddr, bits, device) in enumerate(spec.untypeds):
            untyped = Object("untyped", paddr, bits)
            untyped.device = bool(device)
            self.root.slots[spec.first_untyped + i] = Cap(untyped)
        self.root.slots[spec.image_frames - 1] = Cap(Object("sched_control"))

    def cap(self, slot, *kinds):
        require(slot in self.root.slots, f"slot {slot} is empty")
        cap = self.root.slots[slot]
        require(not kinds or cap.target.kind in kinds,
                f"slot {slot} holds a {cap.target.kind}, not {' or '.join(kinds)}")
        return cap

    # ---- invocations ----

    def _invoke(self, name, service, caps, words):
        method = getattr(self, "_do_" + name, None)
        require(method is not None, f"an invocation that the model does not know: {name}")
        method(service, caps, words)

    def _object_bits(self, kind, size_bits):
        names = {1: "tcb", 2: "endpoint", 3: "notification", 6: "reply", 8: "vspace",
                 9: "small_page", 10: "large_page", 11: "page_table"}
        if kind in names:
            return self.bits[names[kind]]
        return size_bits + self.bits["slot"] if kind == 4 else size_bits

    def _do_UntypedRetype(self, service, _caps, words):
        kind, size_bits, _, _, slot, count = words
        untyped = self.cap(service, "untyped").target
        bits = self._object_bits(kind, size_bits)
        require(1 <= count <= 256, f"Retype of {count} objects at once")
        require(kind in (0, 9, 10) or not untyped.device, "device memory is for pages only")
        start = -(-(untyped.paddr + untyped.watermark) >> bits) << bits
        end = start + (count << bits)
        require(end <= untyped.paddr + (1 << untyped.bits), f"untyped {service:#x} is exhausted")
        for i in range(count):
            require(slot + i not in self.root.slots, f"slot {slot + i} is in use")
            made = Object(TYPES[kind], start + (i << bits), bits)
            made.device = untyped.device
            self.root.slots[slot + i] = Cap(made)
        untyped.watermark = end - untyped.paddr

    def _insert(self, service, index, depth, cap):
        cnode = self.cap(service, "cnode").target
        if cnode is self.root:
            require(depth == 64, f"depth {depth} in the initial CNode")
        else:
            require(index < 1 << depth == 1 << (cnode.bits - self.bits["slot"]),
                    f"slot {index} at depth {depth} in a CNode of {cnode.bits} bits")
        require(index not in cnode.slots, f"slot {index} is in use")
        cnode.slots[index] = cap

    def _do_CNodeCopy(self, service, caps, words):
        index, depth, source, source_depth, rights = words
        require(caps == (ROOT_CNODE,) and source_depth == 64, "a copy from elsewhere")
        original = self.cap(source)
        self._insert(service, index, depth,
                     Cap(original.target, original.rights & rights, original.badge))

    def _do_CNodeMint(self, service, caps, words):
        index, depth, source, source_depth, rights, badge = words
        require(caps == (ROOT_CNODE,) and source_depth == 64, "a mint from elsewhere")
        original = self.cap(source)
        require(original.badge == 0 or badge == 0, "a badge on a badged capability")
        self._insert(service, index, depth,
                     Cap(original.target, original.rights & rights, badge or original.badge))

    def _do_ARMPageTableMap(self, service, caps, words):
        space = self.cap(caps[0], "vspace").target
        cap = self.cap(service, "page_table")
        require(not cap.mapped, f"page table {service} is mapped twice")
        for bits in (39, 30, 21):
            place = (bits, words[0] >> bits)
            if place not in space.tables:
                space.tables.add(place)
                cap.mapped = True
                return
        raise ImageError(f"all page tables for {words[0]:#x} are there already")

    def _do_ARMPageMap(self, service, caps, words):
        vaddr, rights, attributes = words
        space = self.cap(caps[0], "vspace").target
        cap = self.cap(service, "page")
        require(not cap.mapped, f"page {service} is mapped twice")
        require(vaddr % (1 << cap.target.bits) == 0, f"page at {vaddr:#x} is not aligned")
        for bits in (39, 30, 21):
            if bits > cap.target.bits or bits == 30:
                require((bits, vaddr >> bits) in space.tables, f"no page table for {vaddr:#x}")
        for page in range(vaddr, vaddr + (1 << cap.target.bits), PAGE):
            require(page not in space.pages, f"{page:#x} is mapped already")
        space.pages[vaddr] = Mapping(cap.target, rights & cap.rights, attributes)
        cap.mapped = (space, vaddr)

    def _do_ARMPageUnmap(self, service, _caps, _words):
        cap = self.cap(service, "page")
        if cap.mapped:
            del cap.mapped[0].pages[cap.mapped[1]]
        cap.mapped = False

    def _do_ARMPageClean_Data(self, service, _caps, words):
        require(words[0] < words[1] <= 1 << self.cap(service, "page").target.bits, "clean range")

    def _do_ARMASIDPoolAssign(self, service, caps, _words):
        self.cap(service, "asid_pool")
        self.cap(caps[0], "vspace").target.set["assigned"] = True

    def _do_TCBConfigure(self, service, caps, words):
        cspace, space = self.cap(caps[0], "cnode"), self.cap(caps[1], "vspace")
        require("assigned" in space.target.set, "an address space without ASID")
        self.cap(service, "tcb").target.set.update(
            cspace=cspace.target, guard=words[0], space=space.target,
            ipc_buffer=words[2], ipc_frame=self.cap(caps[2], "page").target)

    def _do_TCBSetSchedParams(self, service, caps, words):
        self.cap(caps[0], "tcb")
        fault = self.cap(caps[2], "endpoint") if caps[2] else None
        self.cap(service, "tcb").target.set.update(
            mcp=words[0], priority=words[1], context=self.cap(caps[1], "sched_context").target,
            fault=fault)

    def _do_TCBWriteRegisters(self, service, _caps, words):
        self.cap(service, "tcb").target.set.update(pc=words[2], sp=words[3])

    def _do_TCBBindNotification(self, service, caps, _words):
        bound = self.cap(caps[0], "notification").target
        self.cap(service, "tcb").target.set["notification"] = bound

    def _do_TCBSetFlags(self, service, _caps, words):
        self.cap(service, "tcb").target.set["flags"] = words[1]

    def _do_TCBResume(self, service, _caps, _words):
        self.resumed.append(self.cap(service, "tcb").target)

    def _do_SchedControlConfigureFlags(self, service, caps, words):
        self.cap(service, "sched_control")
        require(20 <= words[0] <= words[1], f"budget {words[0]}, period {words[1]}")
        context = self.cap(caps[0], "sched_context").target
        context.set.update(budget=words[0], period=words[1], badge=words[3])

    def _do_ARMIRQIssueIRQHandlerTrigger(self, service, _caps, words):
        number, trigger, index, depth = words
        self.cap(service, "irq_control")
        handler = Object("irq_handler")
        handler.set.update(number=number, trigger="edge" if trigger else "level")
        self._insert(ROOT_CNODE, index, depth, Cap(handler))

    def _do_IRQSetIRQHandler(self, service, caps, _words):
        self.cap(service, "irq_handler").target.set["notify"] = self.cap(caps[0], "notification")

    def _do_DomainSetSet(self, service, caps, words):
        self.cap(service, "domain")
        self.cap(caps[0], "tcb").target.set["domain"] = words[0]

    def _do_DomainScheduleConfigure(self, service, _caps, words):
        self.cap(service, "domain")
        self.domain_schedule.append(tuple(words))

    def _do_DomainScheduleSetStart(self, service, _caps, words):
        self.cap(service, "domain")
        self.domain_start = words[0]

    # ---- memory ----

    def _copy_memory(self, target, source, size):
        space = self.cap(VSPACE).target
        data = self.task[source - self.task_vaddr:source - self.task_vaddr + size]
        require(len(data) == size, f"a copy from {source:#x}, outside the task")
        done = 0
        while done < size:
            page = self.find_page(space, target + done)
            require(page is not None, f"a copy to {target + done:#x}, which is not mapped")
            paddr, _ = page
            part = min(size - done, PAGE - paddr % PAGE)
            content = self.memory.setdefault(paddr // PAGE, bytearray(PAGE))
            content[paddr % PAGE:paddr % PAGE + part] = data[done:done + part]
            done += part

    @staticmethod
    def find_page(space, vaddr):
        """Physical address and mapping of a virtual address; None if there is none."""
        for bits in (12, 21):
            start = vaddr >> bits << bits
            mapping = space.pages.get(start)
            if mapping is not None and mapping.frame.bits == bits:
                return mapping.frame.paddr + vaddr - start, mapping
        return None

    def read(self, space, vaddr, size):
        """Bytes of an address space."""
        result = b""
        while len(result) < size:
            page = self.find_page(space, vaddr + len(result))
            require(page is not None, f"{vaddr + len(result):#x} is not mapped")
            paddr = page[0]
            part = min(size - len(result), PAGE - paddr % PAGE)
            content = self.memory.get(paddr // PAGE, bytes(PAGE))
            result += bytes(content[paddr % PAGE:paddr % PAGE + part])
        return result
