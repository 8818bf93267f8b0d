/* SPDX-License-Identifier: BSD-2-Clause */
#include "monitor/reload/transaction.h"

#include <string.h>

#include "monitor/protocol/crc32c.h"
#include "monitor/reload/module_place.h"
#include "monitor/signature/module_signature.h"

#define STAGING_MS      10000 /* a console that is silent for so long has gone */
#define LOOK_MS         2     /* how often what waits is looked at */
#define ROLLBACK_MS     1000  /* in which the PD has to come to rest for a rollback */
#define LIMIT_MAX_MS    60000
#define EXHAUSTIONS_MAX 32  /* on probation, from one rest to the next */
#define ANSWER_MS       100 /* in which a new image has to be ready */
#define HEARTBEAT_MS    500 /* in which an image on probation has to come to rest again */

/* ---- phases ---- */

static uint64_t in_ms(const struct reload_module *module, uint64_t ms)
{
    return module->target->now() + ms * module->target->ticks_per_ms;
}

static void enter(struct reload_module *module, enum protocol_reload_phase phase)
{
    module->phase = phase;
    module->changed = true;
}

static void end(struct reload_module *module, enum protocol_reload_cause cause, uint64_t detail)
{
    module->cause = cause;
    module->detail = detail;
    module->wanted_back = false;
    enter(module, RELOAD_AT_REST);
}

static bool is_current(const struct reload_module *module, uint32_t transaction)
{
    return module->phase != RELOAD_AT_REST && module->transaction == transaction;
}

/* A request that came once more after its transaction had ended: the state says how. 0: there was none yet. */
static bool has_ended(const struct reload_module *module, uint32_t transaction)
{
    return module->phase == RELOAD_AT_REST && transaction != 0
            && module->transaction == transaction;
}

void reload_module_init(struct reload_module *module, const monitor_reload_pd_t *config,
        const struct reload_target *target, unsigned pd, const struct reload_image *boot)
{
    memset(module, 0, sizeof(*module));
    module->config = config;
    module->target = target;
    module->pd = pd;
    module->images[0] = *boot;
    module->previous = RELOAD_NO_IMAGE;
}

/* The slot that neither the running image nor the one to go back to is in. */
static uint8_t free_image(const struct reload_module *module)
{
    for (uint8_t image = 1; image < RELOAD_IMAGES; image++) {
        if (image != module->running && image != module->previous) {
            return image;
        }
    }
    return module->running == 1 ? 2 : 1; /* both are in slots: the previous one goes */
}

static const monitor_reload_slot_t *slot_of(const struct reload_module *module, uint8_t image)
{
    return &module->config->slots[image - 1];
}

static struct lions_hand_over *hand_over(const struct reload_module *module)
{
    return module->config->hand_over.vaddr;
}

/* ---- stage ---- */

/* Why it cannot be staged; RELOAD_CAUSE_NONE: it can. */
static enum protocol_reload_cause check_begin(const struct reload_module *module,
        const struct protocol_reload_begin *request, uint64_t *detail)
{
    const monitor_reload_pd_t *config = module->config;
    enum protocol_reload_cause cause;

    *detail = config->text_bytes;
    if (request->text_bytes == 0 || request->text_bytes > config->text_bytes) {
        return RELOAD_BAD_SIZE;
    }
    *detail = config->data_bytes;
    if (request->data_memory < request->data_bytes || request->data_memory > config->data_bytes
            || request->data_bytes < sizeof(struct lions_module_header)) {
        return RELOAD_BAD_SIZE;
    }
    *detail = request->entry;
    if (request->entry % 4 != 0 || request->entry >= request->text_bytes) {
        return RELOAD_BAD_ENTRY;
    }
    cause = module_place_check(config, request, detail);
    return cause == RELOAD_CAUSE_NONE && module->key != NULL
            ? module_signature_check(request, NULL, NULL, module->key, detail)
            : cause;
}

static void note_who(struct reload_module *module, const uint8_t *name, uint16_t length)
{
    module->who.length = length < PROTOCOL_WHO_MAX ? length : PROTOCOL_WHO_MAX;
    memcpy(module->who.at, name, module->who.length);
}

