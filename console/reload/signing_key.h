/* SPDX-License-Identifier: BSD-2-Clause */
/* Key pairs for modules: ECDSA over P-256, in PEM files as other programs use them. */
#pragma once

#include <stdbool.h>

#include "console/reload/module_description.h"

/* A new pair: the private half to `path`, for its owner only, the public one to `path`.pub. Overwrites nothing. */
bool signing_key_make(const char *path, struct error_report *error);

/* Signs a described module with the private key in a PEM file (SEC 1 or PKCS #8). */
bool signing_key_sign(const char *path, const struct module_image *image,
        const struct protocol_reload_begin *begin, struct module_signature *signature,
        struct error_report *error);
