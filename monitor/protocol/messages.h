/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The one table of all messages: structures, numbers, codec, names and tests are made from it. What
 * the messages mean and in what order they come is in PROTOCOL.md.
 *
 * A list of fields is a macro that calls FIELD(S, kind, name, limit, record) once a field, in the order
 * in which they travel; S is whatever the list was given, for FIELD:
 *   u8 u16 u32 u64   a number, at most `limit`
 *   bytes            up to `limit` bytes with their length
 *   sparse           some of 32 numbers, each there or not; `limit` is how many this version knows
 *   list             up to `limit` items, each a `record`
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PROTOCOL_MAJOR 1 /* another one: do not talk */
#define PROTOCOL_MINOR 0 /* a higher one: more messages, more counters */

#define PROTOCOL_ID_MAX              32 /* bytes of a build-id or system id */
#define PROTOCOL_PDS_MAX             64
#define PROTOCOL_PDS_PER_LIST        64
#define PROTOCOL_PD_SAMPLES_MAX      12 /* samples in one message; larger systems take several */
#define PROTOCOL_SC_SAMPLES_MAX      10
#define PROTOCOL_REFILLS_MAX         6 /* of each scheduling context, the earliest ones */
#define PROTOCOL_QUEUES_MAX          64
#define PROTOCOL_QUEUE_SAMPLES_MAX   6
#define PROTOCOL_HISTOGRAM_BINS      10 /* empty, eight eighths, full */
#define PROTOCOL_WINDOWS_MAX         512
#define PROTOCOL_WINDOWS_PER_LIST    48
#define PROTOCOL_MEMORY_MAX          1536 /* bytes in one reply */
#define PROTOCOL_TEXT_MAX            512
#define PROTOCOL_GDB_MAX             1536
#define PROTOCOL_CHUNK_MAX           256 /* bytes of a module in one message */
#define PROTOCOL_RELOAD_LIMIT_MAX    60000 /* ms that a reload may wait for rest, or be on probation */
#define PROTOCOL_WHO_MAX             48    /* bytes of the name of who asks for a change */
#define PROTOCOL_DOING_MAX           120 /* bytes of what somebody uses a channel for */
#define PROTOCOL_RELOADABLE_MAX      8
#define PROTOCOL_SETTINGS_MAX        16 /* of a module */
#define PROTOCOL_MODULE_KEY_MAX      65 /* bytes of a public key: a point of P-256, uncompressed */
#define PROTOCOL_KEY_ID_MAX          8  /* first bytes of the SHA-256 sum of a public key */
#define PROTOCOL_SIGNATURE_MAX       64 /* bytes of a signature: r and s */
#define PROTOCOL_PROFILE_SAMPLES_MAX 6
#define PROTOCOL_FRAMES_MAX          26 /* of a sample's stack */
#define PROTOCOL_WAITS_MAX           16

/* --- counters: COUNTER(CONSTANT, name, meaning) --------------------------------------------------- */

/* Of a PD's thread. Totals since boot unless they say "now". */
#define PROTOCOL_PD_COUNTERS(COUNTER)                                             \
    COUNTER(SCHEDULED, scheduled, "times switched to")                            \
    COUNTER(RUN, run, "timer ticks run, whoever paid")                            \
    COUNTER(SENDS, sends, "messages sent without call")                           \
    COUNTER(CALLS, calls, "calls made")                                           \
    COUNTER(RECEIVES, receives, "messages received, faults and replies included") \
    COUNTER(SIGNALS, signals, "notifications signalled")                          \
    COUNTER(FAULTS, faults, "faults")                                             \
    COUNTER(EXPIRATIONS, expirations, "times the budget ran out")                 \
    COUNTER(STATE, state, "now: enum protocol_pd_state")                          \
    COUNTER(PRIORITY, priority, "now")                                            \
    COUNTER(MCP, mcp, "now: maximum controlled priority")                         \
    COUNTER(DOMAIN, domain, "now")

/* Of a scheduling context. Times in timer ticks. */
#define PROTOCOL_SC_COUNTERS(COUNTER)                                                  \
    COUNTER(BUDGET, budget, "now")                                                     \
    COUNTER(PERIOD, period, "now; 0: round robin")                                     \
    COUNTER(LEFT, left, "now: in the head refill")                                     \
    COUNTER(UNTIL, until, "now: until the head refill may be used; 0: it may be used") \
    COUNTER(CONSUMED, consumed, "ticks consumed since boot")                           \
    COUNTER(REFILLS, refills, "now: number of refills")                                \
    COUNTER(FLAGS, flags, "now: PROTOCOL_SC_...")

/* Of a queue, over the interval since the last report to anybody, except where it says otherwise. */
#define PROTOCOL_QUEUE_COUNTERS(COUNTER)                                                        \
    COUNTER(SAMPLES, samples, "looks taken")                                                    \
    COUNTER(MINIMUM, minimum, "least entries seen")                                             \
    COUNTER(MAXIMUM, maximum, "most entries seen")                                              \
    COUNTER(SUM, sum, "entries of all looks added; divide by samples for the mean")             \
    COUNTER(LAST, last, "entries at the last look")                                             \
    COUNTER(ENQUEUED, enqueued, "entries put in since the queue is watched")                    \
    COUNTER(DEQUEUED, dequeued, "entries taken out since the queue is watched")                 \
    COUNTER(FULL, full, "looks since watched that found it full")                               \
    COUNTER(ASLEEP, asleep, "looks with entries while the flag said that the consumer sleeps")  \
    COUNTER(STUCK, stuck, "now: looks in a row with entries, sleeping consumer, nothing taken") \
    COUNTER(CORRUPT, corrupt, "looks since watched that found the indices too far apart")       \
    COUNTER(FLAG, flag, "value of the flag at the last look")

