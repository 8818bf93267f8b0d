/* SPDX-License-Identifier: BSD-2-Clause */
/* What lies above a view for a while: the list of actions, the output of a command. */
#pragma once

#include "console/views/view.h"

/* The searchable list of all actions; Enter runs one. */
void popup_open_actions(struct full_screen *screen);
/* Text to read. Takes over `text`, which was allocated. */
void popup_open_text(const char *title, char *text);
/* A question, which only the key y answers with yes. */
void popup_open_question(
        const char *title, const char *text, void (*yes)(struct full_screen *screen));
bool popup_is_open(void);
/* Whether it is text, and not the list of actions. */
bool popup_is_text(void);
void popup_key(struct full_screen *screen, int key);
void popup_draw(void);
