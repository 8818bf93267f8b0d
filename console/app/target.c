/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/app/target.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "console/app/suggest.h"

#define LINE_MAX_BYTES 1024
#define SECTIONS_MAX   64

/* What a pass over the configuration looks for, and what it finds. */
struct config_pass {
    const char *path;
    unsigned line;
    char section[64];
    const char *wanted; /* section to take; NULL: look only for `default` */
    char default_name[64];
    struct target *target;
    bool found;
    char names[SECTIONS_MAX][64];
    size_t name_count;
};

static bool config_path(char *path, size_t size)
{
    const char *config = getenv("XDG_CONFIG_HOME");
    const char *home = getenv("HOME");

    if (config != NULL && config[0] == '/') {
        snprintf(path, size, "%s/lionscope/config", config);
        return true;
    }
    if (home != NULL && home[0] != '\0') {
        snprintf(path, size, "%s/.config/lionscope/config", home);
        return true;
    }
    return false;
}

static char *trim(char *text)
{
    char *end = text + strlen(text);

    while (end > text && isspace((unsigned char)end[-1])) {
        *--end = '\0';
    }
    return text + strspn(text, " \t");
}

static bool take_section(struct config_pass *pass, char *line, struct error_report *error)
{
    char *end = strchr(line, ']');

    if (end == NULL || end[1] != '\0' || end == line + 1
            || (size_t)(end - line) > sizeof(pass->section)) {
        return error_set(
                error, STATUS_FAILURE, "%s:%u: '%s' is no [NAME]", pass->path, pass->line, line);
    }
    *end = '\0';
    snprintf(pass->section, sizeof(pass->section), "%s", line + 1);
    if (pass->name_count < SECTIONS_MAX) {
        snprintf(pass->names[pass->name_count++], sizeof(pass->names[0]), "%s", line + 1);
    }
    if (pass->wanted != NULL && strcmp(pass->section, pass->wanted) == 0) {
        pass->found = true;
        snprintf(pass->target->name, sizeof(pass->target->name), "%s", pass->wanted);
    }
    return true;
}

static bool store(char *out, size_t size, const char *value, struct config_pass *pass,
        struct error_report *error)
{
    if (strlen(value) >= size) {
        return error_set(error, STATUS_FAILURE, "%s:%u: the value is longer than %zu characters",
                pass->path, pass->line, size - 1);
    }
    strcpy(out, value);
    return true;
}

static bool take_setting(
        struct config_pass *pass, const char *key, const char *value, struct error_report *error)
{
    static const char *const keys[] = { "target", "archive", "queues", "key", "default" };
    bool mine = pass->wanted != NULL && strcmp(pass->section, pass->wanted) == 0;
    struct target unused;
    struct target *to = mine ? pass->target : &unused;
    const char *nearest;

    if (strcmp(key, "default") == 0 && pass->section[0] == '\0') {
        return store(pass->default_name, sizeof(pass->default_name), value, pass, error);
    }
    if (pass->section[0] != '\0' && strcmp(key, "target") == 0) {
        return store(to->place, sizeof(to->place), value, pass, error);
    }
    if (pass->section[0] != '\0' && strcmp(key, "archive") == 0) {
        return store(to->archive, sizeof(to->archive), value, pass, error);
    }
    if (pass->section[0] != '\0' && strcmp(key, "queues") == 0) {
        return store(to->queues, sizeof(to->queues), value, pass, error);
    }
    if (pass->section[0] != '\0' && strcmp(key, "key") == 0) {
        return store(to->key, sizeof(to->key), value, pass, error);
    }
    nearest = suggest(key, keys, sizeof(keys) / sizeof(keys[0]));
    fprintf(stderr, "lionscope: %s:%u: '%s' is no setting here%s%s%s\n", pass->path, pass->line,
            key, nearest != NULL ? "; did you mean '" : "", nearest != NULL ? nearest : "",
            nearest != NULL ? "'?" : "");
    return true; /* a configuration for a newer version still works */
}