bool reload_begin(struct reload_module *module, const struct protocol_reload_begin *request)
{
    enum protocol_reload_cause cause;
    uint64_t detail;
    uint8_t image;

    if (is_current(module, request->transaction) || has_ended(module, request->transaction)) {
        return true; /* repeated */
    }
    if (module->phase > RELOAD_VERIFIED) {
        return false;
    }
    module->transaction = request->transaction;
    note_who(module, request->who.at, request->who.length);
    image = free_image(module);
    cause = check_begin(module, request, &detail);
    if (cause != RELOAD_CAUSE_NONE) {
        end(module, cause, detail);
        return true;
    }
    if (image == module->previous) {
        module->previous = 0; /* its slot is needed */
    }
    module->images[image].entry = 0;
    module->staged = *request;
    memset(module->arrived, 0, sizeof(module->arrived));
    module->cause = RELOAD_CAUSE_NONE;
    module->detail = 0;
    module->deadline = in_ms(module, STAGING_MS);
    memset(slot_of(module, image)->data, 0, module->config->data_bytes);
    enter(module, RELOAD_STAGING);
    return true;
}

static uint32_t staged_of(const struct reload_module *module)
{
    return module->staged.text_bytes + module->staged.data_bytes;
}

static uint32_t staged_bytes(const struct reload_module *module)
{
    return module->arrived[0] + module->arrived[1];
}

/* The consoles that look on are told of each sixteenth. */
static void note_arrived(struct reload_module *module, uint8_t segment, uint32_t end)
{
    uint32_t step = staged_of(module) / 16 + 1;
    uint32_t before = staged_bytes(module);

    if (end > module->arrived[segment]) {
        module->arrived[segment] = end;
        module->changed |= staged_bytes(module) / step != before / step;
    }
}

bool reload_chunk(struct reload_module *module, const struct protocol_reload_chunk *request)
{
    const struct protocol_reload_begin *staged = &module->staged;
    uint32_t size = request->segment == 0 ? staged->text_bytes : staged->data_bytes;
    const monitor_reload_slot_t *slot;

    if (!is_current(module, request->transaction) || module->phase != RELOAD_STAGING
            || request->offset > size || request->bytes.length > size - request->offset) {
        return false;
    }
    slot = slot_of(module, free_image(module));
    memcpy((uint8_t *)(request->segment == 0 ? slot->text : slot->data) + request->offset,
            request->bytes.at, request->bytes.length);
    note_arrived(module, request->segment, request->offset + request->bytes.length);
    module->deadline = in_ms(module, STAGING_MS);
    return true;
}

/* ---- verify ---- */

static uint32_t crc(const void *bytes, uint32_t length)
{
    return crc32c_add(0, bytes, length);
}

/* Of the header as it lies in the slot now: nobody else can write there. */
static enum protocol_reload_cause check_header(const struct reload_module *module,
        const struct lions_module_header *header, bool older, uint64_t *detail)
{
    const monitor_reload_pd_t *config = module->config;
    const struct reload_image *running = &module->images[module->running];

    *detail = 0;
    if (header->magic != LIONS_MODULE_MAGIC) {
        return RELOAD_NO_MODULE;
    }
    if (memcmp(header->kind, config->kind, sizeof(config->kind)) != 0) {
        return RELOAD_OTHER_KIND;
    }
    *detail = header->interface;
    if (header->interface != config->interface) {
        return RELOAD_OTHER_INTERFACE;
    }
    *detail = header->config_bytes;
    if (header->config_bytes != config->config_bytes) {
        return RELOAD_OTHER_CONFIG;
    }
    *detail = header->oldest_schema;
    if (hand_over(module)->schema < header->oldest_schema
            || hand_over(module)->schema > header->schema) {
        return RELOAD_OTHER_SCHEMA;
    }
    *detail = header->version;
    return header->version < running->version && !older ? RELOAD_OLDER : RELOAD_CAUSE_NONE;
}

/* Nothing is made of it before it is known whose it is. */
static enum protocol_reload_cause check_staged(const struct reload_module *module,
        const monitor_reload_slot_t *slot, const struct protocol_reload_verify *request,
        uint64_t *detail)
{
    enum protocol_reload_cause cause = RELOAD_CAUSE_NONE;

    if (module->key != NULL) {
        cause = module_signature_check(
                &module->staged, slot->text, slot->data, module->key, detail);
    }
    if (cause == RELOAD_CAUSE_NONE) {
        cause = check_header(module, slot->data, request->older != 0, detail);
    }
    return cause == RELOAD_CAUSE_NONE ? module_place(module, slot, request, detail) : cause;
}

