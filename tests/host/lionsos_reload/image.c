/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/host/lionsos_reload/image.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HAND_OVER_BYTES 0x2000

static void *library;
static void (*handler)(sddf_channel channel);
static struct {
    _Alignas(16) uint8_t bytes[HAND_OVER_BYTES];
} region;
static uint32_t state;

static void give_up(const char *name)
{
    fprintf(stderr, "image: %s: %s\n", name, dlerror());
    abort();
}

void *image_symbol(const char *name)
{
    void *symbol = dlsym(library, name);

    if (symbol == NULL) {
        give_up(name);
    }
    return symbol;
}

/* What an image does not count as its state it must not write: nobody would keep it. */
static void check_rest_of_hand_over(void)
{
    size_t used = sizeof(struct lions_hand_over) + image_hand_over()->bytes;

    for (size_t i = used; i < sizeof(region.bytes); i++) {
        if (region.bytes[i] != 0) {
            fprintf(stderr, "image: byte %zu of the hand-over is behind the %zu in use\n", i, used);
            abort();
        }
    }
}

void image_stop(void)
{
    check_rest_of_hand_over();
    if (library != NULL) {
        dlclose(library);
        library = NULL;
    }
}

void image_start(const char *name, const struct image_setting *settings)
{
    char path[500];
    void (*init_image)(void);

    image_stop();
    snprintf(path, sizeof(path), "%s/lib%s.so", IMAGES, name);
    library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        give_up(path);
    }
    for (; settings->name != NULL; settings++) {
        void *variable = dlsym(library, settings->name);

        if (variable != NULL) {
            memcpy(variable, settings->value, settings->size);
        }
    }
    *(void **)&handler = image_symbol("notified");
    *(void **)&init_image = image_symbol("init");
    init_image();
}

void image_notified(sddf_channel channel)
{
    handler(channel);
}

struct lions_hand_over *image_hand_over(void)
{
    return (struct lions_hand_over *)region.bytes;
}

const lions_reload_config_t *image_reload_config(void)
{
    static lions_reload_config_t config = { .magic = LIONS_RELOAD_MAGIC };

    config.hand_over = (region_resource_t){ region.bytes, sizeof(region.bytes) };
    return &config;
}

void image_clear_hand_over(void)
{
    memset(&region, 0, sizeof(region));
}

void image_seed(uint32_t seed)
{
    state = seed * 2654435761u + 1;
}

uint32_t image_random(uint32_t limit)
{
    state = state * 1664525u + 1013904223u;
    return (uint32_t)((uint64_t)(state >> 8) * limit >> 24);
}
