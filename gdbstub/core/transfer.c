/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * qXfer: documents that GDB reads piece by piece. A document is written anew for each piece; only what
 * lies in the piece is kept, so none needs room as a whole.
 */
#include "gdbstub/core/parts.h"

struct piece {
    struct gdbstub *stub;
    uint64_t offset;
    uint64_t length;
    uint64_t position; /* in the document */
};

static void put_bytes(struct piece *piece, const void *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++, piece->position++) {
        if (piece->position - piece->offset < piece->length) {
            rsp_put_binary(&piece->stub->reply, (const uint8_t *)bytes + i, 1);
        }
    }
}

static void put(struct piece *piece, const char *text)
{
    put_bytes(piece, text, text_length(text));
}

/* Text of others between tags or in an attribute. */
static void put_escaped(struct piece *piece, const char *text)
{
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '<':
            put(piece, "&lt;");
            break;
        case '>':
            put(piece, "&gt;");
            break;
        case '&':
            put(piece, "&amp;");
            break;
        case '"':
            put(piece, "&quot;");
            break;
        default:
            put_bytes(piece, text, 1);
            break;
        }
    }
}

static void put_number(struct piece *piece, uint64_t number)
{
    char digits[20];
    struct text text = { digits, sizeof(digits) };

    text_put_hex(&text, number);
    put(piece, digits);
}

/* ---- documents: false if there is none of that annex ---- */

static bool write_features(struct piece *piece, struct rsp_cursor *annex)
{
    if (!text_is("target.xml", annex->at, rsp_left(annex))) {
        return false;
    }
    put(piece, aarch64_description);
    return true;
}

static void write_thread(struct piece *piece, unsigned pd)
{
    struct gdbstub *stub = piece->stub;
    char words[TARGET_TEXT_MAX];
    char digits[20];
    struct text id = { digits, sizeof(digits) };

    /* Ids here are those of packets: hexadecimal without 0x. */
    text_put_hex(&id, process_of(stub, pd));
    put(piece, "<thread id=\"");
    if (stub->multiprocess) {
        put(piece, "p");
        put(piece, digits + 2);
        put(piece, ".");
    }
    put(piece, digits + 2);
    put(piece, "\" core=\"0\" name=\"");
    put_escaped(piece, stub->target->name(stub->target, pd));
    put(piece, "\">");
    describe_pd(stub, pd, words);
    put_escaped(piece, words);
    put(piece, "</thread>");
}

static bool write_threads(struct piece *piece, struct rsp_cursor *annex)
{
    put(piece, "<threads>");
    for (unsigned pd = 0; pd < piece->stub->target->pd_count; pd++) {
        if (piece->stub->inferiors[pd].attached) {
            write_thread(piece, pd);
        }
    }
    put(piece, "</threads>");
    return rsp_at_end(annex);
}

/* The first bytes of [start, ...) that some attached PD has mapped; length 0: none. */
static struct target_region next_region(struct gdbstub *stub, uint64_t start)
{
    struct target_region found = { 0, 0 };
    struct target_region region;

    for (unsigned pd = 0; pd < stub->target->pd_count; pd++) {
        for (unsigned i = 0;
                stub->inferiors[pd].attached && stub->target->region(stub->target, pd, i, &region);
                i++) {
            uint64_t from = region.start < start ? start : region.start;

            if (region.start + region.length > start && (found.length == 0 || from < found.start)) {
                found.start = from;
                found.length = region.start + region.length - from;
            }
        }
    }
    return found;
}

/*
 * GDB 13 keeps one map for all inferiors. So this is the map of all attached PDs together; what is
 * not mapped in the PD at hand gets an error when it is read.
 */
static bool write_memory_map(struct piece *piece, struct rsp_cursor *annex)
{
    struct target_region region = next_region(piece->stub, 0);

    put(piece, "<memory-map>");
    while (region.length != 0) {
        struct target_region next = next_region(piece->stub, region.start + region.length);

        while (next.length != 0 && next.start == region.start + region.length) {
            region.length += next.length;
            next = next_region(piece->stub, region.start + region.length);
        }
        put(piece, "<memory type=\"ram\" start=\"");
        put_number(piece, region.start);
        put(piece, "\" length=\"");
        put_number(piece, region.length);
        put(piece, "\"/>");
        region = next;
    }
    put(piece, "</memory-map>");
    return rsp_at_end(annex);
}