/* Of the target's end of the link and of the monitor, since boot. */
#define PROTOCOL_LINK_COUNTERS(COUNTER)                                                        \
    COUNTER(FRAMES_IN, frames_in, "good frames received")                                      \
    COUNTER(FRAMES_OUT, frames_out, "frames sent")                                             \
    COUNTER(BYTES_IN, bytes_in, "bytes received")                                              \
    COUNTER(BYTES_OUT, bytes_out, "bytes sent")                                                \
    COUNTER(DAMAGED, damaged, "frames received with a wrong check sum, or none")               \
    COUNTER(LOST, lost, "frames missing in the sequence received")                             \
    COUNTER(REORDERED, reordered, "frames older than one before")                              \
    COUNTER(MALFORMED, malformed, "good frames whose message could not be decoded")            \
    COUNTER(REQUESTS, requests, "requests answered")                                           \
    COUNTER(REFUSED, refused, "of them with an error")                                         \
    COUNTER(DROPPED, dropped, "reports and log records not sent: no room in the line's queue") \
    COUNTER(LATE, late, "sampling ticks that came late by a period or more")                   \
    COUNTER(CONSOLES, consoles, "connections over the network with the right key")             \
    COUNTER(REFUSED_KEYS, refused_keys, "of them without: a wrong key, a handshake replayed")  \
    COUNTER(REFUSED_RECORDS, refused_records, "of them ended by a record changed or replayed") \
    COUNTER(REFUSED_OTHERS, refused_others, "of them too many, too slow, or beside another one")

#define PROTOCOL_COUNTER_PD_CONSTANT(constant, name, meaning)    PD_##constant,
#define PROTOCOL_COUNTER_SC_CONSTANT(constant, name, meaning)    SC_##constant,
#define PROTOCOL_COUNTER_QUEUE_CONSTANT(constant, name, meaning) QUEUE_##constant,
#define PROTOCOL_COUNTER_LINK_CONSTANT(constant, name, meaning)  LINK_##constant,

enum protocol_pd_counter {
    PROTOCOL_PD_COUNTERS(PROTOCOL_COUNTER_PD_CONSTANT) PD_COUNTERS
};
enum protocol_sc_counter {
    PROTOCOL_SC_COUNTERS(PROTOCOL_COUNTER_SC_CONSTANT) SC_COUNTERS
};
enum protocol_queue_counter {
    PROTOCOL_QUEUE_COUNTERS(PROTOCOL_COUNTER_QUEUE_CONSTANT) QUEUE_COUNTERS
};
enum protocol_link_counter {
    PROTOCOL_LINK_COUNTERS(PROTOCOL_COUNTER_LINK_CONSTANT) LINK_COUNTERS
};

/* --- values ---------------------------------------------------------------------------------------- */

/* PD_STATE: the numbers of lionscope_tcb_statistics.state, and behind them what the monitor knows better. */
enum protocol_pd_state {
    PD_STATE_INACTIVE = 0,
    PD_STATE_RUNNING = 1,
    PD_STATE_RESTART = 2,
    PD_STATE_RECEIVE = 3,
    PD_STATE_SEND = 4,
    PD_STATE_REPLY = 5,
    PD_STATE_NOTIFICATION = 6,
    PD_STATE_FAULTED = 16,    /* a child that has faulted, and waits for somebody to look at it */
    PD_STATE_BREAKPOINT = 17, /* ... that a debugger's breakpoint, watchpoint or step has stopped */
    PD_STATE_HELD = 18,       /* ... that a debugger has stopped, or not let begin */
};

/* SC_FLAGS */
#define PROTOCOL_SC_SPORADIC 1u
#define PROTOCOL_SC_ACTIVE   2u /* configured */
#define PROTOCOL_SC_CURRENT  4u /* a core runs on it right now */

/* pd_entry.flags */
#define PROTOCOL_PD_HAS_TCB 1u /* thread counters can be had */
#define PROTOCOL_PD_HAS_SC  2u /* its own scheduling context can be read */
#define PROTOCOL_PD_MONITOR 4u /* the monitor itself */
#define PROTOCOL_PD_CHILD   8u /* of the monitor: it handles its faults */

/* hello_reply.features: what this target can do. */
#define PROTOCOL_HAS_PD_COUNTERS   1u /* the kernel has statistics of threads */
#define PROTOCOL_HAS_SC_COUNTERS   2u /* ... of scheduling contexts */
#define PROTOCOL_HAS_SAMPLING      4u /* queues can be watched */
#define PROTOCOL_HAS_LOG           8u
#define PROTOCOL_HAS_AUTHENTICATED 16u /* this link is encrypted */
#define PROTOCOL_HAS_RELOAD        64u
#define PROTOCOL_HAS_PROFILER      32u /* ... and the profile channel is answered */

/* window.flags */
#define PROTOCOL_WINDOW_WRITABLE 1u

/* error_reply.code */
enum protocol_error_code {
    PROTOCOL_ERROR_UNKNOWN_MESSAGE = 1, /* detail: the type */
    PROTOCOL_ERROR_MALFORMED = 2,       /* detail: offset of what is wrong */
    PROTOCOL_ERROR_NO_SUCH_OBJECT = 3,  /* detail: the index */
    PROTOCOL_ERROR_UNREADABLE = 4,      /* detail: first address outside every window */
    PROTOCOL_ERROR_UNSUPPORTED = 5,     /* not by this kernel or this build; detail: feature bit */
    PROTOCOL_ERROR_BAD_VALUE = 6,       /* detail: number of the field, from 0 */
    PROTOCOL_ERROR_BUSY = 7,            /* ask again; detail: milliseconds */
    PROTOCOL_ERROR_REFUSED = 8,         /* by policy */
    PROTOCOL_ERROR_UNREACHABLE = 9,     /* from the broker: the target does not answer */
};

/* reload_state.phase */
enum protocol_reload_phase {
    RELOAD_AT_REST,   /* no transaction; cause says how the last one ended */
    RELOAD_STAGING,   /* chunks are taken */
    RELOAD_VERIFIED,  /* complete and fit; waits for the request to swap */
    RELOAD_QUIESCING, /* waits until the PD is at rest in its event loop */
    RELOAD_PROBATION, /* the new image runs, the old one can come back at any moment */
    RELOAD_PHASES
};

