/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GDB's agent expressions: a stack machine whose programs come with breakpoints. Bounded in steps, stack and
 * output. It reads memory and registers of the PD at hand, and changes nothing.
 */
#include "gdbstub/core/parts.h"
#include "gdbstub/rsp/hex.h"

#define STACK_MAX  32
#define STEPS_MAX  2000
#define STRING_MAX 80

/* Numbers of the instructions, as in the appendix "Agent Expressions" of GDB's manual. */
enum {
    OP_ADD = 0x02,
    OP_SUB,
    OP_MUL,
    OP_DIV_SIGNED,
    OP_DIV_UNSIGNED,
    OP_REM_SIGNED,
    OP_REM_UNSIGNED,
    OP_LSH,
    OP_RSH_SIGNED,
    OP_RSH_UNSIGNED,
    OP_LOG_NOT = 0x0e,
    OP_AND,
    OP_OR,
    OP_XOR,
    OP_NOT,
    OP_EQUAL,
    OP_LESS_SIGNED,
    OP_LESS_UNSIGNED,
    OP_EXT,
    OP_REF8,
    OP_REF16,
    OP_REF32,
    OP_REF64,
    OP_IF_GOTO = 0x20,
    OP_GOTO,
    OP_CONST8,
    OP_CONST16,
    OP_CONST32,
    OP_CONST64,
    OP_REG,
    OP_END,
    OP_DUP,
    OP_POP,
    OP_ZERO_EXT,
    OP_SWAP,
    OP_PICK = 0x32,
    OP_ROT,
    OP_PRINTF,
};

struct machine {
    struct gdbstub *stub;
    unsigned pd;
    const uint8_t *code;
    size_t length;
    size_t next;
    uint64_t stack[STACK_MAX];
    unsigned depth;
    bool failed;
};

static void push(struct machine *machine, uint64_t value)
{
    if (machine->depth == STACK_MAX) {
        machine->failed = true;
    } else {
        machine->stack[machine->depth++] = value;
    }
}

static uint64_t pop(struct machine *machine)
{
    if (machine->depth == 0) {
        machine->failed = true;
        return 0;
    }
    return machine->stack[--machine->depth];
}

/* An operand in the code: big endian, `size` bytes. */
static uint64_t operand(struct machine *machine, unsigned size)
{
    uint64_t value = 0;

    if (machine->length - machine->next < size) {
        machine->failed = true;
        return 0;
    }
    while (size-- > 0) {
        value = value << 8 | machine->code[machine->next++];
    }
    return value;
}

static void fetch(struct machine *machine, unsigned size)
{
    uint64_t value = 0;

    machine->failed |= stub_read(machine->stub, machine->pd, pop(machine), &value, size) != size;
    push(machine, value);
}

static void fetch_register(struct machine *machine)
{
    struct aarch64_context context;
    struct aarch64_location location;
    uint64_t value = 0;

    if (!aarch64_locate(operand(machine, 2), &location) || location.size > sizeof(value)
            || !machine->stub->target->read_registers(
                    machine->stub->target, machine->pd, location.group, &context)) {
        machine->failed = true;
        return;
    }
    bytes_copy(&value, (uint8_t *)&context + location.offset, location.size);
    push(machine, value);
}

static uint64_t extend(uint64_t value, uint64_t bits, bool is_signed)
{
    if (bits == 0 || bits >= 64) {
        return value;
    }
    value &= (UINT64_C(1) << bits) - 1;
    return is_signed && value >> (bits - 1) != 0 ? value | ~((UINT64_C(1) << bits) - 1) : value;
}

static uint64_t divide(struct machine *machine, int op, uint64_t a, uint64_t b)
{
    bool overflows = a == UINT64_C(1) << 63 && b == UINT64_MAX;

    if (b == 0) {
        machine->failed = true;
        return 0;
    }
    switch (op) {
    case OP_DIV_SIGNED:
        return overflows ? a : (uint64_t)((int64_t)a / (int64_t)b);
    case OP_REM_SIGNED:
        return overflows ? 0 : (uint64_t)((int64_t)a % (int64_t)b);
    case OP_DIV_UNSIGNED:
        return a / b;
    default:
        return a % b;
    }
}

static uint64_t shift(int op, uint64_t a, uint64_t b)
{
    bool negative = op == OP_RSH_SIGNED && a >> 63 != 0;
    uint64_t value = b >= 64 ? 0 : op == OP_LSH ? a << b : a >> b;

    return negative ? ~(b >= 64 ? 0 : ~a >> b) : value;
}

