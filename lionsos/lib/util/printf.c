/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Formatting. One conversion is parsed into a struct conversion, turned into a struct field (prefix,
 * digits, and how much padding), and emitted; everything leaves through struct sink.
 */
#include <stdbool.h>
#include <stdint.h>

#include <sddf/util/printf.h>
#include <sddf/util/string.h>

#define DIGITS_MAX   64   /* binary 64-bit number */
#define WIDTH_MAX    4096 /* keeps a corrupted width from printing for minutes */
#define NO_PRECISION (-1) /* none given */

struct sink {
    void (*out)(char character, void *argument);
    void *argument;
    int length; /* characters so far */
};

enum length_modifier {
    INT,
    CHAR,
    SHORT,
    LONG
};

struct conversion {
    bool left;      /* - */
    bool zero;      /* 0 */
    bool alternate; /* # */
    char sign;      /* '+', ' ' or 0: what precedes a number that is not negative */
    int width;
    int precision;
    enum length_modifier size;
    char type;
};

static void emit(struct sink *sink, char character)
{
    sink->out(character, sink->argument);
    sink->length++;
}

static void emit_text(struct sink *sink, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        emit(sink, text[i]);
    }
}

static void emit_padding(struct sink *sink, char character, int count)
{
    while (count-- > 0) {
        emit(sink, character);
    }
}

static int parse_number(const char **format)
{
    int number = 0;

    for (; **format >= '0' && **format <= '9'; (*format)++) {
        if (number < WIDTH_MAX) {
            number = number * 10 + (**format - '0');
        }
    }
    return number < WIDTH_MAX ? number : WIDTH_MAX;
}

static void parse_flags(const char **format, struct conversion *conversion)
{
    for (;; (*format)++) {
        switch (**format) {
        case '-':
            conversion->left = true;
            break;
        case '0':
            conversion->zero = true;
            break;
        case '#':
            conversion->alternate = true;
            break;
        case '+':
            conversion->sign = '+';
            break;
        case ' ':
            conversion->sign = conversion->sign ? conversion->sign : ' ';
            break;
        default:
            return;
        }
    }
}

static enum length_modifier parse_length(const char **format)
{
    enum length_modifier size = INT;

    for (;; (*format)++) {
        switch (**format) {
        case 'h':
            size = size == SHORT ? CHAR : SHORT;
            break;
        case 'l':
        case 'z':
        case 'j':
        case 't':
            size = LONG; /* all 64 bits wide on our targets */
            break;
        default:
            return size;
        }
    }
}

/* `*format` points behind the percent sign, and afterwards at the conversion's letter. */
static struct conversion parse_conversion(const char **format, va_list *arguments)
{
    struct conversion conversion = { .precision = NO_PRECISION };

    parse_flags(format, &conversion);
    if (**format == '*') {
        (*format)++;
        int width = va_arg(*arguments, int);

        conversion.left |= width < 0;
        width = width == INT32_MIN ? WIDTH_MAX : (width < 0 ? -width : width);
        conversion.width = width < WIDTH_MAX ? width : WIDTH_MAX;
    } else {
        conversion.width = parse_number(format);
    }
    if (**format == '.') {
        (*format)++;
        if (**format == '*') {
            (*format)++;
            int precision = va_arg(*arguments, int);

            conversion.precision = precision < 0 ? NO_PRECISION : precision;
        } else {
            conversion.precision = parse_number(format);
        }
    }
    conversion.size = parse_length(format);
    conversion.type = **format;
    return conversion;
}

static int64_t signed_argument(enum length_modifier size, va_list *arguments)
{
    switch (size) {
    case CHAR:
        return (signed char)va_arg(*arguments, int);
    case SHORT:
        return (short)va_arg(*arguments, int);
    case INT:
        return va_arg(*arguments, int);
    case LONG:
        return va_arg(*arguments, int64_t);
    }
    return 0;
}

static uint64_t unsigned_argument(enum length_modifier size, va_list *arguments)
{
    switch (size) {
    case CHAR:
        return (unsigned char)va_arg(*arguments, unsigned int);
    case SHORT:
        return (unsigned short)va_arg(*arguments, unsigned int);
    case INT:
        return va_arg(*arguments, unsigned int);
    case LONG:
        return va_arg(*arguments, uint64_t);
    }
    return 0;
}