/* reload_state.cause, with what is in `detail` */
enum protocol_reload_cause {
    RELOAD_CAUSE_NONE,
    RELOAD_COMMITTED,
    RELOAD_ROLLED_BACK,     /* on request */
    RELOAD_BAD_SIZE,        /* text or data do not fit; the room */
    RELOAD_BAD_ENTRY,       /* outside the text; the entry */
    RELOAD_BAD_CHECKSUM,    /* what has arrived is not what was sent; the segment */
    RELOAD_NO_MODULE,       /* no header */
    RELOAD_OTHER_KIND,      /* a component of another kind */
    RELOAD_OTHER_INTERFACE, /* the interface it has */
    RELOAD_OTHER_CONFIG,    /* bytes of configuration it has */
    RELOAD_OTHER_SCHEMA,    /* cannot take over the running image's state; its oldest schema */
    RELOAD_OLDER,           /* and not asked for; its version */
    RELOAD_NEVER_AT_REST,   /* nothing has changed; where it was (0: not known) */
    RELOAD_FAULTED,         /* the old image is back; label of the fault */
    RELOAD_SILENT,          /* the old image is back; the new one never was ready: where it was */
    RELOAD_EXHAUSTED,       /* the old image is back; times its budget ran out */
    RELOAD_ABANDONED,       /* the console fell silent while staging */
    RELOAD_NO_HEARTBEAT, /* the old image is back; it was ready, and then did not rest: where it was */
    RELOAD_UNSIGNED,     /* and the system wants signatures */
    RELOAD_OTHER_KEY, /* not signed with the system's key; the id of the one it was signed with */
    RELOAD_BAD_SIGNATURE,  /* what was signed is not what has been staged */
    RELOAD_BAD_RELOCATION, /* of a kind that is not known, or outside; its number from 0 */
    RELOAD_BAD_SETTING, /* outside the variables, or nothing to be copied there; its number from 0 */
    RELOAD_MONITOR_RESTARTED, /* before the swap: nothing has changed; the phase that it was in */
    /* A debugger has stopped it. While something is under way: that waits. At rest: nothing has changed; where it is. */
    RELOAD_HELD,
    RELOAD_CAUSES
};

/* profile_sample.flags */
#define PROTOCOL_SAMPLE_KERNEL   0x001 /* hit the kernel, which goes on at pc */
#define PROTOCOL_SAMPLE_IDLE     0x002
#define PROTOCOL_SAMPLE_CUT      0x100      /* the stack goes on, or is none */
#define PROTOCOL_SAMPLE_NO_STACK 0x200      /* not seen */
#define PROTOCOL_NO_RECORD       UINT32_MAX /* profile_sample.record */

/* profile_wait.reason: why a PD did not run. */
enum protocol_wait_reason {
    PROTOCOL_WAIT_NONE,      /* it ran */
    PROTOCOL_WAIT_SIGNAL,    /* for a signal or a message; by: who ran when it came */
    PROTOCOL_WAIT_CALL,      /* for an answer; by: who ran next, the server */
    PROTOCOL_WAIT_SEND,      /* until somebody takes its message */
    PROTOCOL_WAIT_BUDGET,    /* until its scheduling context has budget again */
    PROTOCOL_WAIT_PREEMPTED, /* could run, but `by` did */
    PROTOCOL_WAIT_STOPPED,   /* suspended, or it has faulted */
    PROTOCOL_WAIT_BEFORE,    /* since before the records began */
    PROTOCOL_WAIT_REASONS
};
#define PROTOCOL_WAIT_BY_IDLE UINT16_MAX /* nobody ran: an interrupt */

/* log_record.level */
enum protocol_level {
    LEVEL_ERROR,
    LEVEL_WARNING,
    LEVEL_INFO,
    LEVEL_DEBUG,
    LEVELS
};
/* log_record.source of a record that no PD wrote */
#define PROTOCOL_NO_PD UINT16_MAX

/* line_status.state */
enum protocol_line_state {
    LINE_CONNECTING,
    LINE_UP,
    LINE_LOST,
    LINE_REBOOTED,
    LINE_STATES
};

/* --- records: parts of messages ------------------------------------------------------------------- */

#define FIELDS_PD_ENTRY(FIELD, S)                 \
    FIELD(S, u16, pd, PROTOCOL_PDS_MAX - 1, none) \
    FIELD(S, u32, flags, UINT32_MAX, none)

#define FIELDS_PD_SAMPLE(FIELD, S)                \
    FIELD(S, u16, pd, PROTOCOL_PDS_MAX - 1, none) \
    FIELD(S, sparse, counters, PD_COUNTERS, none)

#define FIELDS_REFILL(FIELD, S)           \
    FIELD(S, u64, time, UINT64_MAX, none) \
    FIELD(S, u64, amount, UINT64_MAX, none)

#define FIELDS_SC_SAMPLE(FIELD, S)                \
    FIELD(S, u16, pd, PROTOCOL_PDS_MAX - 1, none) \
    FIELD(S, sparse, counters, SC_COUNTERS, none) \
    FIELD(S, list, refills, PROTOCOL_REFILLS_MAX, refill)

#define FIELDS_HISTOGRAM_BIN(FIELD, S) FIELD(S, u32, samples, UINT32_MAX, none)

#define FIELDS_QUEUE_SAMPLE(FIELD, S)                  \
    FIELD(S, u16, slot, PROTOCOL_QUEUES_MAX - 1, none) \
    FIELD(S, sparse, counters, QUEUE_COUNTERS, none)   \
    FIELD(S, list, histogram, PROTOCOL_HISTOGRAM_BINS, histogram_bin)

#define FIELDS_WINDOW(FIELD, S)              \
    FIELD(S, u64, address, UINT64_MAX, none) \
    FIELD(S, u64, size, UINT64_MAX, none)    \
    FIELD(S, u32, flags, UINT32_MAX, none)

#define FIELDS_STACK_FRAME(FIELD, S) FIELD(S, u64, address, UINT64_MAX, none)

/*
 * pd, context: index + 1 of who ran and of whose scheduling context paid; 0: nobody, or not sampled.
 * flags: PROTOCOL_SAMPLE_. record: bytes from the stack pointer to the frame pointer; PROTOCOL_NO_RECORD: more, or it
 * points elsewhere. frames: return addresses found by frame pointers, innermost first.
 */
#define FIELDS_PROFILE_SAMPLE(FIELD, S)       \
    FIELD(S, u64, time, UINT64_MAX, none)     \
    FIELD(S, u32, elapsed, UINT32_MAX, none)  \
    FIELD(S, u16, pd, PROTOCOL_PDS_MAX, none) \
    FIELD(S, u16, context, UINT16_MAX, none)  \
    FIELD(S, u16, flags, UINT16_MAX, none)    \
    FIELD(S, u64, pc, UINT64_MAX, none)       \
    FIELD(S, u64, lr, UINT64_MAX, none)       \
    FIELD(S, u32, record, UINT32_MAX, none)   \
    FIELD(S, list, frames, PROTOCOL_FRAMES_MAX, stack_frame)

