/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether a module fits, on the host: each thing that a target refuses is found, alone and with all the others. */
#include <stdio.h>
#include <string.h>

#include "console/reload/module_check.h"
#include "tests/host/libsel4/cmocka_headers.h"

#define TEXT_ROOM 0x1000
#define DATA_ROOM 0x800

/* What fits in every way. */
struct setting {
    struct module_image image;
    struct protocol_reload_begin begin;
    struct module_wants wants;
    struct module_findings findings;
    uint8_t bytes[TEXT_ROOM + DATA_ROOM];
};

static struct setting *fitting(void)
{
    static struct setting setting;
    struct module_image *image = &setting.image;
    struct module_wants *wants = &setting.wants;

    memset(&setting, 0, sizeof(setting));
    image->bytes = setting.bytes;
    image->text_bytes = 0x400;
    image->data = TEXT_ROOM;
    image->data_bytes = image->data_memory = 0x100;
    image->header = (struct lions_module_header){ .magic = LIONS_MODULE_MAGIC,
        .interface = 3,
        .schema = 5,
        .oldest_schema = 4,
        .version = 7,
        .config_bytes = 640,
        .kind = "net_virt_tx" };
    wants->state.text_room = TEXT_ROOM;
    wants->state.data_room = DATA_ROOM;
    wants->state.version = 7;
    wants->config_known = wants->schema_known = wants->list_known = true;
    wants->config.interface = 3;
    wants->config.config_bytes = 640;
    strcpy(wants->config.kind, "net_virt_tx");
    wants->schema = 4;
    return &setting;
}

static const struct module_findings *check(struct setting *setting)
{
    setting->findings.count = 0;
    module_check(&setting->image, &setting->begin, &setting->wants, &setting->findings);
    return &setting->findings;
}

static void assert_only(struct setting *setting, const char *what, const char *cause)
{
    const struct module_findings *findings = check(setting);

    assert_int_equal(findings->count, 1);
    assert_string_equal(findings->at[0].what, what);
    assert_string_equal(findings->at[0].cause, cause);
    assert_true(findings->at[0].found[0] != '\0' && findings->at[0].wanted[0] != '\0');
    assert_true(strlen(findings->at[0].text) > 10);
}

static void test_fits(void **state)
{
    (void)state;
    assert_int_equal(check(fitting())->count, 0);
}

static void test_room(void **state)
{
    struct setting *setting = fitting();

    (void)state;
    setting->image.text_bytes = TEXT_ROOM;
    setting->image.data_memory = DATA_ROOM;
    assert_int_equal(check(setting)->count, 0);
    setting->image.text_bytes = TEXT_ROOM + 1;
    assert_only(setting, "code", "bad_size");
    setting = fitting();
    setting->image.data_memory = DATA_ROOM + 1;
    assert_only(setting, "variables", "bad_size");
    assert_non_null(
            strstr(setting->findings.at[0].text, "2049 bytes of variables; the room has 2048"));
    setting = fitting();
    setting->image.data = TEXT_ROOM / 2;
    assert_only(setting, "layout", "bad_size");
    assert_non_null(strstr(setting->findings.at[0].text, "LIONS_MODULE_DATA=0x1000"));
}

static void test_component(void **state)
{
    struct setting *setting = fitting();

    (void)state;
    strcpy(setting->image.header.kind, "net_virt_rx");
    assert_only(setting, "kind", "other_kind");
    assert_string_equal(setting->findings.at[0].found, "net_virt_rx");
    assert_string_equal(setting->findings.at[0].wanted, "net_virt_tx");
    setting = fitting();
    setting->image.header.interface = 4;
    assert_only(setting, "interface", "other_interface");
    setting = fitting();
    setting->image.header.config_bytes = 8;
    assert_only(setting, "config", "other_config");
    setting->wants.config_known = false; /* left to the target */
    assert_int_equal(check(setting)->count, 0);
}

static void test_schema(void **state)
{
    struct setting *setting = fitting();

    (void)state;
    for (uint32_t schema = 0; schema < 8; schema++) {
        setting->wants.schema = schema;
        if (schema >= 4 && schema <= 5) {
            assert_int_equal(check(setting)->count, 0);
        } else {
            assert_only(setting, "state", "other_schema");
        }
    }
    setting->wants.schema_known = false;
    assert_int_equal(check(setting)->count, 0);
}

static void test_version(void **state)
{
    struct setting *setting = fitting();

    (void)state;
    setting->image.header.version = 8;
    assert_int_equal(check(setting)->count, 0);
    setting->image.header.version = 6;
    assert_only(setting, "version", "older");
    setting->wants.older = true;
    assert_int_equal(check(setting)->count, 0);
}

/* Behind the header, which nothing may overwrite. */
static void test_settings(void **state)
{
    struct setting *setting = fitting();

    (void)state;
    setting->begin.settings.count = 1;
    setting->begin.settings.at[0].size = 16;
    setting->begin.settings.at[0].offset = TEXT_ROOM + sizeof(struct lions_module_header);
    assert_int_equal(check(setting)->count, 0);
    setting->begin.settings.at[0].offset--;
    assert_int_equal(check(setting)->count, 1);
    assert_string_equal(setting->findings.at[0].cause, "bad_setting");
}

static void test_signature(void **state)
{
    struct setting *setting = fitting();

    (void)state;
    setting->wants.list.key.length = PROTOCOL_MODULE_KEY_MAX;
    memset(setting->wants.list.key.at, 4, PROTOCOL_MODULE_KEY_MAX);
    assert_only(setting, "signature", "unsigned");
    setting->begin.key_id.length = PROTOCOL_KEY_ID_MAX;
    setting->begin.signature.length = PROTOCOL_SIGNATURE_MAX;
    assert_only(setting, "signature", "other_key");
    module_key_id(setting->wants.list.key.at, setting->begin.key_id.at);
    assert_only(setting, "signature", "bad_signature");
}

/* One after the other would be a tedious way to learn of them. */
static void test_all_at_once(void **state)
{
    static const char *const causes[] = { "bad_size", "bad_size", "bad_size", "other_kind",
        "other_interface", "other_config", "other_schema", "older", "unsigned" };
    struct setting *setting = fitting();
    const struct module_findings *findings;

    (void)state;
    setting->image.text_bytes = TEXT_ROOM + 4;
    setting->image.data_memory = DATA_ROOM + 4;
    setting->image.data = TEXT_ROOM + 8;
    setting->image.header = (struct lions_module_header){ .kind = "other", .oldest_schema = 9 };
    setting->wants.list.key.length = PROTOCOL_MODULE_KEY_MAX;
    findings = check(setting);
    assert_int_equal(findings->count, sizeof(causes) / sizeof(causes[0]));
    for (unsigned i = 0; i < findings->count; i++) {
        assert_string_equal(findings->at[i].cause, causes[i]);
    }
}

/* However many there are, the list ends. */
static void test_too_many(void **state)
{
    static struct module_findings findings;

    (void)state;
    for (unsigned i = 0; i < 3 * MODULE_FINDINGS_MAX; i++) {
        assert_non_null(module_findings_add(&findings, "what", "cause", "number %u", i));
    }
    assert_int_equal(findings.count, MODULE_FINDINGS_MAX);
    assert_string_equal(findings.at[0].text, "number 0");
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_fits), cmocka_unit_test(test_room),
        cmocka_unit_test(test_component), cmocka_unit_test(test_schema),
        cmocka_unit_test(test_version), cmocka_unit_test(test_settings),
        cmocka_unit_test(test_signature), cmocka_unit_test(test_all_at_once),
        cmocka_unit_test(test_too_many) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