/* Padding, prefix, leading zeros, text: in the order the flags ask for. */
static void emit_field(struct sink *sink, const struct conversion *conversion, const char *prefix,
        int zeros, const char *text, int length)
{
    int prefix_length = (int)sddf_strlen(prefix);
    int padding = conversion->width - prefix_length - (zeros > 0 ? zeros : 0) - length;

    if (!conversion->left) {
        emit_padding(sink, ' ', padding);
    }
    emit_text(sink, prefix, (size_t)prefix_length);
    emit_padding(sink, '0', zeros);
    emit_text(sink, text, (size_t)length);
    if (conversion->left) {
        emit_padding(sink, ' ', padding);
    }
}

static void emit_number(struct sink *sink, const struct conversion *conversion, uint64_t value,
        unsigned int base, const char *prefix)
{
    const char *alphabet = conversion->type == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
    char digits[DIGITS_MAX];
    int first = DIGITS_MAX;

    for (uint64_t rest = value; rest != 0; rest /= base) {
        digits[--first] = alphabet[rest % base];
    }
    if (value == 0 && conversion->precision != 0) {
        digits[--first] = '0'; /* a zero with precision 0 has no digits */
    }

    int length = DIGITS_MAX - first;
    int zeros = conversion->precision - length;

    if (conversion->precision == NO_PRECISION) {
        bool fill = conversion->zero && !conversion->left;

        zeros = fill ? conversion->width - (int)sddf_strlen(prefix) - length : 0;
    }
    zeros = zeros < WIDTH_MAX ? zeros : WIDTH_MAX;
    emit_field(sink, conversion, prefix, zeros, &digits[first], length);
}

static void emit_signed(struct sink *sink, const struct conversion *conversion, int64_t value)
{
    char prefix[2] = { value < 0 ? '-' : conversion->sign, '\0' };
    uint64_t magnitude = value < 0 ? -(uint64_t)value : (uint64_t)value;

    emit_number(sink, conversion, magnitude, 10, prefix);
}

static void emit_unsigned(struct sink *sink, const struct conversion *conversion, uint64_t value)
{
    bool prefixed = conversion->alternate && value != 0;

    switch (conversion->type) {
    case 'x':
        emit_number(sink, conversion, value, 16, prefixed ? "0x" : "");
        break;
    case 'X':
        emit_number(sink, conversion, value, 16, prefixed ? "0X" : "");
        break;
    case 'b':
        emit_number(sink, conversion, value, 2, prefixed ? "0b" : "");
        break;
    case 'o':
        emit_number(sink, conversion, value, 8, prefixed ? "0" : "");
        break;
    default:
        emit_number(sink, conversion, value, 10, "");
        break;
    }
}

static void emit_string(struct sink *sink, const struct conversion *conversion, const char *string)
{
    size_t limit =
            conversion->precision == NO_PRECISION ? INT32_MAX : (size_t)conversion->precision;

    if (string == NULL) {
        string = "(null)";
    }
    emit_field(sink, conversion, "", 0, string, (int)sddf_strnlen(string, limit));
}

static void convert(struct sink *sink, const struct conversion *conversion, va_list *arguments)
{
    struct conversion pointer = { .type = 'x',
        .alternate = true,
        .precision = NO_PRECISION,
        .width = conversion->width,
        .left = conversion->left };
    char character;

    switch (conversion->type) {
    case 'd':
    case 'i':
        emit_signed(sink, conversion, signed_argument(conversion->size, arguments));
        break;
    case 'u':
    case 'o':
    case 'x':
    case 'X':
    case 'b':
        emit_unsigned(sink, conversion, unsigned_argument(conversion->size, arguments));
        break;
    case 'p':
        emit_unsigned(sink, &pointer, (uintptr_t)va_arg(*arguments, void *));
        break;
    case 'c':
        character = (char)va_arg(*arguments, int);
        emit_field(sink, conversion, "", 0, &character, 1);
        break;
    case 's':
        emit_string(sink, conversion, va_arg(*arguments, const char *));
        break;
    default:
        emit(sink, '%');
        if (conversion->type != '%') {
            emit(sink, conversion->type);
        }
        break;
    }
}

int sddf_vfctprintf(void (*out)(char character, void *argument), void *argument, const char *format,
        va_list arguments)
{
    struct sink sink = { .out = out, .argument = argument };
    va_list rest;

    va_copy(rest, arguments);
    for (; *format != '\0'; format++) {
        if (*format != '%') {
            emit(&sink, *format);
            continue;
        }
        format++;
        struct conversion conversion = parse_conversion(&format, &rest);

        if (conversion.type == '\0') {
            break; /* the text ends inside a conversion */
        }
        convert(&sink, &conversion, &rest);
    }
    va_end(rest);
    return sink.length;
}

int sddf_fctprintf(
        void (*out)(char character, void *argument), void *argument, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    int length = sddf_vfctprintf(out, argument, format, arguments);
    va_end(arguments);
    return length;
}