static uint64_t binary(struct machine *machine, int op, uint64_t a, uint64_t b)
{
    switch (op) {
    case OP_ADD:
        return a + b;
    case OP_SUB:
        return a - b;
    case OP_MUL:
        return a * b;
    case OP_LSH:
    case OP_RSH_SIGNED:
    case OP_RSH_UNSIGNED:
        return shift(op, a, b);
    case OP_AND:
        return a & b;
    case OP_OR:
        return a | b;
    case OP_XOR:
        return a ^ b;
    case OP_EQUAL:
        return a == b;
    case OP_LESS_SIGNED:
        return (int64_t)a < (int64_t)b;
    case OP_LESS_UNSIGNED:
        return a < b;
    default:
        return divide(machine, op, a, b);
    }
}

static void pick(struct machine *machine, uint64_t depth)
{
    if (depth >= machine->depth) {
        machine->failed = true;
    } else {
        push(machine, machine->stack[machine->depth - 1 - depth]);
    }
}

/* a b -> b a;  with three: a b c -> c a b */
static void rotate(struct machine *machine, unsigned count)
{
    uint64_t top = pop(machine);

    if (machine->depth + 1 < count) {
        machine->failed = true;
        return;
    }
    push(machine, top);
    for (unsigned i = 1; i < count; i++) {
        machine->stack[machine->depth - i] = machine->stack[machine->depth - i - 1];
    }
    machine->stack[machine->depth - count] = top;
}

/* ---- dynamic printf ---- */

static void print_string(struct machine *machine, struct text *text, uint64_t address)
{
    char string[STRING_MAX + 1];
    size_t length = stub_read(machine->stub, machine->pd, address, string, STRING_MAX);

    string[length] = '\0';
    text_put(text, length == 0 ? "<unreadable>" : string);
}

static void print_argument(struct machine *machine, struct text *text, char kind, bool is_long)
{
    uint64_t value = pop(machine);
    char character[2] = { (char)value, '\0' };

    switch (kind) {
    case 'd':
    case 'i':
        value = extend(value, is_long ? 64 : 32, true);
        text_put(text, (int64_t)value < 0 ? "-" : "");
        text_put_decimal(text, (int64_t)value < 0 ? -value : value);
        break;
    case 'u':
        text_put_decimal(text, extend(value, is_long ? 64 : 32, false));
        break;
    case 'c':
        text_put(text, character);
        break;
    case 's':
        print_string(machine, text, value);
        break;
    default:
        text_put_hex(text, extend(value, is_long || kind == 'p' ? 64 : 32, false));
        break;
    }
}

/* Widths are skipped; a line is as wide as it is. */
static void print(struct machine *machine, const uint8_t *at, const uint8_t *end)
{
    char line[2 * TARGET_TEXT_MAX] = "";
    struct text text = { line, sizeof(line) };

    for (; at != end && *at != '\0'; at++) {
        char character[2] = { (char)*at, '\0' };
        bool is_long = false;

        if (*at != '%' || (at + 1 != end && at[1] == '%' && at++)) {
            text_put(&text, character);
            continue;
        }
        for (at++; at != end && (hex_is_decimal(*at) || *at == 'l' || *at == 'z' || *at == '-');
                at++) {
            is_long |= *at == 'l' || *at == 'z';
        }
        if (at == end || *at == '\0') {
            break;
        }
        print_argument(machine, &text, (char)*at, is_long);
    }
    stub_print(machine->stub, machine->pd, line, text_length(line));
}

/* Behind the operation: number of arguments, length of the format, format. On the stack: function and
 * channel, which GDB uses for other styles of dprintf, and the arguments, the first on top. */
static void run_printf(struct machine *machine)
{
    operand(machine, 1);
    uint64_t length = operand(machine, 2);

    if (machine->failed || length > machine->length - machine->next) {
        machine->failed = true;
        return;
    }
    pop(machine);
    pop(machine);
    print(machine, machine->code + machine->next, machine->code + machine->next + length);
    machine->next += length;
}

/* ---- the machine ---- */

static void jump(struct machine *machine, bool condition)
{
    uint64_t to = operand(machine, 2);

    if (condition) {
        machine->failed |= to >= machine->length;
        machine->next = to;
    }
}