/* Of PD index `pd`: ticks spent so, and how often. by: index + 1, 0: not known, PROTOCOL_WAIT_BY_IDLE. */
#define FIELDS_PROFILE_WAIT(FIELD, S)                     \
    FIELD(S, u16, pd, PROTOCOL_PDS_MAX - 1, none)         \
    FIELD(S, u8, reason, PROTOCOL_WAIT_REASONS - 1, none) \
    FIELD(S, u16, by, UINT16_MAX, none)                   \
    FIELD(S, u64, ticks, UINT64_MAX, none)                \
    FIELD(S, u64, times, UINT64_MAX, none)

#define FIELDS_RELOADABLE(FIELD, S) FIELD(S, u16, pd, PROTOCOL_PDS_MAX - 1, none)

/* Bytes of a module that are copied from the image that the system was booted with, unless it says otherwise. */
#define FIELDS_RELOAD_SETTING(FIELD, S)     \
    FIELD(S, u32, offset, UINT32_MAX, none) \
    FIELD(S, u32, size, UINT32_MAX, none)

/* Where they stand in that image, in the PD; 0: the module's own are kept. */
#define FIELDS_RELOAD_SOURCE(FIELD, S) FIELD(S, u64, address, UINT64_MAX, none)

#define PROTOCOL_RECORDS(RECORD)                  \
    RECORD(stack_frame, FIELDS_STACK_FRAME)       \
    RECORD(reloadable, FIELDS_RELOADABLE)         \
    RECORD(reload_setting, FIELDS_RELOAD_SETTING) \
    RECORD(reload_source, FIELDS_RELOAD_SOURCE)   \
    RECORD(profile_sample, FIELDS_PROFILE_SAMPLE) \
    RECORD(profile_wait, FIELDS_PROFILE_WAIT)     \
    RECORD(pd_entry, FIELDS_PD_ENTRY)             \
    RECORD(pd_sample, FIELDS_PD_SAMPLE)           \
    RECORD(refill, FIELDS_REFILL)                 \
    RECORD(sc_sample, FIELDS_SC_SAMPLE)           \
    RECORD(histogram_bin, FIELDS_HISTOGRAM_BIN)   \
    RECORD(queue_sample, FIELDS_QUEUE_SAMPLE)     \
    RECORD(window, FIELDS_WINDOW)

/* --- messages -------------------------------------------------------------------------------------- */

#define FIELDS_HELLO_REQUEST(FIELD, S)     \
    FIELD(S, u16, major, UINT16_MAX, none) \
    FIELD(S, u16, minor, UINT16_MAX, none)

/* boot_id differs from boot to boot: the time of the monitor's init will do if nothing better is there */
#define FIELDS_HELLO_REPLY(FIELD, S)                        \
    FIELD(S, u16, major, UINT16_MAX, none)                  \
    FIELD(S, u16, minor, UINT16_MAX, none)                  \
    FIELD(S, u64, boot_id, UINT64_MAX, none)                \
    FIELD(S, bytes, system_id, PROTOCOL_ID_MAX, none)       \
    FIELD(S, bytes, build_id, PROTOCOL_ID_MAX, none)        \
    FIELD(S, u32, features, UINT32_MAX, none)               \
    FIELD(S, u64, timer_hz, UINT64_MAX, none)               \
    FIELD(S, u64, now, UINT64_MAX, none)                    \
    FIELD(S, u16, pd_count, PROTOCOL_PDS_MAX, none)         \
    FIELD(S, u16, window_count, PROTOCOL_WINDOWS_MAX, none) \
    FIELD(S, u16, queue_slots, PROTOCOL_QUEUES_MAX, none)   \
    FIELD(S, u32, line_rate, UINT32_MAX, none)

#define FIELDS_FIRST(FIELD, S) FIELD(S, u16, first, UINT16_MAX, none)

#define FIELDS_PD_LIST(FIELD, S)                 \
    FIELD(S, u16, total, PROTOCOL_PDS_MAX, none) \
    FIELD(S, u16, first, UINT16_MAX, none)       \
    FIELD(S, list, pds, PROTOCOL_PDS_PER_LIST, pd_entry)

#define FIELDS_WINDOW_LIST(FIELD, S)                 \
    FIELD(S, u16, total, PROTOCOL_WINDOWS_MAX, none) \
    FIELD(S, u16, first, UINT16_MAX, none)           \
    FIELD(S, list, windows, PROTOCOL_WINDOWS_PER_LIST, window)

/* `next` is the `first` of the request for what did not fit; 0: that was all. */
#define FIELDS_PD_REPORT(FIELD, S)            \
    FIELD(S, u32, sequence, UINT32_MAX, none) \
    FIELD(S, u8, key, 1, none)                \
    FIELD(S, u64, time, UINT64_MAX, none)     \
    FIELD(S, u16, next, UINT16_MAX, none)     \
    FIELD(S, list, samples, PROTOCOL_PD_SAMPLES_MAX, pd_sample)

#define FIELDS_SC_REPORT(FIELD, S)            \
    FIELD(S, u32, sequence, UINT32_MAX, none) \
    FIELD(S, u8, key, 1, none)                \
    FIELD(S, u64, time, UINT64_MAX, none)     \
    FIELD(S, u16, next, UINT16_MAX, none)     \
    FIELD(S, list, samples, PROTOCOL_SC_SAMPLES_MAX, sc_sample)

#define FIELDS_QUEUE_REPORT(FIELD, S)         \
    FIELD(S, u32, sequence, UINT32_MAX, none) \
    FIELD(S, u8, key, 1, none)                \
    FIELD(S, u64, time, UINT64_MAX, none)     \
    FIELD(S, u16, next, UINT16_MAX, none)     \
    FIELD(S, list, samples, PROTOCOL_QUEUE_SAMPLES_MAX, queue_sample)

/*
 * Addresses are the monitor's own and must lie in its windows. Indices and flag are little-endian
 * numbers of 1, 2, 4 or 8 bytes, aligned; flag_address 0: no flag. The consumer sleeps when the flag is
 * flag_asleep. capacity 0 frees the slot.
 */
