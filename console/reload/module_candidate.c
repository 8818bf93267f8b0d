/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/reload/module_candidate.h"

#include <string.h>

/* The file itself. */
static void read_file(struct module_candidate *candidate, const char *path)
{
    struct error_report error;

    candidate->path = path;
    if (!module_image_read(&candidate->image, path, &candidate->findings)) {
        return;
    }
    candidate->described = module_describe(&candidate->image, &candidate->begin, &error);
    if (!candidate->described) {
        module_findings_add(&candidate->findings, "layout", "bad_relocation", "%s", error.text);
    }
}

static void compare(struct module_candidate *candidate, const struct model *model, unsigned pd)
{
    if (candidate->described) {
        module_check(&candidate->image, &candidate->begin, &candidate->wants, &candidate->findings);
        module_settings_find(
                &candidate->settings, model, pd, &candidate->image, &candidate->findings);
    }
}

/* The settings' places are in the archive. */
static bool knows_program(
        struct module_candidate *candidate, const struct model *model, unsigned pd)
{
    if (names_describe_pd(&model->names, pd) != NULL) {
        return true;
    }
    module_findings_add(&candidate->findings, "archive", "no_archive",
            "without the system's archive its configuration is not known: --archive FILE");
    return false;
}

void module_candidate_open(struct module_candidate *candidate, const char *path,
        const struct session *session, unsigned pd, bool older)
{
    memset(candidate, 0, sizeof(*candidate));
    module_wants_known(&candidate->wants, session, pd);
    candidate->wants.older = older;
    if (knows_program(candidate, session->model, pd)) {
        read_file(candidate, path);
        compare(candidate, session->model, pd);
    }
}

bool module_candidate_ask(struct module_candidate *candidate, const char *path,
        struct reload_client *client, bool older)
{
    const struct model *model = client->session->model;
    struct module_wants *wants = &candidate->wants;
    uint64_t address;

    memset(candidate, 0, sizeof(*candidate));
    module_wants_known(wants, client->session, client->pd);
    wants->state = client->state;
    wants->older = older;
    if (!reload_client_ask_list(client)) {
        return false;
    }
    wants->list = client->list;
    wants->list_known = true;
    if (module_wants_schema_address(wants, model, &address)) {
        if (!reload_client_ask_schema(client, address)) {
            return false;
        }
        wants->schema = client->schema;
        wants->schema_known = true;
    }
    if (knows_program(candidate, model, client->pd)) {
        read_file(candidate, path);
        compare(candidate, model, client->pd);
    }
    return true;
}

void module_candidate_free(struct module_candidate *candidate)
{
    module_image_free(&candidate->image);
}

void module_candidate_print(
        const struct module_candidate *candidate, const char *pd_name, FILE *out)
{
    fprintf(out, "%s does not fit %s:\n", candidate->path, pd_name);
    module_findings_print(out, &candidate->findings);
}