static void execute(struct machine *machine, int op)
{
    uint64_t value;

    switch (op) {
    case OP_LOG_NOT:
        push(machine, pop(machine) == 0);
        break;
    case OP_NOT:
        push(machine, ~pop(machine));
        break;
    case OP_EXT:
    case OP_ZERO_EXT:
        value = operand(machine, 1);
        push(machine, extend(pop(machine), value, op == OP_EXT));
        break;
    case OP_REF8:
    case OP_REF16:
    case OP_REF32:
    case OP_REF64:
        fetch(machine, 1u << (op - OP_REF8));
        break;
    case OP_IF_GOTO:
        jump(machine, pop(machine) != 0);
        break;
    case OP_GOTO:
        jump(machine, true);
        break;
    case OP_CONST8:
    case OP_CONST16:
    case OP_CONST32:
    case OP_CONST64:
        push(machine, operand(machine, 1u << (op - OP_CONST8)));
        break;
    case OP_REG:
        fetch_register(machine);
        break;
    case OP_DUP:
        pick(machine, 0);
        break;
    case OP_POP:
        pop(machine);
        break;
    case OP_SWAP:
        rotate(machine, 2);
        break;
    case OP_PICK:
        pick(machine, operand(machine, 1));
        break;
    case OP_ROT:
        rotate(machine, 3);
        break;
    case OP_PRINTF:
        run_printf(machine);
        break;
    default:
        if (op < OP_ADD || op > OP_LESS_UNSIGNED || (op > OP_RSH_UNSIGNED && op < OP_LOG_NOT)) {
            machine->failed = true; /* floating point, tracing */
            break;
        }
        value = pop(machine);
        push(machine, binary(machine, op, pop(machine), value));
        break;
    }
}

/* Runs to the end; false if it could not. The result is what lies on top of the stack then. */
static bool evaluate(struct machine *machine)
{
    for (unsigned steps = 0; steps < STEPS_MAX && !machine->failed; steps++) {
        int op = (int)operand(machine, 1);

        if (op == OP_END) {
            return !machine->failed;
        }
        execute(machine, op);
    }
    return false;
}

/* Sets the machine up for the expression at *at and moves on behind it. */
static void load(struct machine *machine, struct gdbstub *stub, const struct breakpoint *breakpoint,
        size_t *at)
{
    *machine = (struct machine){ .stub = stub, .pd = breakpoint->pd };
    machine->length = (size_t)(breakpoint->code[*at] | breakpoint->code[*at + 1] << 8);
    machine->code = breakpoint->code + *at + 2;
    *at += 2 + machine->length;
}

bool conditions_hold(struct gdbstub *stub, const struct breakpoint *breakpoint)
{
    struct machine machine;
    size_t at = 0;

    while (at < breakpoint->conditions_end) {
        load(&machine, stub, breakpoint, &at);
        if (!evaluate(&machine) || machine.depth == 0 || machine.stack[machine.depth - 1] != 0) {
            return true; /* one that cannot be evaluated stops: GDB will say why */
        }
    }
    return breakpoint->conditions_end == 0;
}

void run_commands(struct gdbstub *stub, const struct breakpoint *breakpoint)
{
    struct machine machine;
    size_t at = breakpoint->conditions_end;

    while (at < breakpoint->commands_end) {
        load(&machine, stub, breakpoint, &at);
        evaluate(&machine);
    }
}

/* ---- from a packet ---- */

/* "Xlength,digits" once or more: appends each expression with its length. */
static bool take_list(struct rsp_cursor *args, struct breakpoint *to, uint16_t *end)
{
    uint64_t length;

    while (rsp_take(args, "X")) {
        if (!rsp_take_number(args, &length) || !rsp_take(args, ",")
                || length + sizeof(uint16_t) > (uint64_t)(STUB_CODE_MAX - *end)) {
            return false;
        }
        to->code[*end] = (uint8_t)length;
        to->code[*end + 1] = (uint8_t)(length >> 8);
        if (!rsp_take_hex(args, to->code + *end + 2, length)) {
            return false;
        }
        *end = (uint16_t)(*end + length + 2);
    }
    return true;
}

/* [;conditions][;cmds:persist,commands] */
bool take_expressions(struct rsp_cursor *args, struct breakpoint *to)
{
    uint64_t persist;
    uint16_t end = 0;

    to->conditions_end = to->commands_end = 0;
    while (rsp_take(args, ";")) {
        if (!rsp_take(args, "cmds:")) {
            if (!take_list(args, to, &end) || end == 0) {
                return false;
            }
            to->conditions_end = end;
        } else if (!rsp_take_number(args, &persist) || !rsp_take(args, ",")
                || !take_list(args, to, &end)) {
            return false;
        }
        to->commands_end = end;
    }
    return rsp_at_end(args);
}
