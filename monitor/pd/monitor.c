/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The monitor PD: answers the console and reports to it. It knows indices, addresses and numbers; names
 * and types the console knows. Its requests are listed in monitor/protocol/PROTOCOL.md.
 */
#include <os/sddf.h>

#include <sddf/timer/client.h>
#include <sddf/util/printf.h>
#include <sddf/util/string.h>
#include <sddf/util/util.h>

#include "microkit/include/microkit/grants.h"
#include "monitor/debug/gdb_channel.h"
#include "monitor/inspect/targets.h"
#include "monitor/inspect/windows.h"
#include "monitor/pd/clock.h"
#include "monitor/pd/link.h"
#include "monitor/pd/log.h"
#include "monitor/pd/profile.h"
#include "monitor/reload/reload_channel.h"
#include "monitor/telemetry/queues.h"
#include "monitor/telemetry/reports.h"

#define READ_MAX 384   /* bytes of memory in one reply: it has to fit LINK_PAYLOAD_MAX */
#define SCAN_MAX 65536 /* bytes looked at for one request */

__attribute__((__section__(".monitor_config"), used)) monitor_config_t config;
__attribute__((__section__(".reload_config"), used)) monitor_reload_config_t reload_config;
__attribute__((__section__(".profiler_client_config"), used))
profiler_client_config_t profiler_config;

static struct protocol_message reply;
/*
 * Of this PD: its memory is zero at boot, and stays as it is when its parent restarts it. So each part is made anew by its
 * init(), and what has to be known of the life before is said there.
 */
static uint32_t starts;
static uint64_t booted;
static uint64_t alarm = UINT64_MAX; /* ticks: what the timer is set to */

/* ---- answers ---- */

static void answer_hello(const struct protocol_message *request)
{
    struct protocol_hello_reply *hello = &reply.hello_reply;

    (void)request;
    reply.type = MESSAGE_HELLO_REPLY;
    hello->major = PROTOCOL_MAJOR;
    hello->minor = PROTOCOL_MINOR;
    hello->boot_id = booted;
    hello->system_id.length = MICROKIT_SYSTEM_ID_SIZE;
    sddf_memcpy(hello->system_id.at, microkit_system_id, MICROKIT_SYSTEM_ID_SIZE);
    hello->build_id.length = 0;
    hello->features = targets_features() | PROTOCOL_HAS_SAMPLING | PROTOCOL_HAS_LOG
            | (profile_available() ? PROTOCOL_HAS_PROFILER : 0)
            | (reload_channel_available() ? PROTOCOL_HAS_RELOAD : 0)
            | (link_is_network() ? PROTOCOL_HAS_AUTHENTICATED : 0);
    hello->timer_hz = clock_hz();
    hello->now = clock_now();
    hello->pd_count = (uint16_t)targets_count();
    hello->window_count = (uint16_t)windows_count();
    hello->queue_slots = PROTOCOL_QUEUES_MAX;
    hello->line_rate = config.line_rate;
    link_send(&reply);
}

static void answer_pd_list(const struct protocol_message *request)
{
    struct protocol_pd_list *list = &reply.pd_list;
    unsigned place = request->pd_list_request.first;

    reply.type = MESSAGE_PD_LIST;
    list->total = (uint16_t)targets_count();
    list->first = (uint16_t)place;
    list->pds.count = 0;
    for (; place < targets_count() && list->pds.count < PROTOCOL_PDS_PER_LIST; place++) {
        list->pds.at[list->pds.count++] = targets_entry(place);
        if (list->pds.count > 1 && !link_fits(&reply)) {
            list->pds.count--;
            break;
        }
    }
    link_send(&reply);
}

static void answer_window_list(const struct protocol_message *request)
{
    struct protocol_window_list *list = &reply.window_list;
    unsigned place = request->window_list_request.first;

    reply.type = MESSAGE_WINDOW_LIST;
    list->total = (uint16_t)windows_count();
    list->first = (uint16_t)place;
    list->windows.count = 0;
    for (; place < windows_count() && list->windows.count < PROTOCOL_WINDOWS_PER_LIST; place++) {
        list->windows.at[list->windows.count++] = windows_entry(place);
        if (list->windows.count > 1 && !link_fits(&reply)) {
            list->windows.count--;
            break;
        }
    }
    link_send(&reply);
}