static void note_image(struct reload_module *module, uint8_t image)
{
    const struct protocol_reload_begin *staged = &module->staged;
    const struct lions_module_header *header = slot_of(module, image)->data;
    struct reload_image *noted = &module->images[image];

    noted->entry = slot_of(module, image)->address + staged->entry;
    noted->version = header->version;
    noted->schema = header->schema;
    noted->oldest_schema = header->oldest_schema;
    noted->build_id_length = staged->build_id.length;
    memcpy(noted->build_id, staged->build_id.at, staged->build_id.length);
}

bool reload_verify(struct reload_module *module, const struct protocol_reload_verify *request)
{
    uint8_t image = free_image(module);
    const monitor_reload_slot_t *slot = slot_of(module, image);
    enum protocol_reload_cause cause;
    uint64_t detail;

    if (!is_current(module, request->transaction)) {
        return has_ended(module, request->transaction);
    }
    if (module->phase != RELOAD_STAGING) {
        return module->phase == RELOAD_VERIFIED; /* repeated */
    }
    if (crc(slot->text, module->staged.text_bytes) != request->text_crc) {
        end(module, RELOAD_BAD_CHECKSUM, 0);
        return true;
    }
    if (crc(slot->data, module->staged.data_bytes) != request->data_crc) {
        end(module, RELOAD_BAD_CHECKSUM, 1);
        return true;
    }
    cause = check_staged(module, slot, request, &detail);
    if (cause != RELOAD_CAUSE_NONE) {
        end(module, cause, detail);
        return true;
    }
    module->target->make_executable(slot->text, module->staged.text_bytes);
    note_image(module, image);
    module->arrived[0] = module->staged.text_bytes;
    module->arrived[1] = module->staged.data_bytes;
    module->deadline = in_ms(module, STAGING_MS);
    enter(module, RELOAD_VERIFIED);
    return true;
}

/* ---- what one image leaves to the next ---- */

/* Bytes of the region in use; what an image says of it is not trusted. */
static uint32_t hand_over_bytes(
        const struct reload_module *module, const struct lions_hand_over *from)
{
    uint32_t room = (uint32_t)module->config->hand_over.size - sizeof(*from);

    return sizeof(*from) + (from->bytes < room ? from->bytes : room);
}

static void take_snapshot(struct reload_module *module)
{
    memcpy(module->snapshot, hand_over(module), hand_over_bytes(module, hand_over(module)));
}

/*
 * The state is again what it was at the swap, except for what says how the shared queues stand: they have moved on. An
 * image that has not said so has not touched them.
 */
static void restore_snapshot(struct reload_module *module)
{
    const struct lions_hand_over *snapshot = (const struct lions_hand_over *)module->snapshot;
    struct lions_hand_over *now = hand_over(module);
    uint32_t bytes = hand_over_bytes(module, snapshot) - sizeof(*snapshot);
    uint32_t kept = now->live == snapshot->live ? now->live : 0;

    if (kept < bytes) {
        memcpy(now->state + kept, snapshot->state + kept, bytes - kept);
    }
    now->schema = snapshot->schema;
    now->bytes = snapshot->bytes;
    now->live = snapshot->live;
}

/* ---- swap ---- */

static void install(struct reload_module *module, uint8_t image)
{
    module->running = image;
    module->rested_at = 0;
    module->swaps++;
    module->watched = false;
    module->wanted_back = false;
    module->swapped_at = module->target->now();
    module->since = module->swapped_at;
    module->down = 0;
    module->ready = 0;
    module->target->start(module->pd, module->images[image].entry);
}

/* The old image is complete where it always was. The PD is held, or has failed and its state with it. */
static void go_back(struct reload_module *module, enum protocol_reload_cause cause, uint64_t detail)
{
    uint8_t failed = module->running;

    install(module, module->previous);
    module->previous = cause == RELOAD_ROLLED_BACK ? failed : RELOAD_NO_IMAGE;
    end(module, cause, detail);
}

static void try_to_swap(struct reload_module *module)
{
    uint64_t where = 0;

    if (module->target->hold(module->pd, &where)) {
        uint8_t image = free_image(module);

        take_snapshot(module);
        if (module->running == 0) {
            module->images[0].schema = hand_over(module)->schema;
            module->images[0].oldest_schema = hand_over(module)->schema;
        }
        module->previous = module->running;
        install(module, image);
        module->deadline = module->swapped_at + module->probation;
        enter(module, RELOAD_PROBATION);
    } else if (module->target->now() >= module->deadline) {
        end(module, RELOAD_NEVER_AT_REST, where);
    }
}