#define FIELDS_WATCH_QUEUE_REQUEST(FIELD, S)      \
    FIELD(S, u16, slot, UINT16_MAX, none)         \
    FIELD(S, u64, tail_address, UINT64_MAX, none) \
    FIELD(S, u64, head_address, UINT64_MAX, none) \
    FIELD(S, u8, index_bytes, 8, none)            \
    FIELD(S, u64, capacity, UINT64_MAX, none)     \
    FIELD(S, u64, flag_address, UINT64_MAX, none) \
    FIELD(S, u8, flag_bytes, 8, none)             \
    FIELD(S, u64, flag_asleep, UINT64_MAX, none)

#define FIELDS_WATCH_QUEUE_REPLY(FIELD, S) FIELD(S, u16, slot, UINT16_MAX, none)

#define FIELDS_READ_MEMORY_REQUEST(FIELD, S) \
    FIELD(S, u64, address, UINT64_MAX, none) \
    FIELD(S, u16, length, PROTOCOL_MEMORY_MAX, none)

#define FIELDS_READ_MEMORY_REPLY(FIELD, S)   \
    FIELD(S, u64, address, UINT64_MAX, none) \
    FIELD(S, bytes, data, PROTOCOL_MEMORY_MAX, none)

/* How many bytes from `address` on have `value`: finds how deep a stack once was. */
#define FIELDS_SCAN_MEMORY_REQUEST(FIELD, S) \
    FIELD(S, u64, address, UINT64_MAX, none) \
    FIELD(S, u32, length, UINT32_MAX, none)  \
    FIELD(S, u8, value, UINT8_MAX, none)

#define FIELDS_SCAN_MEMORY_REPLY(FIELD, S)   \
    FIELD(S, u64, address, UINT64_MAX, none) \
    FIELD(S, u32, same, UINT32_MAX, none)    \
    FIELD(S, u8, complete, 1, none)

/* Intervals in milliseconds; 0: not this stream. It replaces what was subscribed before. */
#define FIELDS_SUBSCRIPTION(FIELD, S)                   \
    FIELD(S, u32, pd_interval, UINT32_MAX, none)        \
    FIELD(S, u32, sc_interval, UINT32_MAX, none)        \
    FIELD(S, u32, queue_interval, UINT32_MAX, none)     \
    FIELD(S, u32, link_interval, UINT32_MAX, none)      \
    FIELD(S, u16, queue_samples_per_second, 1000, none) \
    FIELD(S, u8, log, 1, none)                          \
    FIELD(S, u32, lease, UINT32_MAX, none)

#define FIELDS_LINK_REPORT(FIELD, S)       \
    FIELD(S, u64, stamp, UINT64_MAX, none) \
    FIELD(S, u64, time, UINT64_MAX, none)  \
    FIELD(S, sparse, counters, LINK_COUNTERS, none)

/* The largest payload the other side wants: short frames come through a line that loses bytes. */
#define FIELDS_FRAME_LIMIT(FIELD, S) FIELD(S, u16, bytes, UINT16_MAX, none)

#define FIELDS_REGISTERS_REQUEST(FIELD, S) FIELD(S, u16, pd, PROTOCOL_PDS_MAX - 1, none)

#define FIELDS_REGISTERS_REPLY(FIELD, S)          \
    FIELD(S, u16, pd, PROTOCOL_PDS_MAX - 1, none) \
    FIELD(S, u64, pc, UINT64_MAX, none)           \
    FIELD(S, u64, sp, UINT64_MAX, none)           \
    FIELD(S, u64, fp, UINT64_MAX, none)           \
    FIELD(S, u64, lr, UINT64_MAX, none)

/* The stamp comes back in the report: it measures the way there and back. */
#define FIELDS_LINK_REQUEST(FIELD, S) FIELD(S, u64, stamp, UINT64_MAX, none)

#define FIELDS_ERROR_REPLY(FIELD, S)         \
    FIELD(S, u8, code, UINT8_MAX, none)      \
    FIELD(S, u16, request, UINT16_MAX, none) \
    FIELD(S, u64, detail, UINT64_MAX, none)

#define FIELDS_LOG_RECORD(FIELD, S)           \
    FIELD(S, u32, sequence, UINT32_MAX, none) \
    FIELD(S, u64, time, UINT64_MAX, none)     \
    FIELD(S, u16, source, UINT16_MAX, none)   \
    FIELD(S, u8, level, LEVELS - 1, none)     \
    FIELD(S, bytes, text, PROTOCOL_TEXT_MAX, none)

#define FIELDS_LOG_REQUEST(FIELD, S) FIELD(S, u32, sequence, UINT32_MAX, none)

#define FIELDS_RAW_TEXT(FIELD, S) FIELD(S, bytes, text, PROTOCOL_TEXT_MAX, none)

#define FIELDS_LINE_STATUS(FIELD, S)                 \
    FIELD(S, u8, state, LINE_STATES - 1, none)       \
    FIELD(S, u16, users, UINT16_MAX, none)           \
    FIELD(S, u64, damaged, UINT64_MAX, none)         \
    FIELD(S, u64, lost, UINT64_MAX, none)            \
    FIELD(S, u64, retries, UINT64_MAX, none)         \
    FIELD(S, u64, dropped, UINT64_MAX, none)         \
    FIELD(S, bytes, target, PROTOCOL_TEXT_MAX, none) \
    FIELD(S, bytes, trouble, PROTOCOL_TEXT_MAX, none)

/*
 * Samples from now on, for `lease` milliseconds (repeat it in time; a repetition changes nothing else).
 * event, period: as sel4/lionscope.h has them, 0x10000 and timer ticks for the timer. pds: bit i is PD i.
 */
#define FIELDS_PROFILE_START(FIELD, S)      \
    FIELD(S, u32, event, UINT32_MAX, none)  \
    FIELD(S, u64, period, UINT64_MAX, none) \
    FIELD(S, u64, pds, UINT64_MAX, none)    \
    FIELD(S, u32, lease, UINT32_MAX, none)

#define FIELDS_NOTHING(FIELD, S) FIELD(S, u8, reserved, 0, none)

