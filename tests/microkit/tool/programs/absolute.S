/* SPDX-License-Identifier: BSD-2-Clause */
/* A variable of the right size in no segment. */
    .global faraway_var
    .set    faraway_var, 0x123450000
    .type   faraway_var, %object
    .size   faraway_var, 8
