/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/console/fake_system.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "microkit/archive/archive.h"
#include "monitor/protocol/messages.h"

const struct fake_pd fake_pds[FAKE_PDS] = {
    { "timer_driver", 102, 1000, 1000, true, false, -1, 3, 90, 0, 0, PD_STATE_RECEIVE },
    { "eth_driver", 101, 100, 400, false, false, -1, 81, 1200, 0, 0, PD_STATE_NOTIFICATION },
    { "net_virt_rx", 99, 1000, 1000, false, false, -1, 52, 900, 0, 0, PD_STATE_NOTIFICATION },
    { "client0", 97, 20000, 20000, false, false, -1, 224, 700, 110, 0, PD_STATE_REPLY },
    { "spinner", 50, 2000, 10000, false, true, 3, 200, 100, 0, 0, PD_STATE_RUNNING },
    { "broken", 40, 1000, 1000, false, false, 3, 0, 0, 0, 1, PD_STATE_INACTIVE },
    { "monitor", 120, 500, 5000, false, false, -1, 4, 20, 2, 0, PD_STATE_NOTIFICATION },
};

static json_t *file_json(const char *name)
{
    return json_pack("{s:s, s:i, s:i, s:s}", "file", name, "size", 0, "offset", 0, "build_id", "");
}

static void add_mapping(json_t *list, const char *what, json_int_t vaddr, json_int_t size)
{
    json_array_append_new(list,
            json_pack("{s:s, s:I, s:I, s:s, s:b}", "what", what, "vaddr", vaddr, "size", size,
                    "permissions", "rw", "cached", 1));
}

static json_t *mappings_json(unsigned pd)
{
    json_t *list = json_array();

    if (pd == 1 || pd == 2 || pd == 3 || pd == FAKE_MONITOR) {
        add_mapping(list, "net/rx/active", 0x3000000, 0x3000);
        add_mapping(list, "net/rx/free", 0x3004000, 0x3000);
    }
    if (pd == FAKE_MONITOR) {
        add_mapping(list, "window on client0", (json_int_t)FAKE_IMAGE_AT, 0x10000);
    }
    add_mapping(list, "program image", 0x200000, 0x10000);
    add_mapping(list, "stack", 0x1fff0000, 0x2000);
    return list;
}

static json_t *pd_json(unsigned pd)
{
    const struct fake_pd *fake = &fake_pds[pd];
    json_t *object = json_object();
    char elf[64];

    snprintf(elf, sizeof(elf), "%s.elf", fake->name);
    json_object_set_new(object, "name", json_string(fake->name));
    json_object_set_new(object, "index", json_integer(pd));
    json_object_set_new(object, "priority", json_integer(fake->priority));
    json_object_set_new(object, "budget_us", json_integer((json_int_t)fake->budget_us));
    json_object_set_new(object, "period_us", json_integer((json_int_t)fake->period_us));
    json_object_set_new(object, "passive", json_boolean(fake->passive));
    json_object_set_new(object, "fpu", json_false());
    json_object_set_new(object, "domain", json_integer(0));
    json_object_set_new(
            object, "parent", fake->parent >= 0 ? json_integer(fake->parent) : json_null());
    json_object_set_new(object, "child_id", json_integer(fake->parent >= 0 ? pd : 0));
    json_object_set_new(object, "entry", json_integer(0x200000));
    json_object_set_new(object, "stack_bottom", json_integer(0x1fff0000));
    json_object_set_new(object, "stack_top", json_integer(0x1fff2000));
    json_object_set_new(object, "ipc_buffer", json_integer(0x100000));
    json_object_set_new(object, "image_low", json_integer(0x200000));
    json_object_set_new(object, "image_high", json_integer(0x210000));
    json_object_set_new(object, "elf", file_json(elf));
    json_object_set_new(object, "mappings", mappings_json(pd));
    json_object_set_new(object, "interrupts",
            pd == 1 ? json_pack("[{s:i, s:i, s:b}]", "number", 48, "id", 0, "edge", 1)
                    : json_array());
    return object;
}

static json_t *end_json(unsigned pd, unsigned id, bool notify, bool call)
{
    return json_pack("{s:i, s:i, s:b, s:b}", "pd", (int)pd, "id", (int)id, "may_notify", notify,
            "may_call", call);
}

static void add_channel(json_t *list, unsigned from, unsigned to, unsigned id, bool call)
{
    json_array_append_new(list,
            json_pack("{s:[o, o]}", "ends", end_json(from, id, !call, call),
                    end_json(to, id, true, false)));
}

static json_t *description(void)
{
    json_t *pds = json_array();
    json_t *regions = json_array();
    json_t *channels = json_array();
    static const char *const names[] = { "net/rx/active", "net/rx/free" };
    char id[2 * FAKE_ID_BYTES + 1];

    for (unsigned i = 0; i < FAKE_ID_BYTES; i++) {
        snprintf(id + 2 * i, 3, "%02x", FAKE_ID_BYTE);
    }
    for (unsigned i = 0; i < FAKE_PDS; i++) {
        json_array_append_new(pds, pd_json(i));
    }
    for (unsigned i = 0; i < 2; i++) {
        json_array_append_new(regions,
                json_pack("{s:s, s:i, s:i, s:i, s:b}", "name", names[i], "size", 0x3000,
                        "page_size", 0x1000, "paddr", 0x60000000 + 0x3000 * (int)i, "contiguous",
                        1));
    }
    add_channel(channels, 1, 2, 1, false);
    add_channel(channels, 2, 3, 2, false);
    add_channel(channels, 3, 0, 3, true);
    return json_pack("{s:i, s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o}", "version", ARCHIVE_VERSION,
            "system", "fake.system", "board", "qemu_virt_aarch64", "config", "debug", "system_id",
            id, "kernel", file_json("sel4.elf"), "protection_domains", pds, "memory_regions",
            regions, "channels", channels);
}

bool fake_write_archive(const char *path)
{
    json_t *root = description();
    size_t size = 0;
    void *bytes = archive_build(root, NULL, 0, &size);
    FILE *file = fopen(path, "wb");
    bool good = bytes != NULL && file != NULL && fwrite(bytes, 1, size, file) == size;

    if (file != NULL) {
        fclose(file);
    }
    free(bytes);
    json_decref(root);
    return good;
}