/*
 * Where a reloadable PD stands. Addresses are the PD's own. slot: of the image that runs, 0: the one the
 * system was booted with; next: where a staged image goes. since: ticks, when the running image was installed.
 * down: ticks from the decision to swap to the first instruction of the image that took over. detail belongs to
 * cause: an address, a size, a number; see enum protocol_reload_cause. running_address: of the text of the image
 * that runs, 0 for the one the system was booted with. staged: of staged_of bytes of text and data, those up to the
 * furthest that has arrived; all of them from "verified" on. who: asked for the transaction, as it gave it, also of the last
 * one. restarts: of the monitor since boot.
 */
#define FIELDS_RELOAD_STATE(FIELD, S)                         \
    FIELD(S, u16, pd, PROTOCOL_PDS_MAX - 1, none)             \
    FIELD(S, u32, transaction, UINT32_MAX, none)              \
    FIELD(S, u8, phase, RELOAD_PHASES - 1, none)              \
    FIELD(S, u8, cause, RELOAD_CAUSES - 1, none)              \
    FIELD(S, u64, detail, UINT64_MAX, none)                   \
    FIELD(S, u8, slot, 2, none)                               \
    FIELD(S, u8, previous, 3, none)                           \
    FIELD(S, u8, next, 2, none)                               \
    FIELD(S, u64, text_address, UINT64_MAX, none)             \
    FIELD(S, u32, text_room, UINT32_MAX, none)                \
    FIELD(S, u64, data_address, UINT64_MAX, none)             \
    FIELD(S, u32, data_room, UINT32_MAX, none)                \
    FIELD(S, u32, version, UINT32_MAX, none)                  \
    FIELD(S, u32, swaps, UINT32_MAX, none)                    \
    FIELD(S, u64, since, UINT64_MAX, none)                    \
    FIELD(S, u64, down, UINT64_MAX, none)                     \
    FIELD(S, u64, ready, UINT64_MAX, none)                    \
    FIELD(S, bytes, build_id, PROTOCOL_ID_MAX, none)          \
    FIELD(S, u64, running_address, UINT64_MAX, none)          \
    FIELD(S, u32, previous_version, UINT32_MAX, none)         \
    FIELD(S, bytes, previous_build_id, PROTOCOL_ID_MAX, none) \
    FIELD(S, u32, staged, UINT32_MAX, none)                   \
    FIELD(S, u32, staged_of, UINT32_MAX, none)                \
    FIELD(S, bytes, who, PROTOCOL_WHO_MAX, none)              \
    FIELD(S, u32, restarts, UINT32_MAX, none)

#define FIELDS_RELOAD_PD(FIELD, S) FIELD(S, u16, pd, PROTOCOL_PDS_MAX - 1, none)

/*
 * A new transaction: text and data of so many bytes (data without what is zero at the end) will be staged, as they are in the
 * module's file; what stood in the slot is gone. The same `transaction` again changes nothing. Offsets count from the begin
 * of the text, data_offset is the data's; relocations: of a table in the text. who, what: user and file, as text, for the log.
 * key_id and signature are empty if it is not signed (monitor/signature/module_signature.h).
 */
#define FIELDS_RELOAD_BEGIN(FIELD, S)                               \
    FIELD(S, u16, pd, PROTOCOL_PDS_MAX - 1, none)                   \
    FIELD(S, u32, transaction, UINT32_MAX, none)                    \
    FIELD(S, u32, text_bytes, UINT32_MAX, none)                     \
    FIELD(S, u32, data_bytes, UINT32_MAX, none)                     \
    FIELD(S, u32, data_memory, UINT32_MAX, none)                    \
    FIELD(S, u32, entry, UINT32_MAX, none)                          \
    FIELD(S, bytes, build_id, PROTOCOL_ID_MAX, none)                \
    FIELD(S, bytes, who, PROTOCOL_WHO_MAX, none)                    \
    FIELD(S, bytes, what, PROTOCOL_WHO_MAX, none)                   \
    FIELD(S, u32, data_offset, UINT32_MAX, none)                    \
    FIELD(S, u32, relocations, UINT32_MAX, none)                    \
    FIELD(S, u32, relocation_bytes, UINT32_MAX, none)               \
    FIELD(S, list, settings, PROTOCOL_SETTINGS_MAX, reload_setting) \
    FIELD(S, bytes, key_id, PROTOCOL_KEY_ID_MAX, none)              \
    FIELD(S, bytes, signature, PROTOCOL_SIGNATURE_MAX, none)

/* Bytes of the text (segment 0) or data (1). Answered with the same message without bytes. */
#define FIELDS_RELOAD_CHUNK(FIELD, S)             \
    FIELD(S, u16, pd, PROTOCOL_PDS_MAX - 1, none) \
    FIELD(S, u32, transaction, UINT32_MAX, none)  \
    FIELD(S, u8, segment, 1, none)                \
    FIELD(S, u32, offset, UINT32_MAX, none)       \
    FIELD(S, bytes, bytes, PROTOCOL_CHUNK_MAX, none)

/* CRC-32C of what was staged. older: a lower version is meant. sources: of the settings, in their order. */
#define FIELDS_RELOAD_VERIFY(FIELD, S)            \
    FIELD(S, u16, pd, PROTOCOL_PDS_MAX - 1, none) \
    FIELD(S, u32, transaction, UINT32_MAX, none)  \
    FIELD(S, u32, text_crc, UINT32_MAX, none)     \
    FIELD(S, u32, data_crc, UINT32_MAX, none)     \
    FIELD(S, u8, older, 1, none)                  \
    FIELD(S, list, sources, PROTOCOL_SETTINGS_MAX, reload_source)

/* Swap once the PD is at rest, within `limit` ms; what happens in the `probation` ms after it brings the old back. */
#define FIELDS_RELOAD_SWAP(FIELD, S)              \
    FIELD(S, u16, pd, PROTOCOL_PDS_MAX - 1, none) \
    FIELD(S, u32, transaction, UINT32_MAX, none)  \
    FIELD(S, u32, limit, UINT32_MAX, none)        \
    FIELD(S, u32, probation, UINT32_MAX, none)

/* swaps: as in the reload_state that this is about, so that a repetition does not go forward again. */
#define FIELDS_RELOAD_ROLLBACK(FIELD, S)          \
    FIELD(S, u16, pd, PROTOCOL_PDS_MAX - 1, none) \
    FIELD(S, u32, swaps, UINT32_MAX, none)        \
    FIELD(S, bytes, who, PROTOCOL_WHO_MAX, none)

