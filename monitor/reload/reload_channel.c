/* SPDX-License-Identifier: BSD-2-Clause */
#include "monitor/reload/reload_channel.h"

#include <sddf/util/printf.h>
#include <sddf/util/string.h>
#include <sddf/util/util.h>

#include "microkit/include/microkit/grants.h"
#include "monitor/inspect/targets.h"
#include "monitor/pd/link.h"
#include "monitor/pd/log.h"
#include "monitor/reload/reload_debugger.h"
#include "monitor/reload/reload_target.h"
#include "monitor/reload/transaction.h"

static struct reload_module modules[MONITOR_RELOADABLE_MAX];
static unsigned count;
static const uint8_t *key; /* that modules have to be signed with; NULL: none */
static struct protocol_message reply;

/* The answer to a request to swap is given when the new image has begun. */
static struct {
    const struct reload_module *module; /* NULL: none */
    uint16_t number;
} postponed;

/* ---- which PDs ---- */

static bool find_pd(const char *name, unsigned *pd)
{
    for (unsigned i = 0; i < microkit_pds_count; i++) {
        if (sddf_strncmp(microkit_pds[i].name, name, SDDF_NAME_LENGTH) == 0) {
            *pd = i;
            return true;
        }
    }
    return false;
}

static bool is_usable(const monitor_reload_pd_t *config)
{
    for (unsigned i = 0; i < MONITOR_RELOAD_SLOTS; i++) {
        if (config->slots[i].text == NULL || config->slots[i].data == NULL) {
            return false;
        }
    }
    return config->hand_over.vaddr != NULL
            && config->hand_over.size >= sizeof(struct lions_hand_over)
            && config->hand_over.size <= RELOAD_HAND_OVER_MAX;
}

bool reload_channel_available(void)
{
    return count != 0;
}

static struct reload_module *module_of(unsigned pd)
{
    for (unsigned i = 0; i < count; i++) {
        if (modules[i].pd == pd) {
            return &modules[i];
        }
    }
    return NULL;
}

/* ---- answers ---- */

static void send_state(const struct reload_module *module, uint16_t number)
{
    reply.type = MESSAGE_RELOAD_STATE;
    reply.number = number;
    reload_state(module, &reply.reload_state);
    link_send(&reply);
}

static void answer_list(const struct protocol_message *request)
{
    struct protocol_reload_list *list = &reply.reload_list;

    reply.type = MESSAGE_RELOAD_LIST;
    reply.number = request->number;
    list->pds.count = 0;
    for (unsigned i = 0; i < count && i < PROTOCOL_RELOADABLE_MAX; i++) {
        list->pds.at[list->pds.count++].pd = (uint16_t)modules[i].pd;
    }
    list->key.length = key != NULL ? PROTOCOL_MODULE_KEY_MAX : 0;
    if (key != NULL) {
        sddf_memcpy(list->key.at, key, PROTOCOL_MODULE_KEY_MAX);
    }
    link_send(&reply);
}

/* Of a transaction that is over: the console is told how it ended. */
static void answer_unwanted_chunk(
        const struct reload_module *module, const struct protocol_message *request)
{
    if (reload_has_ended(module, request->reload_chunk.transaction)) {
        send_state(module, request->number);
    } else {
        link_refuse(request, PROTOCOL_ERROR_REFUSED, reload_phase(module));
    }
}

static void answer_chunk(struct reload_module *module, const struct protocol_message *request)
{
    if (!reload_chunk(module, &request->reload_chunk)) {
        answer_unwanted_chunk(module, request);
        return;
    }
    reply.type = MESSAGE_RELOAD_CHUNK;
    reply.number = request->number;
    reply.reload_chunk = request->reload_chunk;
    reply.reload_chunk.bytes.length = 0;
    link_send(&reply);
}

/* ---- who did what: a line of the log for each transaction ---- */

/* As the console gave it; text of somebody who has the link, shown by nobody who takes it for more. */
struct change {
    bool back; /* a rollback was asked for */
    char who[PROTOCOL_WHO_MAX + 1];
    char what[PROTOCOL_WHO_MAX + 1];
    char build_id[17]; /* its first eight bytes */
};

static struct change changes[MONITOR_RELOADABLE_MAX];

static void copy_text(char *to, const uint8_t *from, uint16_t length)
{
    for (uint16_t i = 0; i < length; i++) {
        to[i] = from[i] < ' ' ? '?' : (char)from[i];
    }
    to[length] = '\0';
}

static void in_digits(char *to, const uint8_t *bytes, uint16_t length)
{
    uint16_t shown = length < 8 ? length : 8;

    for (uint16_t i = 0; i < shown; i++) {
        sddf_snprintf(to + 2 * i, 3, "%02x", bytes[i]);
    }
    to[2 * shown] = '\0';
}