static bool take_line(struct config_pass *pass, char *line, struct error_report *error)
{
    char *equals;

    line = trim(line);
    if (line[0] == '\0' || line[0] == '#') {
        return true;
    }
    if (line[0] == '[') {
        return take_section(pass, line, error);
    }
    equals = strchr(line, '=');
    if (equals == NULL) {
        return error_set(error, STATUS_FAILURE, "%s:%u: '%s' is neither [NAME] nor KEY = VALUE",
                pass->path, pass->line, line);
    }
    *equals = '\0';
    return take_setting(pass, trim(line), trim(equals + 1), error);
}

/* A configuration that does not exist is an empty one. */
static bool read_config(struct config_pass *pass, struct error_report *error)
{
    char path[512];
    char line[LINE_MAX_BYTES];
    bool good = true;
    FILE *file;

    if (!config_path(path, sizeof(path)) || (file = fopen(path, "re")) == NULL) {
        return true;
    }
    pass->path = path;
    while (good && fgets(line, sizeof(line), file) != NULL) {
        pass->line++;
        good = take_line(pass, line, error);
    }
    fclose(file);
    pass->path = NULL;
    return good;
}

void target_each_name(void (*name)(void *context, const char *name), void *context)
{
    struct error_report error;
    struct config_pass *pass = calloc(1, sizeof(*pass));

    if (pass != NULL && read_config(pass, &error)) {
        for (size_t i = 0; i < pass->name_count; i++) {
            name(context, pass->names[i]);
        }
    }
    free(pass);
}

bool target_runtime_folder(char *path, size_t size, struct error_report *error)
{
    const char *runtime = getenv("XDG_RUNTIME_DIR");
    struct stat status;

    if (runtime != NULL && runtime[0] == '/') {
        snprintf(path, size, "%s/lionscope", runtime);
    } else {
        snprintf(path, size, "/tmp/lionscope-%u", (unsigned)getuid());
    }
    if (mkdir(path, 0700) != 0 && errno != EEXIST) {
        return error_set(error, STATUS_FAILURE, "%s: %s", path, strerror(errno));
    }
    /* Somebody else's folder would let him answer in the target's place. */
    if (lstat(path, &status) != 0 || !S_ISDIR(status.st_mode) || status.st_uid != getuid()
            || (status.st_mode & 077) != 0) {
        return error_set(error, STATUS_POLICY, "%s is not a private folder of yours", path);
    }
    return true;
}

/* What `dev demo` has left for us: a link file beside its socket. */
static bool find_demo(struct target *target)
{
    struct error_report error;
    char folder[128];
    char path[sizeof(folder) + 32];
    struct stat status;

    if (!target_runtime_folder(folder, sizeof(folder), &error)) {
        return false;
    }
    snprintf(path, sizeof(path), "%s/demo.sock", folder);
    if (stat(path, &status) != 0 || !S_ISSOCK(status.st_mode)) {
        return false;
    }
    snprintf(target->name, sizeof(target->name), "demo");
    snprintf(target->place, sizeof(target->place), "unix:%s", path);
    snprintf(path, sizeof(path), "%s/demo.archive", folder);
    if (stat(path, &status) == 0) {
        snprintf(target->archive, sizeof(target->archive), "%s", path);
    }
    return true;
}

static bool no_target(const struct config_pass *pass, struct error_report *error)
{
    char known[150] = "";

    for (size_t i = 0; i < pass->name_count; i++) {
        size_t length = strlen(known);

        snprintf(known + length, sizeof(known) - length, "%s%s", i > 0 ? ", " : "", pass->names[i]);
    }
    error_set(error, STATUS_UNREACHABLE, "no target is given, and no demo is running");
    if (known[0] != '\0') {
        error_advise(error, "use --target with one of: %s", known);
    } else {
        error_advise(error,
                "start one with 'host-tools/dev demo', or use --target, for example "
                "--target serial:/dev/ttyUSB0");
    }
    return false;
}

