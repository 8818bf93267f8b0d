/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a PD has stopped and who called it there, as addresses: the console knows their names. */
#include "gdbstub/target/parts.h"
#include "profiler/unwind/frames.h"

#define FRAMES_MAX 10

void sel4_put_backtrace(unsigned pd, struct text *text)
{
    const struct microkit_view *stack = sel4_stack_of(pd);
    struct aarch64_context context;
    uint64_t callers[FRAMES_MAX];
    size_t count = 0;
    bool cut;

    if (!sel4_read_registers(NULL, pd, AARCH64_GENERAL, &context)) {
        return;
    }
    if (stack != NULL) {
        const struct stack_view view = { (const volatile uint64_t *)stack->address,
            stack->pd_address, stack->size };

        count = frames_walk(
                &view, context.general.sp, context.general.x[29], callers, FRAMES_MAX, &cut);
    }
    text_put(text, "backtrace: ");
    text_put_hex(text, context.general.pc);
    text_put(text,
            " lr "); /* a caller that no frame record tells of, if this is a function without one */
    text_put_hex(text, context.general.x[30]);
    for (size_t i = 0; i < count; i++) {
        text_put(text, " ");
        text_put_hex(text, callers[i]);
    }
}
