/* SPDX-License-Identifier: BSD-2-Clause */
/* A profile in the formats of other programs. All agree to the sample. */
#pragma once

#include <stdio.h>

#include "console/profile/profile.h"

/* A line a stack: names from the outside in, separated by semicolons, and how often. */
void export_folded(const struct profile *profile, FILE *out);
/* A picture that opens in a browser: click to zoom, hover for numbers. */
void export_flame_graph(const struct profile *profile, FILE *out);
/* For www.speedscope.app: https://www.speedscope.app/file-format-schema.json */
void export_speedscope(const struct profile *profile, FILE *out);
/* As `perf script` prints, for the Firefox profiler. */
void export_perf_script(const struct profile *profile, FILE *out);
/* For pprof (https://github.com/google/pprof/blob/main/proto/profile.proto), compressed by gzip. */
void export_pprof(const struct profile *profile, FILE *out);