static void answer_watch_queue(const struct protocol_message *request)
{
    uint64_t detail = 0;
    int error = queues_watch(&request->watch_queue_request, &detail);

    if (error != 0) {
        link_refuse(request, (enum protocol_error_code)error, detail);
        return;
    }
    reply.type = MESSAGE_WATCH_QUEUE_REPLY;
    reply.watch_queue_reply.slot = request->watch_queue_request.slot;
    link_send(&reply);
}

static void answer_read_memory(const struct protocol_message *request)
{
    uint64_t address = request->read_memory_request.address;
    uint64_t wanted = request->read_memory_request.length;
    uint64_t length = windows_readable(address, wanted < READ_MAX ? wanted : READ_MAX);

    if (length == 0 && wanted != 0) {
        link_refuse(request, PROTOCOL_ERROR_UNREADABLE, address);
        return;
    }
    reply.type = MESSAGE_READ_MEMORY_REPLY;
    reply.read_memory_reply.address = address;
    reply.read_memory_reply.data.length = (uint16_t)length;
    sddf_memcpy(reply.read_memory_reply.data.at, (const void *)address, length);
    link_send(&reply);
}

static void answer_scan_memory(const struct protocol_message *request)
{
    const struct protocol_scan_memory_request *scan = &request->scan_memory_request;
    uint64_t wanted = scan->length < SCAN_MAX ? scan->length : SCAN_MAX;
    uint64_t length = windows_readable(scan->address, wanted);
    const volatile uint8_t *bytes = (const volatile uint8_t *)scan->address;
    uint32_t same = 0;

    if (length == 0 && wanted != 0) {
        link_refuse(request, PROTOCOL_ERROR_UNREADABLE, scan->address);
        return;
    }
    while (same < length && bytes[same] == scan->value) {
        same++;
    }
    reply.type = MESSAGE_SCAN_MEMORY_REPLY;
    reply.scan_memory_reply.address = scan->address;
    reply.scan_memory_reply.same = same;
    reply.scan_memory_reply.complete = same < length || length == scan->length;
    link_send(&reply);
}

static void answer_subscribe(const struct protocol_message *request)
{
    reply.type = MESSAGE_SUBSCRIBE_REPLY;
    reports_subscribe(&request->subscribe_request, &reply.subscribe_reply);
    link_send(&reply);
}

static void answer_frame_limit(const struct protocol_message *request)
{
    reply.type = MESSAGE_FRAME_LIMIT_REPLY;
    reply.frame_limit_reply.bytes = (uint16_t)link_set_limit(request->frame_limit_request.bytes);
    link_send(&reply);
}

static void answer_log(const struct protocol_message *request)
{
    if (!log_repeat(request->log_request.sequence, request->number)) {
        link_refuse(request, PROTOCOL_ERROR_NO_SUCH_OBJECT, log_oldest());
    }
}

static void answer_registers(const struct protocol_message *request)
{
    unsigned pd = request->registers_request.pd;

    reply.type = MESSAGE_REGISTERS_REPLY;
    if (!targets_registers(pd, &reply.registers_reply)) {
        link_refuse(request, PROTOCOL_ERROR_NO_SUCH_OBJECT, pd);
        return;
    }
    link_send(&reply);
}

static const struct {
    uint16_t type;
    void (*answer)(const struct protocol_message *request);
} answers[] = {
    /* in the order in which they are looked at */
    { MESSAGE_RELOAD_SWAP, reload_channel_answer },
    { MESSAGE_RELOAD_LIST_REQUEST, reload_channel_answer },
    { MESSAGE_RELOAD_STATE_REQUEST, reload_channel_answer },
    { MESSAGE_RELOAD_BEGIN, reload_channel_answer },
    { MESSAGE_RELOAD_CHUNK, reload_channel_answer },
    { MESSAGE_RELOAD_VERIFY, reload_channel_answer },
    { MESSAGE_RELOAD_ROLLBACK, reload_channel_answer },
    { MESSAGE_HELLO_REQUEST, answer_hello },
    { MESSAGE_PD_LIST_REQUEST, answer_pd_list },
    { MESSAGE_WINDOW_LIST_REQUEST, answer_window_list },
    { MESSAGE_PD_REQUEST, reports_answer },
    { MESSAGE_SC_REQUEST, reports_answer },
    { MESSAGE_WATCH_QUEUE_REQUEST, answer_watch_queue },
    { MESSAGE_QUEUE_REQUEST, reports_answer },
    { MESSAGE_READ_MEMORY_REQUEST, answer_read_memory },
    { MESSAGE_SCAN_MEMORY_REQUEST, answer_scan_memory },
    { MESSAGE_SUBSCRIBE_REQUEST, answer_subscribe },
    { MESSAGE_LINK_REQUEST, reports_answer },
    { MESSAGE_FRAME_LIMIT_REQUEST, answer_frame_limit },
    { MESSAGE_LOG_REQUEST, answer_log },
    { MESSAGE_REGISTERS_REQUEST, answer_registers },
    { MESSAGE_PROFILE_START, profile_answer },
    { MESSAGE_PROFILE_STOP, profile_answer },
    { MESSAGE_PROFILE_STATUS_REQUEST, profile_answer },
    { MESSAGE_PROFILE_WAITS_REQUEST, profile_answer },
};

