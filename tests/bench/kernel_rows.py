# SPDX-License-Identifier: BSD-2-Clause
"""The kernel's rows: the benchmark as initial task in QEMU (tests/bench/kernel_bench.c)."""
import run_image
import trace

# name, description, the original's figure (None: not published for it)
ROWS = [
    ("call_0_words", "Call to another address space, 0 words (donates)", 209),
    ("reply_recv_0_words", "ReplyRecv back, 0 words (returns the context)", 266),
    ("call_round_trip_passive_0", "Call and reply, 0 words, passive server", 475),
    ("call_fpu_0_words", "Call, 0 words, FPU in use", 261),
    ("reply_recv_fpu_0_words", "ReplyRecv, 0 words, FPU in use", 318),
    ("call_4_words", "Call, 4 words", None),
    ("reply_recv_4_words", "ReplyRecv, 4 words", None),
    ("call_10_words", "Call, 10 words", 932),
    ("reply_recv_10_words", "ReplyRecv, 10 words", 1017),
    ("call_active_0_words", "Call to an active server, 0 words", None),
    ("reply_recv_active_0_words", "ReplyRecv of an active server", None),
    ("call_round_trip_two_level_cspace", "Call and reply, caller has a two-level CSpace", None),
    ("call_with_capability", "Call with a capability that the server receives", None),
    ("send_to_higher_priority", "Send to a waiting higher-priority thread", 780),
    ("signal_to_higher_priority", "Signal to a waiting higher-priority thread", 699),
    ("signal_to_lower_priority", "Signal to a waiting lower-priority thread", 452),
    ("reschedule_by_higher_priority", "Reschedule by higher priority (same address space)", 688),
    ("yield_to_another_process", "Yield to another process", 502),
    ("yield_no_switch", "Yield, no switch", 475),
    ("fault_to_handler", "Fault to handler", 673),
    ("reply_to_faulter", "Reply to faulter", 1081),
    ("fault_round_trip", "Fault round trip", 1755),
    ("retype_frame_4k", "Retype one 4 KiB frame", 1281),
    ("map_frame_4k", "Map a 4 KiB frame", 637),
    ("change_frame_rights", "Change a frame's rights", 646),
    ("retype_tcb", "Retype a TCB", None),
    ("retype_frame_2m", "Retype one 2 MiB frame", None),
    ("revoke_1000_capabilities", "Revoke 1,000 capabilities", None),
    ("timer_interrupt_to_thread", "Timer interrupt to a waiting thread", None),
    ("worst_interrupt_latency_user_mode", "Worst interrupt latency: user code runs", None),
    ("worst_interrupt_latency_revoke", "Worst interrupt latency: revoke of 2,000", None),
    ("worst_interrupt_latency_delete", "Worst interrupt latency: delete of a CNode", None),
    ("worst_interrupt_latency_clear", "Worst interrupt latency: clearing 2 MiB", None),
    ("worst_interrupt_latency_clean", "Worst interrupt latency: cleaning a 2 MiB page", None),
    ("worst_interrupt_latency_retype_256", "Worst interrupt latency: Retype of 256 TCBs", None),
    ("worst_interrupt_latency_endpoint", "Worst interrupt latency: endpoint of 256 senders", None),
    ("worst_interrupt_latency_cancel", "Worst interrupt latency: CancelBadgedSends of 256", None),
    ("statistics_cost_call", "Statistics: share of a Call, 0 words (limit 15)", None),
    ("statistics_cost_reply_recv", "Statistics: share of a ReplyRecv, 0 words (limit 15)", None),
    ("kernel_entry_to_user", "Kernel entry at boot to first user instruction", 3800000),
]

# What rows without an original may be at most; latencies: half as much again as they are, or more.
LIMITS = {
    "statistics_cost_call": 15,
    "statistics_cost_reply_recv": 15,
    "worst_interrupt_latency_user_mode": 1000,
    "worst_interrupt_latency_revoke": 4000,
    "worst_interrupt_latency_delete": 4000,
    "worst_interrupt_latency_clear": 4000,
    "worst_interrupt_latency_clean": 4000,
    "worst_interrupt_latency_endpoint": 4000,
    "worst_interrupt_latency_cancel": 4000,
    "worst_interrupt_latency_retype_256": 10000,
}


def measure(target_build):
    """target_build: folder of the release target build. What counting for the statistics costs is
    the difference to the same image on a kernel that does not."""
    images = target_build / "tests/bench"
    figures = run_image.figures(images / "kernel_bench.img")
    uncounted = run_image.figures(images / "kernel_bench_uncounted.img")
    for operation in ("call", "reply_recv"):
        name = f"{operation}_0_words"
        figures[f"statistics_cost_{operation}"] = figures[name] - uncounted[name]
    figures["kernel_entry_to_user"] = trace.kernel_boot_instructions(images / "kernel_bench.img")
    return figures
