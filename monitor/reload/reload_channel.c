/* SPDX-License-Identifier: BSD-2-Clause */
#include "monitor/reload/reload_channel.h"

#include <sddf/util/printf.h>
#include <sddf/util/string.h>
#include <sddf/util/util.h>

#include "microkit/include/microkit/grants.h"
#include "monitor/inspect/targets.h"
#include "monitor/pd/link.h"
#include "monitor/pd/log.h"
#include "monitor/reload/reload_target.h"
#include "monitor/reload/transaction.h"

static struct reload_module modules[MONITOR_RELOADABLE_MAX];
static unsigned count;
static struct protocol_message reply;

/* The answer to a request to swap is given when the new image has begun. */
static struct {
    const struct reload_module *module; /* NULL: none */
    uint16_t number;
} postponed;

/* ---- start ---- */

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

void reload_channel_init(const monitor_reload_config_t *config)
{
    if (!sddf_magic_matches(config, MONITOR_RELOAD_MAGIC_CLASS)) {
        return;
    }
    for (unsigned i = 0; i < config->count && i < MONITOR_RELOADABLE_MAX; i++) {
        const monitor_reload_pd_t *from = &config->pds[i];
        unsigned pd;

        if (!find_pd(from->pd, &pd) || targets_tcb(pd) == 0 || !is_usable(from)) {
            log_write(LEVEL_WARNING,
                    "section .reload_config names a PD that is no child, or "
                    "whose hand-over region is too large");
            continue;
        }
        reload_module_init(&modules[count++], from, reload_target(), pd,
                &(struct reload_image){
                        .entry = microkit_pds[pd].entry, .version = from->version });
    }
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
    link_send(&reply);
}

static void answer_chunk(struct reload_module *module, const struct protocol_message *request)
{
    if (!reload_chunk(module, &request->reload_chunk)) {
        link_refuse(request, PROTOCOL_ERROR_REFUSED, module->phase);
        return;
    }
    reply.type = MESSAGE_RELOAD_CHUNK;
    reply.number = request->number;
    reply.reload_chunk = request->reload_chunk;
    reply.reload_chunk.bytes.length = 0;
    link_send(&reply);
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

static bool act(struct reload_module *module, const struct protocol_message *request)
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
        module->changed = false;
        if (request->type == MESSAGE_RELOAD_SWAP && module->phase == RELOAD_PROBATION) {
            answer_postponed();
            postponed.module = module;
            postponed.number = request->number;
        } else {
            send_state(module, request->number);
        }
    } else {
        link_refuse(request, PROTOCOL_ERROR_REFUSED, module->phase);
    }
}

/* ---- events ---- */

bool reload_channel_fault(microkit_child child, microkit_msginfo message)
{
    for (unsigned i = 0; i < count; i++) {
        const struct microkit_pd *pd = &microkit_pds[modules[i].pd];

        if (pd->is_child && pd->child_id == child) {
            return reload_fault(&modules[i], microkit_msginfo_get_label(message));
        }
    }
    return false;
}

static const char *const endings[RELOAD_CAUSES] = {
    [RELOAD_COMMITTED] = "reload: committed",
    [RELOAD_ROLLED_BACK] = "reload: rolled back as asked",
    [RELOAD_NEVER_AT_REST] = "reload: not swapped, it never came to rest",
    [RELOAD_FAULTED] = "reload: the new image faulted, the old one is back",
    [RELOAD_SILENT] = "reload: the new image never was ready, the old one is back",
    [RELOAD_EXHAUSTED] = "reload: the new image used up its budget, the old one is back",
    [RELOAD_NO_HEARTBEAT] = "reload: the new image no longer came to rest, the old one is back",
    [RELOAD_ABANDONED] = "reload: the console has gone, nothing was changed",
};

static void tell(struct reload_module *module)
{
    module->changed = false;
    if (module->phase == RELOAD_AT_REST) {
        log_write(LEVEL_INFO,
                endings[module->cause] != NULL ? endings[module->cause] : "reload: refused");
    }
    send_state(module, 0);
}

void reload_channel_tick(void)
{
    answer_postponed();
    for (unsigned i = 0; i < count; i++) {
        reload_tick(&modules[i]);
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