static void handle(const struct protocol_message *request)
{
    link_statistics.requests++;
    reply.number = request->number;
    for (unsigned i = 0; i < ARRAY_SIZE(answers); i++) {
        if (answers[i].type == request->type) {
            answers[i].answer(request);
            return;
        }
    }
    link_refuse(request, PROTOCOL_ERROR_UNKNOWN_MESSAGE, request->type);
}

/* ---- events ---- */

/* A timer that is too early is harmless; set again only if something is due before it. */
static void set_alarm(void)
{
    uint64_t next = MIN(
            MIN(reports_next(), gdb_channel_next()), MIN(profile_next(), reload_channel_next()));
    uint64_t now = clock_now();
    uint64_t ticks;

    if (next == UINT64_MAX || (alarm > now && alarm <= next)) {
        return;
    }
    ticks = next > now ? next - now : 1;
    alarm = next;
    sddf_timer_set_timeout(config.timer.driver_id,
            ticks / clock_hz() * NS_IN_S + ticks % clock_hz() * NS_IN_S / clock_hz() + 1);
}

static void take_gdb_frame(const uint8_t *payload, size_t length)
{
    gdb_channel_receive(payload, length, clock_now());
}

static const struct link_handlers handlers = { handle, take_gdb_frame };

/* At the end of each entry point: sends what has become due. */
static void finish(void)
{
    reports_tick(clock_now());
    gdb_channel_tick(clock_now());
    profile_tick(clock_now());
    reload_channel_tick();
    link_flush();
    set_alarm();
}

/* True if a new image waits for this PD to wait, and the alarm brings it back soon to do the rest. */
static bool had_better_wait(void)
{
    return reload_channel_swapped() && alarm < clock_now() + clock_hz() / 100;
}

static void init_parts(bool is_restart)
{
    alarm = UINT64_MAX;
    link_init(&config);
    if (is_restart) {
        gdb_channel_end_sessions();
    }
    /* Early: what it holds must not run when this PD's budget ends. */
    gdb_channel_init(config.keep_running, is_restart ? 0 : config.hold, config.line_rate);
    targets_init();
    reports_init(config.line_rate);
    profile_init(&profiler_config);
    reload_channel_init(&reload_config);
}

/* What came while nobody listened has brought its notification already. */
static void go_on(void)
{
    uint32_t times = starts - 1;
    char text[64];

    sddf_snprintf(text, sizeof(text), "the monitor has been restarted (%u time%s since boot)",
            times, times == 1 ? "" : "s");
    log_write(LEVEL_WARNING, text);
    profile_end();
    link_receive(&handlers);
    finish();
}

void init(void)
{
    if (!monitor_config_check_magic(&config)) {
        sddf_dprintf("monitor: section .monitor_config is not filled in\n");
        return;
    }
    booted = clock_now();
    starts++;
    init_parts(starts > 1);
    if (starts > 1) {
        go_on();
    } else {
        log_write(LEVEL_INFO, "the monitor has started");
    }
}

void notified(sddf_channel channel)
{
    if (channel == config.timer.driver_id) {
        alarm = UINT64_MAX;
    } else if (link_owns(channel)) {
        link_receive(&handlers);
        if (had_better_wait()) {
            return;
        }
    }
    finish();
}

seL4_Bool fault(microkit_child child, microkit_msginfo message, microkit_msginfo *reply_message)
{
    (void)reply_message;
    if (!reload_channel_fault(child, message)) {
        gdb_channel_fault(child, message);
    }
    finish();
    return false; /* no reply: it is resumed, or waits for somebody to look at it */
}
