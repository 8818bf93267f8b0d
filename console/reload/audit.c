/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/reload/audit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "console/app/state_folder.h"
#include "console/app/user_name.h"
#include "host-tools/lib/json_output.h"

#define LINES_READ_MAX 65536 /* bytes at the end of the file that are looked at */

static json_t *to_json(const struct session *session, const struct audit_entry *entry)
{
    json_t *line = json_object();
    time_t now = time(NULL);
    struct tm utc;
    char text[100];

    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
    json_object_set_new(line, "time", json_string(text));
    user_name(getuid(), text, sizeof(text));
    json_object_set_new(line, "who", json_string(text));
    json_object_set_new(line, "process", json_integer(getpid()));
    json_object_set_new(line, "target", json_string(session->target.place));
    json_object_set_new(line, "system", json_string(names_system(&session->model->names)));
    json_object_set_new(line, "boot_id", json_u64(session->model->hello.boot_id));
    json_object_set_new(line, "action", json_string(entry->action));
    json_object_set_new(line, "pd", json_string(names_pd(&session->model->names, entry->pd)));
    json_object_set_new(line, "file", entry->file != NULL ? json_string(entry->file) : json_null());
    json_object_set_new(line, "build_id",
            entry->build_id != NULL && entry->build_id[0] != '\0' ? json_string(entry->build_id)
                                                                  : json_null());
    json_object_set_new(line, "from_version", json_integer(entry->from_version));
    json_object_set_new(line, "version", json_integer(entry->version));
    json_object_set_new(line, "result", json_string(entry->result));
    json_object_set_new(
            line, "down_us", entry->down_us > 0 ? json_measure(entry->down_us) : json_null());
    return line;
}

bool audit_add(
        const struct session *session, const struct audit_entry *entry, struct error_report *error)
{
    char path[700];
    json_t *line = to_json(session, entry);
    char *text = json_dumps(line, JSON_COMPACT | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(10));
    int descriptor = state_path("audit.log", path, sizeof(path))
            ? open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600)
            : -1;
    size_t length = strlen(text);
    bool good;

    text[length] = '\n'; /* in the place of the zero: one piece, whoever else writes */
    good = descriptor >= 0 && write(descriptor, text, length + 1) == (ssize_t)length + 1;
    if (!good) {
        error_set(error, STATUS_FAILURE, "the audit log cannot be written: %s", strerror(errno));
    }
    if (descriptor >= 0) {
        close(descriptor);
    }
    free(text);
    json_decref(line);
    return good;
}

json_t *audit_last(size_t most)
{
    json_t *entries = json_array();
    char path[700], line[4096];
    FILE *file = state_path("audit.log", path, sizeof(path)) ? fopen(path, "re") : NULL;

    if (file != NULL && fseek(file, -LINES_READ_MAX, SEEK_END) == 0
            && fgets(line, sizeof(line), file) == NULL) {
        rewind(file);
    }
    while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
        json_t *entry = json_loads(line, 0, NULL);

        if (json_is_object(entry)) {
            json_array_append(entries, entry);
        }
        json_decref(entry);
        if (json_array_size(entries) > most) {
            json_array_remove(entries, 0);
        }
    }
    if (file != NULL) {
        fclose(file);
    }
    return entries;
}
