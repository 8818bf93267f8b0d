/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/reload/module_findings.h"

#include <stdarg.h>

struct module_finding *module_findings_add(struct module_findings *findings, const char *what,
        const char *cause, const char *format, ...)
{
    unsigned last = MODULE_FINDINGS_MAX - 1;
    struct module_finding *finding = &findings->at[findings->count < last ? findings->count : last];
    va_list arguments;

    *finding = (struct module_finding){ .what = what, .cause = cause };
    va_start(arguments, format);
    vsnprintf(finding->text, sizeof(finding->text), format, arguments);
    va_end(arguments);
    findings->count += findings->count < MODULE_FINDINGS_MAX;
    return finding;
}

void module_finding_found(struct module_finding *finding, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(finding->found, sizeof(finding->found), format, arguments);
    va_end(arguments);
}

void module_finding_wanted(struct module_finding *finding, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(finding->wanted, sizeof(finding->wanted), format, arguments);
    va_end(arguments);
}

bool module_findings_error(
        const struct module_findings *findings, const char *path, struct error_report *error)
{
    return error_set(error, findings->unreadable ? STATUS_FAILURE : STATUS_POLICY, "%s: %s", path,
            findings->at[0].text);
}

void module_findings_print(FILE *out, const struct module_findings *findings)
{
    for (unsigned i = 0; i < findings->count; i++) {
        const struct module_finding *finding = &findings->at[i];

        fprintf(out, "  %-10s %s\n", finding->what, finding->text);
        if (finding->found[0] != '\0' || finding->wanted[0] != '\0') {
            fprintf(out, "             found %s, wanted %s\n",
                    finding->found[0] != '\0' ? finding->found : "none",
                    finding->wanted[0] != '\0' ? finding->wanted : "none");
        }
    }
}

json_t *module_findings_json(const struct module_findings *findings)
{
    json_t *list = json_array();

    for (unsigned i = 0; i < findings->count; i++) {
        const struct module_finding *finding = &findings->at[i];
        json_t *entry = json_object();

        json_object_set_new(entry, "what", json_string(finding->what));
        json_object_set_new(entry, "cause", json_string(finding->cause));
        json_object_set_new(entry, "found",
                finding->found[0] != '\0' ? json_string(finding->found) : json_null());
        json_object_set_new(entry, "wanted",
                finding->wanted[0] != '\0' ? json_string(finding->wanted) : json_null());
        json_object_set_new(entry, "text", json_string(finding->text));
        json_array_append_new(list, entry);
    }
    return list;
}
