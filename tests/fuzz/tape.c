/* tape.c - memory that grows by what is written into it. */
#include "tape.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void tape_add(struct tape *tape, const void *data, size_t size)
{
    if (size > tape->room - tape->size) {
        tape->room = 2 * tape->room + size + 1024;
        tape->data = realloc(tape->data, tape->room);
        if (!tape->data)
            abort();
    }
    if (size)
        memcpy(tape->data + tape->size, data, size);
    tape->size += size;
}

void tape_print(struct tape *tape, const char *format, ...)
{
    char line[256];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    tape_add(tape, line, strlen(line));
}

void tape_text(struct tape *tape, const char *name, ehlo_text text)
{
    if (!text.size)
        return;
    tape_print(tape, " %s=%zu:", name, text.size);
    tape_add(tape, text.data, text.size);
}

void tape_show(const char *what, const struct tape *tape)
{
    fprintf(stderr, "---- %s:\n", what);
    fwrite(tape->data, 1, tape->size, stderr);
    fprintf(stderr, "\n");
}

int tape_same(const struct tape *one, const struct tape *other)
{
    return one->size == other->size && (one->size == 0 || memcmp(one->data, other->data, one->size) == 0);
}