bool reload_swap(struct reload_module *module, const struct protocol_reload_swap *request)
{
    if (!is_current(module, request->transaction)) {
        return has_ended(module, request->transaction);
    }
    if (module->phase != RELOAD_VERIFIED) {
        return module->phase > RELOAD_VERIFIED; /* repeated */
    }
    module->probation = (request->probation < LIMIT_MAX_MS ? request->probation : LIMIT_MAX_MS)
            * module->target->ticks_per_ms;
    module->deadline = in_ms(module, request->limit < LIMIT_MAX_MS ? request->limit : LIMIT_MAX_MS);
    enter(module, RELOAD_QUIESCING);
    try_to_swap(module);
    return true;
}

/* The image that the system was booted with has no header here: it is taken to know what the first swap found. */
static bool previous_can_take_over(const struct reload_module *module)
{
    const struct reload_image *previous = &module->images[module->previous];
    uint32_t schema = hand_over(module)->schema;

    return schema >= previous->oldest_schema && schema <= previous->schema;
}

/* The previous image is back, if the PD was at rest. On probation it gets the state of before if it cannot read this one. */
enum going_back {
    GOING_WAITS, /* not at rest */
    GOING_BACK,
    GOING_UNREADABLE,
};

static enum going_back try_to_go_back(struct reload_module *module)
{
    uint64_t where;

    if (!module->target->hold(module->pd, &where)) {
        module->detail = where;
        return GOING_WAITS;
    }
    /* Nobody can change the state any more: now it is looked at. */
    if (!previous_can_take_over(module)) {
        if (module->phase != RELOAD_PROBATION) {
            module->target->release(module->pd);
            return GOING_UNREADABLE;
        }
        restore_snapshot(module);
    }
    go_back(module, RELOAD_ROLLED_BACK, 0);
    return GOING_BACK;
}

/* Asked for while nothing was under way. */
static void wait_to_go_back(struct reload_module *module)
{
    enum going_back going = try_to_go_back(module);

    if (going == GOING_UNREADABLE) {
        end(module, RELOAD_OTHER_SCHEMA, module->images[module->previous].oldest_schema);
    } else if (going == GOING_WAITS && module->target->now() >= module->deadline) {
        end(module, RELOAD_NEVER_AT_REST, module->detail);
    }
}

bool reload_rollback(struct reload_module *module, const struct protocol_reload_rollback *request)
{
    if (module->swaps != request->swaps) { /* repeated, if that swap was this one */
        return module->swaps == request->swaps + 1 && module->phase == RELOAD_AT_REST
                && module->cause == RELOAD_ROLLED_BACK;
    }
    if (module->previous != RELOAD_NO_IMAGE && module->wanted_back) {
        return true; /* repeated */
    }
    if (module->previous == RELOAD_NO_IMAGE
            || (module->phase != RELOAD_AT_REST && module->phase != RELOAD_PROBATION)) {
        return false;
    }
    note_who(module, request->who.at, request->who.length);
    switch (try_to_go_back(module)) {
    case GOING_UNREADABLE:
        return false;
    case GOING_WAITS:
        module->wanted_back = true;
        if (module->phase == RELOAD_AT_REST) {
            module->deadline = in_ms(module, ROLLBACK_MS);
            enter(module, RELOAD_QUIESCING);
        }
        break;
    default:
        break;
    }
    return true;
}

/* ---- probation ---- */

/* The image on probation must not stay, nor what it may have done to the state. */
static void fail(struct reload_module *module, enum protocol_reload_cause cause, uint64_t detail)
{
    restore_snapshot(module);
    go_back(module, cause, detail);
}

/* Ticks that the swap took are known when the new image has begun. */
static void note_start(struct reload_module *module)
{
    uint64_t ready = __atomic_load_n(&hand_over(module)->ready, __ATOMIC_ACQUIRE);

    if (module->down == 0 && hand_over(module)->started >= module->swapped_at) {
        module->down = hand_over(module)->started - module->swapped_at;
        module->ready = ready != 0 ? ready - module->swapped_at : 0;
        module->changed |= ready != 0;
    } else if (module->ready == 0 && ready > module->swapped_at) {
        module->ready = ready - module->swapped_at;
        module->changed = true;
    }
}

