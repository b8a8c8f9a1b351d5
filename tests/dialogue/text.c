/* text.c - octets that grow, memory that goes all at once, and escapes. */
#include "dialogue.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *must(void *memory)
{
    if (!memory) {
        fputs("dialogue: out of memory\n", stderr);
        exit(2);
    }
    return memory;
}

void octets_add(octets *to, const void *data, size_t size)
{
    if (to->size + size + 1 > to->room) {
        to->room = (to->size + size + 1) * 2;
        to->data = must(realloc(to->data, to->room));
    }
    if (size)
        memcpy(to->data + to->size, data, size);
    to->size += size;
    to->data[to->size] = 0;
}

void octets_print(octets *to, const char *format, ...)
{
    char text[1024];
    va_list arguments;
    int size;

    va_start(arguments, format);
    size = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (size > 0)
        octets_add(to, text, (size_t)size < sizeof text ? (size_t)size : sizeof text - 1);
}

void octets_print_escaped(octets *to, const void *data, size_t size)
{
    const unsigned char *at = data;
    const size_t most = 300;

    for (size_t i = 0; i < size && i < most; i++) {
        switch (at[i]) {
        case '\r': octets_print(to, "\\r"); break;
        case '\n': octets_print(to, "\\n"); break;
        case '\t': octets_print(to, "\\t"); break;
        case '\\': octets_print(to, "\\\\"); break;
        default:
            if (at[i] < 32 || at[i] > 126)
                octets_print(to, "\\x%02x", at[i]);
            else
                octets_add(to, at + i, 1);
        }
    }
    if (size > most)
        octets_print(to, "... (%zu octets)", size);
}

void octets_clear(octets *of)
{
    of->size = 0;
}

void octets_free(octets *of)
{
    free(of->data);
    *of = (octets){0};
}

struct pool_block {
    struct pool_block *next;
    max_align_t start;
};

void *pool_take(pool *from, size_t size)
{
    struct pool_block *block = must(calloc(1, sizeof *block + size));
    block->next = from->blocks;
    from->blocks = block;
    return &block->start;
}

char *pool_copy(pool *from, const void *data, size_t size)
{
    char *copy = pool_take(from, size + 1);
    if (size)
        memcpy(copy, data, size);
    return copy;
}

void pool_free(pool *from)
{
    while (from->blocks) {
        struct pool_block *block = from->blocks;
        from->blocks = block->next;
        free(block);
    }
}

void *pool_grow(pool *from, void *array, size_t count, size_t item)
{
    void *larger;
    if (count & (count - 1))
        return array; /* the room is always a power of two, so this one is not full */
    larger = pool_take(from, (count ? count * 2 : 1) * item);
    if (count)
        memcpy(larger, array, count * item);
    return larger;
}

int starts_with(const char *text, const char *word)
{
    return strncmp(text, word, strlen(word)) == 0;
}

static int hex_digit(char c)
{
    const char *digits = "0123456789abcdefABCDEF", *at = c ? strchr(digits, c) : NULL;
    int value = at ? (int)(at - digits) : -1;
    return value > 15 ? value - 6 : value;
}

/* One octet that a backslash begins; the letters it took, or 0. */
static size_t escape(octets *to, const char *text, size_t size)
{
    static const char letters[] = "rnt0\\\"{}", octet_of[] = "\r\n\t\0\\\"{}";
    const char *at;
    unsigned char octet;

    if (size >= 4 && text[1] == 'x' && hex_digit(text[2]) >= 0 && hex_digit(text[3]) >= 0) {
        octet = (unsigned char)(hex_digit(text[2]) * 16 + hex_digit(text[3]));
        octets_add(to, &octet, 1);
        return 4;
    }
    at = size >= 2 && text[1] ? strchr(letters, text[1]) : NULL;
    if (!at)
        return 0;
    octets_add(to, octet_of + (at - letters), 1);
    return 2;
}

/* {x*n}; the letters it took, or 0. */
static size_t repetition(octets *to, const char *text, size_t size)
{
    const char *end = memchr(text, '}', size), *star = NULL;
    octets once = {0};
    unsigned long count;
    char *behind;

    for (const char *at = text; end && at < end; at++)
        if (*at == '*')
            star = at;
    if (!star)
        return 0;
    count = strtoul(star + 1, &behind, 10);
    if (behind != end || star + 1 == end || unescape(&once, text + 1, (size_t)(star - text - 1))) {
        octets_free(&once);
        return 0;
    }
    for (unsigned long i = 0; i < count; i++)
        octets_add(to, once.data, once.size);
    octets_free(&once);
    return (size_t)(end + 1 - text);
}

const char *unescape(octets *to, const char *text, size_t size)
{
    while (size) {
        size_t took = 1;
        if (*text == '\\') {
            took = escape(to, text, size);
            if (!took)
                return "an escape that is none: \\r \\n \\t \\0 \\\\ \\\" \\{ \\} \\xHH";
        } else if (*text == '{') {
            took = repetition(to, text, size);
            if (!took)
                return "a brace that begins no {octets*count}; write \\{ for the letter";
        } else {
            octets_add(to, text, 1);
        }
        text += took;
        size -= took;
    }
    return NULL;
}