/* key: modules have to be signed with it; empty: they need not be. */
#define FIELDS_RELOAD_LIST(FIELD, S)                         \
    FIELD(S, list, pds, PROTOCOL_RELOADABLE_MAX, reloadable) \
    FIELD(S, bytes, key, PROTOCOL_MODULE_KEY_MAX, none)

/*
 * Of the samples `taken` since the start, `dropped` found no room, in whichever queue. Cost: ticks_run, since boot, of
 * the profiler, with what the kernel spends on samples; monitor_ticks, since boot, of the monitor for it;
 * bytes of this channel that the monitor has sent, and sent_bytes of all channels.
 */
#define FIELDS_PROFILE_STATUS(FIELD, S)            \
    FIELD(S, u8, running, 1, none)                 \
    FIELD(S, u32, event, UINT32_MAX, none)         \
    FIELD(S, u64, period, UINT64_MAX, none)        \
    FIELD(S, u64, pds, UINT64_MAX, none)           \
    FIELD(S, u64, taken, UINT64_MAX, none)         \
    FIELD(S, u64, dropped, UINT64_MAX, none)       \
    FIELD(S, u64, missed, UINT64_MAX, none)        \
    FIELD(S, u64, ticks_run, UINT64_MAX, none)     \
    FIELD(S, u64, time, UINT64_MAX, none)          \
    FIELD(S, u64, monitor_ticks, UINT64_MAX, none) \
    FIELD(S, u64, bytes, UINT64_MAX, none)         \
    FIELD(S, u64, sent_bytes, UINT64_MAX, none)

/* All there is from `first` on, as of `time`; `next`: where to go on, 0: that was all. */
#define FIELDS_PROFILE_WAITS(FIELD, S)     \
    FIELD(S, u64, time, UINT64_MAX, none)  \
    FIELD(S, u64, since, UINT64_MAX, none) \
    FIELD(S, u16, next, UINT16_MAX, none)  \
    FIELD(S, list, waits, PROTOCOL_WAITS_MAX, profile_wait)

#define FIELDS_PROFILE_SAMPLES(FIELD, S)      \
    FIELD(S, u32, sequence, UINT32_MAX, none) \
    FIELD(S, list, samples, PROTOCOL_PROFILE_SAMPLES_MAX, profile_sample)

/* One console wants a channel (gdb, reload, profile) for itself, or gives it back (claim = 0). */
#define FIELDS_CLAIM(FIELD, S)     \
    FIELD(S, u8, channel, 7, none) \
    FIELD(S, u8, claim, 1, none)

/*
 * Who has a channel, and what for. Who has claimed one tells `doing` (the rest is not looked at); the broker knows the other
 * things, and tells everybody at each change, and newcomers at once. held = 0: given back, or gone; who it was last. held_ms:
 * since it was claimed.
 */
#define FIELDS_HOLDER(FIELD, S)                  \
    FIELD(S, u8, channel, 7, none)               \
    FIELD(S, u8, held, 1, none)                  \
    FIELD(S, u32, process, UINT32_MAX, none)     \
    FIELD(S, u64, held_ms, UINT64_MAX, none)     \
    FIELD(S, bytes, who, PROTOCOL_WHO_MAX, none) \
    FIELD(S, bytes, doing, PROTOCOL_DOING_MAX, none)