static void watch(struct reload_module *module)
{
    uint64_t now = module->target->now();
    uint64_t where;
    bool rests = module->target->is_at_rest(module->pd, &where);
    uint64_t exhausted = module->target->exhaustions(module->pd);
    uint64_t alive;

    /* Not yet at the swap: that would only keep the new image from beginning. */
    if (!module->watched || rests) {
        module->watched = true;
        module->exhausted_before = exhausted;
    }
    exhausted -= module->exhausted_before;
    note_start(module);
    if (rests && module->ready != 0) {
        module->rested_at = now;
    }
    alive = module->rested_at != 0 ? module->rested_at : module->swapped_at;
    if (module->wanted_back && try_to_go_back(module) == GOING_BACK) {
        return;
    }
    if (!rests && exhausted > EXHAUSTIONS_MAX) {
        fail(module, RELOAD_EXHAUSTED, exhausted);
    } else if (module->ready == 0
            && now - module->swapped_at >= ANSWER_MS * module->target->ticks_per_ms) {
        fail(module, RELOAD_SILENT, where);
    } else if (now - alive >= HEARTBEAT_MS * module->target->ticks_per_ms) {
        fail(module, RELOAD_NO_HEARTBEAT, where);
    } else if (now >= module->deadline && module->rested_at != 0 && !module->wanted_back) {
        end(module, RELOAD_COMMITTED, 0);
    }
}

bool reload_fault(struct reload_module *module, uint64_t label)
{
    if (module->phase != RELOAD_PROBATION) {
        return false;
    }
    fail(module, RELOAD_FAULTED, label);
    return true;
}

void reload_tick(struct reload_module *module)
{
    switch (module->phase) {
    case RELOAD_QUIESCING:
        if (module->wanted_back) {
            wait_to_go_back(module);
        } else {
            try_to_swap(module);
        }
        break;
    case RELOAD_PROBATION:
        watch(module);
        break;
    case RELOAD_STAGING:
    case RELOAD_VERIFIED:
        if (module->target->now() >= module->deadline) {
            end(module, RELOAD_ABANDONED, 0);
        }
        break;
    default:
        note_start(module);
        break;
    }
}

uint64_t reload_next(const struct reload_module *module)
{
    switch (module->phase) {
    case RELOAD_VERIFIED: /* so that the alarm is set when the swap is asked for */
    case RELOAD_QUIESCING:
    case RELOAD_PROBATION:
        return in_ms(module, LOOK_MS);
    case RELOAD_STAGING:
        return module->deadline;
    default:
        return UINT64_MAX;
    }
}

static void copy_build_id(const struct reload_image *image, uint8_t *at, uint16_t *length)
{
    *length = (uint16_t)image->build_id_length;
    memcpy(at, image->build_id, image->build_id_length);
}

void reload_state(const struct reload_module *module, struct protocol_reload_state *state)
{
    const struct reload_image *running = &module->images[module->running];
    uint8_t next = free_image(module);

    state->pd = (uint16_t)module->pd;
    state->transaction = module->transaction;
    state->phase = (uint8_t)module->phase;
    state->cause = (uint8_t)module->cause;
    state->detail = module->detail;
    state->slot = module->running;
    state->previous = module->previous;
    state->next = next;
    state->text_address = slot_of(module, next)->address;
    state->text_room = module->config->text_bytes;
    state->data_address = state->text_address + state->text_room;
    state->data_room = module->config->data_bytes;
    state->version = running->version;
    state->swaps = module->swaps;
    state->since = module->since;
    state->down = module->down;
    state->ready = module->ready;
    copy_build_id(running, state->build_id.at, &state->build_id.length);
    state->running_address = module->running != 0 ? slot_of(module, module->running)->address : 0;
    state->previous_version = 0;
    state->previous_build_id.length = 0;
    if (module->previous != RELOAD_NO_IMAGE) {
        const struct reload_image *previous = &module->images[module->previous];

        state->previous_version = previous->version;
        copy_build_id(previous, state->previous_build_id.at, &state->previous_build_id.length);
    }
    state->staged = staged_bytes(module);
    state->staged_of = staged_of(module);
    state->who.length = module->who.length;
    memcpy(state->who.at, module->who.at, module->who.length);
    state->restarts = module->restarts;
}