static bool find_by_name(struct config_pass *pass, const char *name, struct error_report *error)
{
    const char *names[SECTIONS_MAX];
    const char *nearest;

    pass->wanted = name;
    pass->section[0] = '\0';
    pass->line = 0;
    pass->name_count = 0;
    if (!read_config(pass, error)) {
        return false;
    }
    if (pass->found && pass->target->place[0] != '\0') {
        return true;
    }
    if (strcmp(name, "demo") == 0 && find_demo(pass->target)) {
        return true;
    }
    for (size_t i = 0; i < pass->name_count; i++) {
        names[i] = pass->names[i];
    }
    nearest = suggest(name, names, pass->name_count);
    error_set(error, STATUS_USAGE, "there is no target '%s'%s", name,
            pass->found ? ": its section has no 'target ='" : "");
    if (nearest != NULL && !pass->found) {
        error_advise(error, "did you mean '%s'?", nearest);
    }
    return false;
}

static bool find_place(
        struct config_pass *pass, const struct options *options, struct error_report *error)
{
    const char *environment = getenv("LIONSCOPE_TARGET");
    const char *wanted = options->target;

    if (wanted == NULL && environment != NULL && environment[0] != '\0') {
        wanted = environment;
    }
    if (wanted != NULL && strchr(wanted, ':') != NULL) {
        if (strlen(wanted) >= sizeof(pass->target->place)) {
            return error_set(error, STATUS_USAGE, "the target is longer than %zu characters",
                    sizeof(pass->target->place) - 1);
        }
        strcpy(pass->target->place, wanted);
        return true;
    }
    if (wanted != NULL) {
        return find_by_name(pass, wanted, error);
    }
    if (!read_config(pass, error)) {
        return false;
    }
    if (pass->default_name[0] != '\0') {
        char name[sizeof(pass->default_name)];

        strcpy(name, pass->default_name);
        return find_by_name(pass, name, error);
    }
    return find_demo(pass->target) || no_target(pass, error);
}

/* The transport finds the key behind the address; a broker runs elsewhere, so it is an absolute path. */
static bool add_key(
        struct target *target, const struct options *options, struct error_report *error)
{
    const char *key = options->key != NULL ? options->key : target->key;
    size_t length = strlen(target->place);
    char *path;
    int added;

    if (strncmp(target->place, "tcp:", 4) != 0 || strstr(target->place, ",key=") != NULL) {
        return options->key == NULL
                || error_set(error, STATUS_USAGE, "--key is for targets tcp:HOST:PORT, not for %s",
                        target->place);
    }
    if (key[0] == '\0') {
        error_set(error, STATUS_REFUSED, "%s: a key is needed", target->place);
        error_advise(error,
                "use --key FILE with the key that the system was built with, or 'key =' in "
                "the configuration");
        return false;
    }
    path = realpath(key, NULL);
    if (path == NULL) {
        return error_set(error, STATUS_FAILURE, "key file %s: %s", key, strerror(errno));
    }
    added = snprintf(target->place + length, sizeof(target->place) - length, ",key=%s", path);
    free(path);
    return (size_t)added < sizeof(target->place) - length
            || error_set(error, STATUS_FAILURE, "the path of the key file is too long");
}

bool target_find(struct target *target, const struct options *options, struct error_report *error)
{
    struct config_pass *pass = calloc(1, sizeof(*pass));
    bool good;

    *target = (struct target){ 0 };
    if (pass == NULL) {
        return error_set(error, STATUS_FAILURE, "out of memory");
    }
    pass->target = target;
    good = find_place(pass, options, error);
    good = good && add_key(target, options, error);
    if (good && options->archive != NULL) {
        snprintf(target->archive, sizeof(target->archive), "%s", options->archive);
    }
    if (good && options->queues_file != NULL) {
        snprintf(target->queues, sizeof(target->queues), "%s", options->queues_file);
    }
    free(pass);
    return good;
}
