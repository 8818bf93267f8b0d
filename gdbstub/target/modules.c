/* SPDX-License-Identifier: BSD-2-Clause */
/* PDs whose image is exchanged while a client debugs them. */
#include "gdbstub/extras/images.h"
#include "gdbstub/rsp/hex.h"
#include "gdbstub/target/parts.h"

static sel4_target_image_t *image_of;

void sel4_target_follow(sel4_target_image_t *image)
{
    image_of = image;
}

bool sel4_image(unsigned pd, struct sel4_target_image *image)
{
    return image_of != NULL && image_of(pd, image);
}

/* "/modules/NAME/slotN/BUILD-ID.elf": in another slot it is another library, as GDB sees it. */
bool sel4_module(struct target *target, unsigned pd, struct target_module *module)
{
    struct text text = { module->path, sizeof(module->path) };
    struct sel4_target_image image;

    if (!sel4_image(pd, &image)) {
        return false;
    }
    module->address = image.address;
    module->path[0] = '\0';
    text_put(&text, "/modules/");
    text_put(&text, target->name(target, pd));
    text_put(&text, "/slot");
    text_put_decimal(&text, image.slot);
    text_put(&text, "/");
    for (size_t i = 0; i < image.build_id_length; i++) {
        const char digits[] = { (char)hex_digit(image.build_id[i] >> 4),
            (char)hex_digit(image.build_id[i]), '\0' };

        text_put(&text, digits);
    }
    text_put(&text, ".elf");
    return true;
}

static struct gdbstub *owner_of(unsigned pd)
{
    const struct sel4_pd *one = sel4_pd(pd);

    return one != NULL ? one->owner : NULL;
}

bool sel4_target_has_client(unsigned pd)
{
    return owner_of(pd) != NULL;
}

bool sel4_target_follows(unsigned pd)
{
    return owner_of(pd) != NULL && gdbstub_follows(owner_of(pd), pd);
}

void sel4_target_replaced(unsigned pd)
{
    if (owner_of(pd) != NULL) {
        gdbstub_replaced(owner_of(pd), pd);
    }
}

void sel4_target_left(unsigned pd, uint64_t address, uint64_t length)
{
    if (owner_of(pd) != NULL) {
        gdbstub_left(owner_of(pd), pd, &(struct target_region){ address, length });
    }
}

void sel4_target_overwritten(unsigned pd, uint64_t address, uint64_t length)
{
    if (owner_of(pd) != NULL) {
        gdbstub_overwritten(owner_of(pd), pd, &(struct target_region){ address, length });
    }
}

bool sel4_target_is_held(unsigned pd)
{
    const struct sel4_pd *one = sel4_pd(pd);

    return one != NULL && one->stopped && (one->owner != NULL || one->stop.kind == STOP_START);
}

/* A trap in the program itself, and any other fault, is none of the client's. */
bool sel4_target_expects(microkit_child child, microkit_msginfo message)
{
    int pd = sel4_pd_of_child(child);
    struct gdbstub *owner = pd >= 0 ? owner_of((unsigned)pd) : NULL;

    if (owner == NULL) {
        return false;
    }
    switch (sel4_stop_of(message).kind) {
    case STOP_STEP:
    case STOP_HARDWARE_BREAKPOINT:
    case STOP_WATCHPOINT:
        return true;
    case STOP_SOFTWARE_BREAKPOINT:
        return gdbstub_has_breakpoint(owner, (unsigned)pd, microkit_mr_get(0));
    default:
        return false;
    }
}
