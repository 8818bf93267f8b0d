/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/app/user_name.h"

#include <pwd.h>
#include <stdio.h>
#include <unistd.h>

void user_name(uid_t user, char *out, size_t size)
{
    const struct passwd *known = getpwuid(user);
    char host[64] = "";

    gethostname(host, sizeof(host) - 1);
    if (known != NULL) {
        snprintf(out, size, "%s@%s", known->pw_name, host);
    } else {
        snprintf(out, size, "%ld@%s", (long)user, host);
    }
}
