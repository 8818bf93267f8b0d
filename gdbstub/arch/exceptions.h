/* SPDX-License-Identifier: BSD-2-Clause */
/* Fields of ESR_EL1 (Arm ARM, D17.2.37): why a thread has stopped. */
#pragma once

/* Classes of exceptions, bits 26 and up of ESR. */
#define ESR_CLASS(esr)  ((esr) >> 26 & 0x3f)
#define ESR_STATUS(esr) ((esr)&0x3f)
#define ESR_WRITE       (1u << 6)
enum {
    CLASS_UNKNOWN = 0x00,
    CLASS_FPU = 0x07,
    CLASS_ILLEGAL_STATE = 0x0e,
    CLASS_SYSTEM_REGISTER = 0x18,
    CLASS_PC_ALIGNMENT = 0x22,
    CLASS_SP_ALIGNMENT = 0x26,
    CLASS_FPU_EXCEPTION = 0x2c,
    CLASS_BRK = 0x3c,
};
#define STATUS_ALIGNMENT 0x21
