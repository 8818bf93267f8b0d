/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/model/modules.h"

#include <stdio.h>
#include <string.h>

#include "console/model/model.h"
#include "console/model/state_words.h"

void module_id_text(const uint8_t *bytes, size_t length, char out[MODULE_ID_MAX])
{
    for (size_t i = 0; i < length && i < PROTOCOL_ID_MAX; i++) {
        snprintf(out + 2 * i, 3, "%02x", bytes[i]);
    }
    out[2 * (length < PROTOCOL_ID_MAX ? length : PROTOCOL_ID_MAX)] = '\0';
}

static void note_install(struct model_modules *modules, const struct protocol_reload_state *state)
{
    struct module_install *install;

    install = &modules->installs[modules->install_count++ % MODULE_INSTALLS];
    install->pd = state->pd;
    install->since = state->since;
    install->address = state->running_address;
    install->version = state->version;
    module_id_text(state->build_id.at, state->build_id.length, install->build_id);
}

/* All that is to be staged has arrived, and the target has not said yet that it fits. */
static bool is_verifying(const struct protocol_reload_state *state)
{
    return state->phase == RELOAD_STAGING && state->staged_of != 0
            && state->staged >= state->staged_of;
}

static enum reload_step step_of(const struct protocol_reload_state *state)
{
    switch (state->phase) {
    case RELOAD_STAGING:
        return is_verifying(state) ? STEP_VERIFY : STEP_STAGE;
    case RELOAD_VERIFIED:
        return STEP_VERIFY;
    case RELOAD_QUIESCING:
        return STEP_QUIESCE;
    default:
        return STEP_PROBATION;
    }
}

/* Steps are noted when they are first seen; one that was over between two looks is not. */
static void note_step(
        struct model_module *module, const struct protocol_reload_state *state, int64_t now)
{
    uint8_t before = module->known ? module->state.phase : (uint8_t)RELOAD_AT_REST;
    enum reload_step step;

    if (state->phase == RELOAD_AT_REST) {
        module->ended = before != RELOAD_AT_REST ? now : module->ended;
        return;
    }
    if (before == RELOAD_AT_REST || module->state.transaction != state->transaction) {
        memset(module->begun, 0, sizeof(module->begun));
        module->ended = 0;
    }
    step = step_of(state);
    if (module->begun[step] == 0) {
        module->begun[step] = now;
    }
}

void modules_take(
        struct model_modules *modules, const struct protocol_reload_state *state, int64_t now)
{
    struct model_module *module = &modules->of[state->pd];

    note_step(module, state, now);
    if (state->swaps != 0 && (!module->known || module->state.swaps != state->swaps)) {
        note_install(modules, state);
    }
    module->state = *state;
    module->known = true;
    module->heard = now;
}

/* Code and variables are at most this large: what a module's room is. */
static bool lies_in(
        const struct model_module *module, const struct module_install *install, uint64_t address)
{
    uint64_t room = (uint64_t)module->state.text_room + module->state.data_room;

    return install->address != 0 && address >= install->address
            && address - install->address < room;
}

const struct module_install *modules_at(
        const struct model_modules *modules, unsigned pd, uint64_t ticks, uint64_t address)
{
    unsigned kept =
            modules->install_count < MODULE_INSTALLS ? modules->install_count : MODULE_INSTALLS;

    for (unsigned i = 1; i <= kept; i++) {
        const struct module_install *install =
                &modules->installs[(modules->install_count - i) % MODULE_INSTALLS];

        if (install->pd == pd && install->since <= ticks
                && lies_in(&modules->of[pd], install, address)) {
            return install;
        }
    }
    return NULL;
}

static void archive_id(const struct model *model, unsigned pd, char out[MODULE_ID_MAX])
{
    const struct archive_pd *booted = names_describe_pd(&model->names, pd);

    if (booted != NULL) {
        snprintf(out, MODULE_ID_MAX, "%s", booted->elf.build_id);
    }
}

void module_running_id(const struct model *model, unsigned pd, char out[MODULE_ID_MAX])
{
    const struct protocol_reload_state *state = &model->modules.of[pd].state;

    module_id_text(state->build_id.at, state->build_id.length, out);
    if (state->slot == 0) {
        archive_id(model, pd, out);
    }
}

void module_previous_id(const struct model *model, unsigned pd, char out[MODULE_ID_MAX])
{
    const struct protocol_reload_state *state = &model->modules.of[pd].state;

    module_id_text(state->previous_build_id.at, state->previous_build_id.length, out);
    if (state->previous == 0) {
        archive_id(model, pd, out);
    }
}

double module_age_s(const struct model *model, unsigned pd)
{
    const struct protocol_reload_state *state = &model->modules.of[pd].state;
    uint64_t now = model->time > model->hello.now ? model->time : model->hello.now;

    return now < state->since ? -1 : model_ticks_to_us(model, now - state->since) / 1e6;
}

bool modules_are_changing(const struct model *model)
{
    for (unsigned i = 0; i < PROTOCOL_PDS_MAX; i++) {
        const struct model_module *module = &model->modules.of[i];

        if (module->known && module->state.phase != RELOAD_AT_REST) {
            return true;
        }
    }
    return holders_now(&model->holders, CHANNEL_RELOAD) != NULL;
}

enum reload_step module_step(const struct model_module *module)
{
    return step_of(&module->state);
}

/* A transaction that nobody goes on with. */
static bool is_forsaken(const struct model *model, const struct protocol_reload_state *state)
{
    return (state->phase == RELOAD_STAGING || state->phase == RELOAD_VERIFIED)
            && model->holders.of[CHANNEL_RELOAD].known
            && holders_now(&model->holders, CHANNEL_RELOAD) == NULL;
}

void module_debugger(const struct model *model, char *out, size_t size)
{
    const struct model_holder *holder = holders_now(&model->holders, CHANNEL_GDB);
    char name[PROTOCOL_WHO_MAX + 1];

    if (holder == NULL) {
        snprintf(out, size, "a debugger");
        return;
    }
    holder_name(holder, name, sizeof(name));
    snprintf(out, size, "gdb of %s (process %u)", name, holder->said.process);
}

void module_blocker(const struct model *model, unsigned pd, char *out, size_t size)
{
    const struct protocol_reload_state *state = &model->modules.of[pd].state;
    const struct model_place *place = &model->place;
    char doing[100], name[PROTOCOL_WHO_MAX + 1];

    out[0] = '\0';
    if (state->phase != RELOAD_AT_REST && state->cause == RELOAD_HELD) {
        module_debugger(model, doing, sizeof(doing));
        snprintf(out, size, "%s has stopped %s", doing, names_pd(&model->names, pd));
    } else if (state->phase == RELOAD_QUIESCING) {
        bool placed = place->known && place->pd == pd && place->count > 0;

        state_in_words(model, pd, doing, sizeof(doing));
        snprintf(out, size, "%s does not rest: %s%s%s", names_pd(&model->names, pd), doing,
                placed ? ", at " : "", placed ? place->lines[0] : "");
    } else if (is_forsaken(model, state)) {
        holder_name(&model->holders.of[CHANNEL_RELOAD], name, sizeof(name));
        snprintf(out, size, "its console (process %u of %s) has gone: it is given up by itself",
                model->holders.of[CHANNEL_RELOAD].said.process, name);
    }
}