/* The name under which the host serves the program of a PD. */
static bool write_exec_file(struct piece *piece, struct rsp_cursor *annex)
{
    uint64_t process;
    int pd = current_pd(piece->stub);

    if (rsp_take_number(annex, &process)) {
        pd = find_inferior(piece->stub, (int64_t)at_most(process, INT32_MAX));
    }
    if (pd < 0 || !rsp_at_end(annex)) {
        return false;
    }
    put(piece, "/pd/");
    put(piece, piece->stub->target->name(piece->stub->target, (unsigned)pd));
    put(piece, ".elf");
    return true;
}

/* As siginfo_t of 64-bit Linux: 128 bytes, of which number, code and address count. */
static bool write_siginfo(struct piece *piece, struct rsp_cursor *annex)
{
    struct {
        int32_t number, error, code, padding;
        uint64_t address;
        uint8_t rest[104];
    } info = { 0 };
    int pd = current_pd(piece->stub);

    if (pd < 0 || piece->stub->inferiors[pd].running) {
        return false;
    }
    info.number = (int32_t)stop_signal(&piece->stub->inferiors[pd].stop);
    info.code = piece->stub->inferiors[pd].stop.kind == STOP_MEMORY_FAULT ? 1 : 0;
    info.address = piece->stub->inferiors[pd].stop.address;
    put_bytes(piece, &info, sizeof(info));
    return rsp_at_end(annex);
}

static void write_column(struct piece *piece, const char *name, const char *value)
{
    put(piece, "<column name=\"");
    put_escaped(piece, name);
    put(piece, "\">");
    put_escaped(piece, value);
    put(piece, "</column>");
}

static void write_rows(struct piece *piece, unsigned number)
{
    struct target *target = piece->stub->target;
    const struct target_table *table = target->table(target, number);
    static struct target_row row;

    for (unsigned i = 0; target->row(target, number, i, &row); i++) {
        put(piece, "<item>");
        for (unsigned c = 0; c < TARGET_COLUMNS && table->columns[c] != NULL; c++) {
            write_column(piece, table->columns[c], row.column[c]);
        }
        put(piece, "</item>");
    }
}

/* Without a name: the list of tables. */
static bool write_osdata(struct piece *piece, struct rsp_cursor *annex)
{
    struct target *target = piece->stub->target;
    const struct target_table *table;
    bool found = rsp_at_end(annex);

    put(piece, found ? "<osdata type=\"types\">" : "<osdata type=\"table\">");
    for (unsigned i = 0; (table = target->table(target, i)) != NULL; i++) {
        if (rsp_at_end(annex)) {
            put(piece, "<item>");
            write_column(piece, "Type", table->name);
            write_column(piece, "Description", table->title);
            write_column(piece, "Title", table->title);
            put(piece, "</item>");
        } else if (text_is(table->name, annex->at, rsp_left(annex))) {
            write_rows(piece, i);
            found = true;
        }
    }
    put(piece, "</osdata>");
    return found;
}

static const struct {
    const char *name;
    bool (*write)(struct piece *piece, struct rsp_cursor *annex);
} documents[] = {
    { "features:read:", write_features },
    { "threads:read:", write_threads },
    { "memory-map:read:", write_memory_map },
    { "exec-file:read:", write_exec_file },
    { "siginfo:read:", write_siginfo },
    { "osdata:read:", write_osdata },
};

static void transfer(struct gdbstub *stub, struct rsp_cursor *args,
        bool (*write)(struct piece *piece, struct rsp_cursor *annex))
{
    struct rsp_cursor annex = rsp_take_until(args, ':');
    struct rsp_range range;
    struct piece piece = { .stub = stub };

    if (!rsp_take_range(args, &range) || !rsp_at_end(args)) {
        reply_error(stub, ERROR_MALFORMED);
        return;
    }
    rsp_put(&stub->reply, "l");
    piece.offset = range.start;
    piece.length = at_most(range.length, rsp_room_for_binary(&stub->reply));
    if (!write(&piece, &annex)) {
        reply_error(stub, ERROR_REFUSED);
    } else if (piece.position > range.start && piece.position - range.start > piece.length) {
        stub->reply.bytes[0] = 'm'; /* there is more */
    }
}

void handle_transfer(struct gdbstub *stub, struct rsp_cursor *args)
{
    for (unsigned i = 0; i < sizeof(documents) / sizeof(documents[0]); i++) {
        if (rsp_take(args, documents[i].name)) {
            transfer(stub, args, documents[i].write);
            return;
        }
    }
}
