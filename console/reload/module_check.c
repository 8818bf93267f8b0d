/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/reload/module_check.h"

#include <stdio.h>
#include <string.h>

#include "console/reload/words.h"

/* In the words in which the target's refusal would be told. */
static struct module_finding *add_cause(struct module_findings *findings, const char *what,
        enum protocol_reload_cause cause, uint64_t detail)
{
    struct protocol_reload_state state = { .cause = (uint8_t)cause, .detail = detail };
    char text[300];

    reload_explain(&state, text, sizeof(text));
    return module_findings_add(findings, what, reload_cause_word(state.cause), "%s", text);
}

/* ---- room ---- */

static void check_size(uint32_t bytes, uint32_t room, const char *what, const char *of,
        struct module_findings *findings)
{
    struct module_finding *finding;

    if (bytes <= room) {
        return;
    }
    finding = module_findings_add(findings, what, reload_cause_word(RELOAD_BAD_SIZE),
            "%u bytes of %s; the room has %u: make the module smaller, or the room larger in the "
            "system description",
            bytes, of, room);
    module_finding_found(finding, "%u bytes", bytes);
    module_finding_wanted(finding, "at most %u", room);
}

static void check_room(const struct module_image *image, const struct protocol_reload_state *state,
        struct module_findings *findings)
{
    struct module_finding *finding;

    check_size(image->text_bytes, state->text_room, "code", "code", findings);
    check_size(image->data_memory, state->data_room, "variables", "variables", findings);
    if (image->data != state->text_room) {
        finding = module_findings_add(findings, "layout", reload_cause_word(RELOAD_BAD_SIZE),
                "linked for another room for code: link it with LIONS_MODULE_DATA=0x%x (the room "
                "that the system has)",
                state->text_room);
        module_finding_found(finding, "variables from 0x%x on", image->data);
        module_finding_wanted(finding, "from 0x%x on", state->text_room);
    }
}

/* ---- what it says of itself ---- */

static void check_component(const struct lions_module_header *header,
        const monitor_reload_pd_t *config, struct module_findings *findings)
{
    struct module_finding *finding;

    if (strcmp(header->kind, config->kind) != 0) {
        finding = add_cause(findings, "kind", RELOAD_OTHER_KIND, 0);
        module_finding_found(finding, "%s", header->kind);
        module_finding_wanted(finding, "%s", config->kind);
    }
    if (header->interface != config->interface) {
        finding = add_cause(findings, "interface", RELOAD_OTHER_INTERFACE, header->interface);
        module_finding_found(finding, "version %u", header->interface);
        module_finding_wanted(finding, "version %u", config->interface);
    }
    if (header->config_bytes != config->config_bytes) {
        finding = add_cause(findings, "config", RELOAD_OTHER_CONFIG, header->config_bytes);
        module_finding_found(finding, "%u bytes", header->config_bytes);
        module_finding_wanted(finding, "%u bytes", config->config_bytes);
    }
}

static void check_schema(
        const struct lions_module_header *header, uint32_t schema, struct module_findings *findings)
{
    struct module_finding *finding;

    if (schema >= header->oldest_schema && schema <= header->schema) {
        return;
    }
    finding = add_cause(findings, "state", RELOAD_OTHER_SCHEMA, header->oldest_schema);
    module_finding_found(
            finding, "takes over schemas %u to %u", header->oldest_schema, header->schema);
    module_finding_wanted(finding, "one that takes over %u", schema);
}

static void check_version(const struct lions_module_header *header,
        const struct module_wants *wants, struct module_findings *findings)
{
    struct module_finding *finding;

    if (wants->older || header->version >= wants->state.version) {
        return;
    }
    finding = add_cause(findings, "version", RELOAD_OLDER, header->version);
    module_finding_found(finding, "version %u", header->version);
    module_finding_wanted(finding, "at least %u", wants->state.version);
}

/* The target writes behind the header only. */
static void check_settings(const struct module_image *image,
        const struct protocol_reload_begin *begin, struct module_findings *findings)
{
    for (uint16_t i = 0; i < begin->settings.count; i++) {
        if (begin->settings.at[i].offset < image->data + sizeof(struct lions_module_header)) {
            add_cause(findings, "settings", RELOAD_BAD_SETTING, i);
        }
    }
}

/* ---- who made it ---- */

static void check_signature(const struct module_image *image,
        const struct protocol_reload_begin *begin, const uint8_t key[PROTOCOL_MODULE_KEY_MAX],
        struct module_findings *findings)
{
    uint8_t id[PROTOCOL_KEY_ID_MAX];
    char digits[2 * PROTOCOL_KEY_ID_MAX + 1];
    struct module_finding *finding;
    uint64_t detail = 0;
    enum protocol_reload_cause cause =
            module_signature_check(begin, image->bytes, image->bytes + image->data, key, &detail);

    if (cause == RELOAD_CAUSE_NONE) {
        return;
    }
    finding = add_cause(findings, "signature", cause, detail);
    module_key_id(key, id);
    for (size_t i = 0; i < sizeof(id); i++) {
        snprintf(digits + 2 * i, 3, "%02x", id[i]);
    }
    module_finding_found(finding, "%s",
            cause == RELOAD_UNSIGNED            ? "none"
                    : cause == RELOAD_OTHER_KEY ? "one with another key"
                                                : "one of something else");
    module_finding_wanted(finding, "one of this image with key %s", digits);
}

void module_check(const struct module_image *image, const struct protocol_reload_begin *begin,
        const struct module_wants *wants, struct module_findings *findings)
{
    check_room(image, &wants->state, findings);
    if (wants->config_known) {
        check_component(&image->header, &wants->config, findings);
    }
    if (wants->schema_known) {
        check_schema(&image->header, wants->schema, findings);
    }
    check_version(&image->header, wants, findings);
    check_settings(image, begin, findings);
    if (wants->list_known && wants->list.key.length != 0) {
        check_signature(image, begin, wants->list.key.at, findings);
    }
}
