/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/model/system_names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void names_init(struct system_names *names)
{
    memset(names, 0, sizeof(*names));
    for (unsigned i = 0; i < PROTOCOL_PDS_MAX; i++) {
        snprintf(names->numbers[i], sizeof(names->numbers[i]), "pd%u", i % PROTOCOL_PDS_MAX);
    }
}

bool names_load(struct system_names *names, const char *path, struct error_report *error)
{
    const char *trouble;

    names_free(names);
    trouble = archive_open(path, &names->archive);
    if (trouble != NULL) {
        error_set(error, STATUS_FAILURE, "%s: %s", path, trouble);
        error_advise(error, "the microkit tool writes the system archive beside the image");
        return false;
    }
    names->has_archive = names->trusted = true;
    snprintf(names->path, sizeof(names->path), "%s", path);
    return true;
}

void names_free(struct system_names *names)
{
    if (names->has_archive) {
        archive_close(&names->archive);
    }
    names_init(names);
}

static bool same_id(const char *hexadecimal, const uint8_t *bytes, size_t length)
{
    char text[2 * PROTOCOL_ID_MAX + 1] = "";

    for (size_t i = 0; i < length; i++) {
        snprintf(text + 2 * i, 3, "%02x", bytes[i]);
    }
    return strcmp(text, hexadecimal) == 0;
}

static const struct archive_pd *find_monitor(
        const struct system_names *names, const struct protocol_pd_list *pds)
{
    for (size_t i = 0; i < pds->pds.count; i++) {
        if (pds->pds.at[i].flags & PROTOCOL_PD_MONITOR) {
            unsigned index = pds->pds.at[i].pd;

            return index < names->archive.pd_count ? &names->archive.pds[index] : NULL;
        }
    }
    return NULL;
}

static void distrust(struct system_names *names, const char *why)
{
    names->trusted = false;
    snprintf(names->trouble, sizeof(names->trouble), "%s", why);
}

void names_check(struct system_names *names, const struct protocol_hello_reply *hello,
        const struct protocol_pd_list *pds)
{
    const struct archive_pd *monitor;

    if (!names->has_archive) {
        return;
    }
    names->trusted = true;
    names->trouble[0] = '\0';
    monitor = find_monitor(names, pds);
    if (hello->system_id.length > 0 && names->archive.system_id[0] != '\0'
            && !same_id(names->archive.system_id, hello->system_id.at, hello->system_id.length)) {
        distrust(names, "the archive is of another build than the running image");
        return;
    }
    for (size_t i = 0; i < pds->pds.count; i++) {
        if (pds->pds.at[i].pd >= names->archive.pd_count) {
            distrust(names, "the target has more protection domains than the archive");
        }
    }
    if (monitor != NULL && hello->build_id.length > 0 && monitor->elf.build_id[0] != '\0'
            && !same_id(monitor->elf.build_id, hello->build_id.at, hello->build_id.length)) {
        distrust(names, "the archive is of another build than the running image");
    }
}

const struct archive_pd *names_describe_pd(const struct system_names *names, unsigned pd)
{
    return names->trusted && pd < names->archive.pd_count ? &names->archive.pds[pd] : NULL;
}

const char *names_pd(const struct system_names *names, unsigned pd)
{
    const struct archive_pd *known = names_describe_pd(names, pd);

    if (known != NULL) {
        return known->name;
    }
    return pd < PROTOCOL_PDS_MAX ? names->numbers[pd] : "?";
}

int names_find_pd(const struct system_names *names, const char *name)
{
    for (unsigned i = 0; i < PROTOCOL_PDS_MAX; i++) {
        if (strcmp(names_pd(names, i), name) == 0 || strcmp(names->numbers[i], name) == 0) {
            return (int)i;
        }
    }
    return -1;
}

const char *names_system(const struct system_names *names)
{
    const char *slash;

    if (!names->has_archive) {
        return "";
    }
    slash = strrchr(names->archive.system, '/');
    return slash != NULL ? slash + 1 : names->archive.system;
}

int names_only_peer(const struct system_names *names, unsigned pd, bool calls)
{
    int peer = -1;

    if (!names->trusted) {
        return -1;
    }
    for (size_t i = 0; i < names->archive.channel_count; i++) {
        for (unsigned side = 0; side < 2; side++) {
            const struct archive_channel_end *own = &names->archive.channels[i].ends[side];
            const struct archive_channel_end *other = &names->archive.channels[i].ends[1 - side];

            if (own->pd != pd || !(calls ? own->may_call : other->may_notify)) {
                continue;
            }
            if (peer >= 0 && peer != (int)other->pd) {
                return -1;
            }
            peer = (int)other->pd;
        }
    }
    return peer;
}
