/* SPDX-License-Identifier: BSD-2-Clause */
#include "host-tools/lib/json_output.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "host-tools/lib/escape.h"

json_t *json_u64(uint64_t value)
{
    return json_sprintf("%" PRIu64, value);
}

json_t *json_address(uint64_t value)
{
    return json_sprintf("0x%" PRIx64, value);
}

json_t *json_measure(double value)
{
    /* Three digits after the point: more would be noise, and would make lines hard to read. */
    return isfinite(value) ? json_real(round(value * 1000) / 1000) : json_null();
}

json_t *json_text(const char *text, size_t length)
{
    size_t size = 4 * length + 1;
    char *safe = malloc(size);
    json_t *string;

    if (safe == NULL) {
        return json_null();
    }
    escape_text(text, length, 1, safe, size);
    string = json_string(safe);
    free(safe);
    return string;
}

json_t *json_wall_clock(void)
{
    struct timespec now;
    struct tm fields;
    char text[32];

    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &fields);
    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &fields);
    return json_sprintf("%s.%03ldZ", text, now.tv_nsec / 1000000);
}

int json_print(FILE *out, json_t *document, int compact)
{
    size_t flags = JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(12)
            | (compact ? JSON_COMPACT : JSON_INDENT(2));
    int failed = json_dumpf(document, out, flags);

    json_decref(document);
    return failed == 0 && fputc('\n', out) != EOF && fflush(out) == 0;
}