/* MESSAGE(number, CONSTANT, name, channel, fields). Numbers are never used for something else. */
#define PROTOCOL_MESSAGES(MESSAGE)                                                             \
    MESSAGE(1, HELLO_REQUEST, hello_request, INSPECT, FIELDS_HELLO_REQUEST)                    \
    MESSAGE(2, HELLO_REPLY, hello_reply, INSPECT, FIELDS_HELLO_REPLY)                          \
    MESSAGE(3, ERROR_REPLY, error_reply, INSPECT, FIELDS_ERROR_REPLY)                          \
    MESSAGE(4, PD_LIST_REQUEST, pd_list_request, INSPECT, FIELDS_FIRST)                        \
    MESSAGE(5, PD_LIST, pd_list, INSPECT, FIELDS_PD_LIST)                                      \
    MESSAGE(6, WINDOW_LIST_REQUEST, window_list_request, INSPECT, FIELDS_FIRST)                \
    MESSAGE(7, WINDOW_LIST, window_list, INSPECT, FIELDS_WINDOW_LIST)                          \
    MESSAGE(8, PD_REQUEST, pd_request, INSPECT, FIELDS_FIRST)                                  \
    MESSAGE(9, PD_REPORT, pd_report, INSPECT, FIELDS_PD_REPORT)                                \
    MESSAGE(10, SC_REQUEST, sc_request, INSPECT, FIELDS_FIRST)                                 \
    MESSAGE(11, SC_REPORT, sc_report, INSPECT, FIELDS_SC_REPORT)                               \
    MESSAGE(12, WATCH_QUEUE_REQUEST, watch_queue_request, INSPECT, FIELDS_WATCH_QUEUE_REQUEST) \
    MESSAGE(13, WATCH_QUEUE_REPLY, watch_queue_reply, INSPECT, FIELDS_WATCH_QUEUE_REPLY)       \
    MESSAGE(14, QUEUE_REQUEST, queue_request, INSPECT, FIELDS_FIRST)                           \
    MESSAGE(15, QUEUE_REPORT, queue_report, INSPECT, FIELDS_QUEUE_REPORT)                      \
    MESSAGE(16, READ_MEMORY_REQUEST, read_memory_request, INSPECT, FIELDS_READ_MEMORY_REQUEST) \
    MESSAGE(17, READ_MEMORY_REPLY, read_memory_reply, INSPECT, FIELDS_READ_MEMORY_REPLY)       \
    MESSAGE(18, SCAN_MEMORY_REQUEST, scan_memory_request, INSPECT, FIELDS_SCAN_MEMORY_REQUEST) \
    MESSAGE(19, SCAN_MEMORY_REPLY, scan_memory_reply, INSPECT, FIELDS_SCAN_MEMORY_REPLY)       \
    MESSAGE(20, SUBSCRIBE_REQUEST, subscribe_request, INSPECT, FIELDS_SUBSCRIPTION)            \
    MESSAGE(21, SUBSCRIBE_REPLY, subscribe_reply, INSPECT, FIELDS_SUBSCRIPTION)                \
    MESSAGE(22, LINK_REQUEST, link_request, INSPECT, FIELDS_LINK_REQUEST)                      \
    MESSAGE(23, LINK_REPORT, link_report, INSPECT, FIELDS_LINK_REPORT)                         \
    MESSAGE(24, FRAME_LIMIT_REQUEST, frame_limit_request, INSPECT, FIELDS_FRAME_LIMIT)         \
    MESSAGE(25, FRAME_LIMIT_REPLY, frame_limit_reply, INSPECT, FIELDS_FRAME_LIMIT)             \
    MESSAGE(26, REGISTERS_REQUEST, registers_request, INSPECT, FIELDS_REGISTERS_REQUEST)       \
    MESSAGE(27, REGISTERS_REPLY, registers_reply, INSPECT, FIELDS_REGISTERS_REPLY)             \
    MESSAGE(32, LOG_REQUEST, log_request, LOG, FIELDS_LOG_REQUEST)                             \
    MESSAGE(33, LOG_RECORD, log_record, LOG, FIELDS_LOG_RECORD)                                \
    MESSAGE(48, RELOAD_LIST_REQUEST, reload_list_request, RELOAD, FIELDS_NOTHING)              \
    MESSAGE(49, RELOAD_LIST, reload_list, RELOAD, FIELDS_RELOAD_LIST)                          \
    MESSAGE(50, RELOAD_STATE_REQUEST, reload_state_request, RELOAD, FIELDS_RELOAD_PD)          \
    MESSAGE(51, RELOAD_STATE, reload_state, RELOAD, FIELDS_RELOAD_STATE)                       \
    MESSAGE(52, RELOAD_BEGIN, reload_begin, RELOAD, FIELDS_RELOAD_BEGIN)                       \
    MESSAGE(53, RELOAD_CHUNK, reload_chunk, RELOAD, FIELDS_RELOAD_CHUNK)                       \
    MESSAGE(54, RELOAD_VERIFY, reload_verify, RELOAD, FIELDS_RELOAD_VERIFY)                    \
    MESSAGE(55, RELOAD_SWAP, reload_swap, RELOAD, FIELDS_RELOAD_SWAP)                          \
    MESSAGE(56, RELOAD_ROLLBACK, reload_rollback, RELOAD, FIELDS_RELOAD_ROLLBACK)              \
    MESSAGE(64, PROFILE_START, profile_start, PROFILE, FIELDS_PROFILE_START)                   \
    MESSAGE(65, PROFILE_STOP, profile_stop, PROFILE, FIELDS_NOTHING)                           \
    MESSAGE(66, PROFILE_STATUS_REQUEST, profile_status_request, PROFILE, FIELDS_NOTHING)       \
    MESSAGE(67, PROFILE_STATUS, profile_status, PROFILE, FIELDS_PROFILE_STATUS)                \
    MESSAGE(68, PROFILE_SAMPLES, profile_samples, PROFILE, FIELDS_PROFILE_SAMPLES)             \
    MESSAGE(69, PROFILE_WAITS_REQUEST, profile_waits_request, PROFILE, FIELDS_FIRST)           \
    MESSAGE(70, PROFILE_WAITS, profile_waits, PROFILE, FIELDS_PROFILE_WAITS)                   \
    MESSAGE(96, RAW_TEXT, raw_text, BROKER, FIELDS_RAW_TEXT)                                   \
    MESSAGE(97, LINE_STATUS, line_status, BROKER, FIELDS_LINE_STATUS)                          \
    MESSAGE(98, CLAIM_REQUEST, claim_request, BROKER, FIELDS_CLAIM)                            \
    MESSAGE(99, CLAIM_REPLY, claim_reply, BROKER, FIELDS_CLAIM)                                \
    MESSAGE(100, HOLDER, holder, BROKER, FIELDS_HOLDER)

/* --- made from the table --------------------------------------------------------------------------- */

/* The numbers that are there, one bit each; those beyond what the reader knows are not kept. */
#define PROTOCOL_SPARSE_MAX                      32
#define PROTOCOL_MEMBER_u8(name, limit, record)  uint8_t name;
#define PROTOCOL_MEMBER_u16(name, limit, record) uint16_t name;
#define PROTOCOL_MEMBER_u32(name, limit, record) uint32_t name;
#define PROTOCOL_MEMBER_u64(name, limit, record) uint64_t name;
#define PROTOCOL_MEMBER_bytes(name, limit, record) \
    struct {                                       \
        uint16_t length;                           \
        uint8_t at[limit];                         \
    } name;
#define PROTOCOL_MEMBER_sparse(name, limit, record)   \
    struct {                                          \
        uint32_t present; /* bit i: at[i] is known */ \
        uint64_t at[limit];                           \
    } name;
#define PROTOCOL_MEMBER_list(name, limit, record) \
    struct {                                      \
        uint16_t count;                           \
        struct protocol_##record at[limit];       \
    } name;
#define PROTOCOL_MEMBER(S, kind, name, limit, record) PROTOCOL_MEMBER_##kind(name, limit, record)

#define PROTOCOL_DEFINE_RECORD(name, FIELDS) \
    struct protocol_##name {                 \
        FIELDS(PROTOCOL_MEMBER, none)        \
    };
PROTOCOL_RECORDS(PROTOCOL_DEFINE_RECORD)

#define PROTOCOL_DEFINE_CONSTANT(number, constant, name, channel, FIELDS) \
    MESSAGE_##constant = number,
enum protocol_type {
    PROTOCOL_MESSAGES(PROTOCOL_DEFINE_CONSTANT)
};

#define PROTOCOL_DEFINE_BODY(number, constant, name, channel, FIELDS) \
    struct protocol_##name {                                          \
        FIELDS(PROTOCOL_MEMBER, none)                                 \
    };
PROTOCOL_MESSAGES(PROTOCOL_DEFINE_BODY)

#define PROTOCOL_UNION_MEMBER(number, constant, name, channel, FIELDS) struct protocol_##name name;

/* Any message, decoded. */
struct protocol_message {
    uint16_t type;   /* enum protocol_type */
    uint16_t number; /* of the request it is or answers; 0: neither */
    union {
        PROTOCOL_MESSAGES(PROTOCOL_UNION_MEMBER)
    };
};
