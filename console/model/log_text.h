/* SPDX-License-Identifier: BSD-2-Clause */
/* A line of the log as people read it. */
#pragma once

#include "console/model/model.h"

#define LOG_TEXT_MAX (4 * LOG_LINE_MAX + 160)

/* "error", "warning", ... */
const char *log_level_name(uint8_t level);
/* Time, level and source, as far as they are known, then the text. */
void log_text(const struct model *model, const struct log_line *line, char *out, size_t size);