static void note_change(const struct reload_module *module, const struct protocol_message *request)
{
    struct change *change = &changes[module - modules];

    if (request->type == MESSAGE_RELOAD_BEGIN) {
        const struct protocol_reload_begin *begin = &request->reload_begin;

        change->back = false;
        copy_text(change->who, begin->who.at, begin->who.length);
        copy_text(change->what, begin->what.at, begin->what.length);
        in_digits(change->build_id, begin->build_id.at, begin->build_id.length);
    } else if (request->type == MESSAGE_RELOAD_ROLLBACK) {
        change->back = true;
        copy_text(
                change->who, request->reload_rollback.who.at, request->reload_rollback.who.length);
    }
}

static const char *const endings[RELOAD_CAUSES] = {
    [RELOAD_COMMITTED] = "committed",
    [RELOAD_ROLLED_BACK] = "rolled back as asked",
    [RELOAD_NEVER_AT_REST] = "not swapped, it never came to rest",
    [RELOAD_HELD] = "not swapped, a debugger has stopped it",
    [RELOAD_FAULTED] = "the new image faulted, the old one is back",
    [RELOAD_SILENT] = "the new image never was ready, the old one is back",
    [RELOAD_EXHAUSTED] = "the new image used up its budget, the old one is back",
    [RELOAD_NO_HEARTBEAT] = "the new image no longer came to rest, the old one is back",
    [RELOAD_ABANDONED] = "the console has gone, nothing was changed",
    [RELOAD_MONITOR_RESTARTED] = "the monitor was restarted, nothing was changed",
};

/* Stays when the monitor is restarted. */
static bool under_way[MONITOR_RELOADABLE_MAX];

/* True once for each transaction. */
static bool has_just_ended(const struct reload_module *module)
{
    bool *known = &under_way[module - modules];
    bool was = *known;

    *known = reload_phase(module) != RELOAD_AT_REST;
    return was && !*known;
}

/* The transaction has ended. */
static void audit(const struct reload_module *module)
{
    const struct change *change = &changes[module - modules];
    const char *ending = endings[module->cause] != NULL ? endings[module->cause] : "refused";
    uint32_t version = module->images[module->running].version;
    char text[256];

    if (change->back) {
        sddf_snprintf(text, sizeof(text), "rollback by %s: %s; version %u runs", change->who,
                ending, version);
    } else {
        sddf_snprintf(text, sizeof(text), "reload of %s, build-id %s, by %s: %s; version %u runs",
                change->what, change->build_id, change->who, ending, version);
    }
    log_write_for(module->cause == RELOAD_COMMITTED || module->cause == RELOAD_ROLLED_BACK
                    ? LEVEL_INFO
                    : LEVEL_WARNING,
            (uint16_t)module->pd, text);
}

/* Every message about one PD begins with its index. */
static unsigned pd_of(const struct protocol_message *request)
{
    switch (request->type) {
    case MESSAGE_RELOAD_BEGIN:
        return request->reload_begin.pd;
    case MESSAGE_RELOAD_CHUNK:
        return request->reload_chunk.pd;
    case MESSAGE_RELOAD_VERIFY:
        return request->reload_verify.pd;
    case MESSAGE_RELOAD_SWAP:
        return request->reload_swap.pd;
    case MESSAGE_RELOAD_ROLLBACK:
        return request->reload_rollback.pd;
    default:
        return request->reload_state_request.pd;
    }
}

/* Whoever debugs the PD hears of another image before that has begun. */
static void tell_debugger(const struct reload_module *module)
{
    static uint32_t told[MONITOR_RELOADABLE_MAX];

    if (told[module - modules] != module->swaps) {
        told[module - modules] = module->swaps;
        reload_debugger_replaced(module);
    }
}

static bool do_step(struct reload_module *module, const struct protocol_message *request)
{
    switch (request->type) {
    case MESSAGE_RELOAD_BEGIN:
        return reload_begin(module, &request->reload_begin);
    case MESSAGE_RELOAD_VERIFY:
        return reload_verify(module, &request->reload_verify);
    case MESSAGE_RELOAD_SWAP:
        return reload_swap(module, &request->reload_swap);
    case MESSAGE_RELOAD_ROLLBACK:
        return reload_rollback(module, &request->reload_rollback);
    default:
        return true;
    }
}

/* Who asks is noted before, for a monitor that is restarted meanwhile. */
static bool act(struct reload_module *module, const struct protocol_message *request)
{
    struct change *change = &changes[module - modules];
    struct change before;

    if (request->type != MESSAGE_RELOAD_BEGIN && request->type != MESSAGE_RELOAD_ROLLBACK) {
        return do_step(module, request);
    }
    before = *change;
    note_change(module, request);
    if (!do_step(module, request)) {
        *change = before;
        return false;
    }
    return true;
}

static void answer_postponed(void)
{
    if (postponed.module != NULL) {
        send_state(postponed.module, postponed.number);
        postponed.module = NULL;
    }
}

bool reload_channel_swapped(void)
{
    return postponed.module != NULL;
}

