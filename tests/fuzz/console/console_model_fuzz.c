/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The line's bytes, as a target sends them, into the model, and everything that is shown of it. The
 * inputs of the protocol's fuzz target are good ones here, too; each is also taken as one message.
 */
#include <stdlib.h>
#include <string.h>

#include "console/model/columns.h"
#include "console/model/describe.h"
#include "console/model/diagnosis.h"
#include "console/model/log_text.h"
#include "console/views/graphics.h"
#include "host-tools/lib/json_output.h"
#include "monitor/protocol/codec.h"

#define QUEUES 3

static void take_frame(void *context, const struct frame *frame)
{
    static struct protocol_message message;

    if (protocol_decode(
                (enum frame_channel)frame->channel, frame->payload, frame->length, &message, NULL)
            == PROTOCOL_DECODED) {
        model_message(context, &message, 1);
    }
}

static void take_text(void *context, const char *text, size_t length)
{
    model_text(context, text, length, 1);
}

static void check_line(void *context, enum line_kind kind, const char *line)
{
    (void)context;
    (void)kind;
    for (; *line != '\0'; line++) {
        if ((unsigned char)*line < ' ' || *line == 0x7f) {
            abort(); /* a control character would reach the terminal */
        }
    }
}

static void show_table(const struct model *model, const struct table *table)
{
    unsigned rows[TABLE_ROWS_MAX];
    unsigned count = table->rows(model, rows, TABLE_ROWS_MAX);
    char text[256];

    for (unsigned i = 0; i < count; i++) {
        json_t *object = json_object();

        for (size_t j = 0; j < table->column_count; j++) {
            struct cell cell = table->columns[j].value(model, rows[i]);

            cell_format(&cell, text, sizeof(text));
            check_line(NULL, LINE_PLAIN, text);
        }
        if (table->extend != NULL) {
            table->extend(model, rows[i], object);
        }
        json_decref(object);
    }
}

static void show_all(const struct model *model)
{
    static struct finding findings[FINDINGS_MAX];
    static char text[LOG_TEXT_MAX];

    show_table(model, &pd_table);
    show_table(model, &queue_table);
    show_table(model, &budget_table);
    describe_map(model, true, check_line, NULL);
    for (unsigned i = 0; i < 3; i++) {
        describe_pd(model, i, check_line, NULL);
    }
    diagnose(model, 200, findings, FINDINGS_MAX);
    for (uint64_t i = model->log.begin; i < model->log.end; i++) {
        log_text(model, log_line(&model->log, i), text, sizeof(text));
        check_line(NULL, LINE_PLAIN, text);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static struct frame_receiver receiver;
    struct model *model = model_new(0.001);
    const struct frame_sink sink = { model, take_frame, take_text };

    if (model == NULL) {
        return 0;
    }
    for (unsigned i = 0; i < QUEUES; i++) {
        struct model_queue queue = { .name = "q", .capacity = i * 8, .producer = (int)i - 1 };

        model_add_queue(model, &queue);
    }
    memset(&receiver, 0, sizeof(receiver));
    frame_receiver_push(&receiver, bytes, length, &sink);
    frame_receiver_idle(&receiver, true, &sink);
    for (unsigned channel = 0; channel < FRAME_CHANNELS; channel++) {
        const struct frame frame = { (uint8_t)channel, 0, bytes, length };

        take_frame(model, &frame);
    }
    show_all(model);
    model_free(model);
    return 0;
}
