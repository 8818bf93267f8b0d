/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/model/log_text.h"

#include <stdio.h>

const char *log_level_name(uint8_t level)
{
    static const char *const names[LEVELS] = { "error", "warning", "info", "debug" };

    return level < LEVELS ? names[level] : "unknown";
}

void log_text(const struct model *model, const struct log_line *line, char *out, size_t size)
{
    const char *text = line->text != NULL ? line->text : "";

    if (line->gap) {
        snprintf(out, size, "--- %s ---", text);
    } else if (line->time == 0) {
        snprintf(out, size, "%s", text);
    } else {
        snprintf(out, size, "[%10.3f] %s%s%s%s", model_ticks_to_us(model, line->time) / 1e6,
                line->source == PROTOCOL_NO_PD ? "" : names_pd(&model->names, line->source),
                line->source == PROTOCOL_NO_PD ? "" : ": ",
                line->level == LEVEL_ERROR             ? "error: "
                        : line->level == LEVEL_WARNING ? "warning: "
                                                       : "",
                text);
    }
}