void reload_channel_answer(const struct protocol_message *request)
{
    struct reload_module *module;

    if (request->type == MESSAGE_RELOAD_LIST_REQUEST) {
        answer_list(request);
        return;
    }
    module = module_of(pd_of(request));
    if (module == NULL) {
        link_refuse(request, PROTOCOL_ERROR_NO_SUCH_OBJECT, pd_of(request));
    } else if (request->type == MESSAGE_RELOAD_CHUNK) {
        answer_chunk(module, request);
    } else if (act(module, request)) {
        bool ended = has_just_ended(module)
                || (module->changed && reload_phase(module) == RELOAD_AT_REST
                        && request->type != MESSAGE_RELOAD_STATE_REQUEST);

        tell_debugger(module);
        if (request->type == MESSAGE_RELOAD_BEGIN && reload_phase(module) == RELOAD_STAGING) {
            reload_debugger_staging(module);
        }
        module->changed = false;
        if (ended) {
            audit(module);
        }
        if (request->type == MESSAGE_RELOAD_VERIFY) {
            seL4_Yield(); /* it took long: the swap, next, is not to wait for budget halfway */
        }
        if (request->type == MESSAGE_RELOAD_SWAP && reload_phase(module) == RELOAD_PROBATION) {
            answer_postponed();
            postponed.module = module;
            postponed.number = request->number;
        } else {
            send_state(module, request->number);
        }
    } else {
        link_refuse(request, PROTOCOL_ERROR_REFUSED, reload_phase(module));
    }
}

/* ---- events ---- */

bool reload_channel_fault(microkit_child child, microkit_msginfo message)
{
    for (unsigned i = 0; i < count; i++) {
        const struct microkit_pd *pd = &microkit_pds[modules[i].pd];

        if (pd->is_child && pd->child_id == child) {
            bool went_back = !reload_debugger_expects(child, message)
                    && reload_fault(&modules[i], microkit_msginfo_get_label(message));

            tell_debugger(&modules[i]);
            return went_back;
        }
    }
    return false;
}

static void tell(struct reload_module *module)
{
    module->changed = false;
    if (has_just_ended(module)) {
        audit(module);
    }
    send_state(module, 0);
}

void reload_channel_tick(void)
{
    answer_postponed();
    for (unsigned i = 0; i < count; i++) {
        reload_tick(&modules[i]);
        tell_debugger(&modules[i]);
        if (modules[i].changed) {
            tell(&modules[i]);
        }
    }
}

uint64_t reload_channel_next(void)
{
    uint64_t next = UINT64_MAX;

    for (unsigned i = 0; i < count; i++) {
        next = MIN(next, reload_next(&modules[i]));
    }
    return next;
}

/* ---- start ---- */

/* What a restarted monitor has found; of a transaction that is over the usual line tells. */
static const char *const recoveries[RELOAD_RECOVERIES] = {
    [RELOAD_INSTALLED] =
            "the monitor was restarted in the middle of a swap: it is done, and the new image on "
            "probation",
    [RELOAD_WATCHED] = "the monitor was restarted: the probation of the new image goes on",
    [RELOAD_LOST] =
            "the monitor was restarted, and its record of this PD is damaged: it goes by where the PD is",
};

static const struct reload_module *known_module(unsigned pd)
{
    return module_of(pd);
}

/* Whatever the life before has left there. */
static void end_texts(struct change *change)
{
    change->who[PROTOCOL_WHO_MAX] = '\0';
    change->what[PROTOCOL_WHO_MAX] = '\0';
    change->build_id[sizeof(change->build_id) - 1] = '\0';
}

static void init_module(
        struct reload_module *module, const monitor_reload_pd_t *config, unsigned pd)
{
    enum reload_recovery found = reload_module_init(module, config, reload_target(), pd,
            &(struct reload_image){ .entry = microkit_pds[pd].entry, .version = config->version });

    module->key = key;
    end_texts(&changes[module - modules]);
    if (recoveries[found] != NULL) {
        log_write_for(LEVEL_WARNING, (uint16_t)pd, recoveries[found]);
    }
    under_way[module - modules] =
            found != RELOAD_FRESH && found != RELOAD_UNTOUCHED && found != RELOAD_LOST;
}

void reload_channel_init(const monitor_reload_config_t *config)
{
    count = 0;
    postponed.module = NULL;
    if (!sddf_magic_matches(config, MONITOR_RELOAD_MAGIC_CLASS)) {
        return;
    }
    key = config->key[0] != 0 ? config->key : NULL;
    for (unsigned i = 0; i < config->count && i < MONITOR_RELOADABLE_MAX; i++) {
        const monitor_reload_pd_t *from = &config->pds[i];
        unsigned pd;

        if (!find_pd(from->pd, &pd) || targets_tcb(pd) == 0 || !is_usable(from)) {
            log_write(LEVEL_WARNING,
                    "section .reload_config names a PD that is no child, or "
                    "whose hand-over region is too large");
            continue;
        }
        init_module(&modules[count++], from, pd);
    }
    reload_debugger_init(known_module);
}
