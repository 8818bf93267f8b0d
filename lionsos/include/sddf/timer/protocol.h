/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Timer class: protected calls to the driver, which is passive and above all its clients.
 *
 * | label | MR0 in | MR1 in | MR0 out |
 * |---|---|---|---|
 * | 0 SDDF_TIMER_GET_TIME | - | - | ns since boot |
 * | 1 SDDF_TIMER_SET_TIMEOUT | relative ns | - | - |
 * | 2 SDDF_TIMER_SET_TIMEOUT_ID | relative ns | id | - |
 * | 3 SDDF_TIMER_CANCEL_TIMEOUT_ID | id | - | 1 if pending, or expired and not taken |
 * | 4 SDDF_TIMER_TAKE_EXPIRED | - | - | bit set of ids |
 *
 * The reply's label is SDDF_TIMER_OK or SDDF_TIMER_ERROR (unknown label or id); after an error nothing
 * has changed. On expiry the driver notifies the client's channel and forgets the timeout; several that
 * expire together give one notification.
 *
 * Labels 0 and 1 are all of sDDF 0.7, where a client has one timeout and a new one replaces it. Here
 * that one is id 0 of SDDF_TIMER_IDS_PER_CLIENT independent ones, reached with labels 2 to 4.
 */
#pragma once

#define SDDF_TIMER_GET_TIME          0
#define SDDF_TIMER_SET_TIMEOUT       1
#define SDDF_TIMER_SET_TIMEOUT_ID    2
#define SDDF_TIMER_CANCEL_TIMEOUT_ID 3
#define SDDF_TIMER_TAKE_EXPIRED      4

#define SDDF_TIMER_OK    0
#define SDDF_TIMER_ERROR 1

/* Timeouts that one client can have pending; ids are 0..63, so that a set of them is one word. */
#define SDDF_TIMER_IDS_PER_CLIENT 64

#define NS_IN_US 1000ULL
#define NS_IN_MS 1000000ULL
#define NS_IN_S  1000000000ULL
