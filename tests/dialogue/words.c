/* words.c - the parts of a line. */
#include "parse.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void wrong(reader *in, const char *format, ...)
{
    va_list arguments;
    if (in->failed)
        return;
    in->failed = 1;
    va_start(arguments, format);
    fprintf(stderr, "%s:%d: ", in->out->path, in->line);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
}

const char *keep(reader *in, const char *text, size_t size, size_t *kept)
{
    octets plain = {0};
    const char *problem = unescape(&plain, text, size), *copy;

    if (problem)
        wrong(in, "%s", problem);
    copy = pool_copy(&in->out->pool, plain.data, plain.size);
    if (kept)
        *kept = plain.size;
    octets_free(&plain);
    return copy;
}

const char *quoted(reader *in, const char *text, size_t *kept)
{
    size_t size = strlen(text);

    if (size < 2 || text[0] != '"' || text[size - 1] != '"') {
        wrong(in, "this stands in quotes: %s", text);
        return "";
    }
    return keep(in, text + 1, size - 2, kept);
}

struct step *add_step(reader *in, step_kind kind)
{
    struct dialogue *out = in->out;
    out->steps = pool_grow(&out->pool, out->steps, out->step_count, sizeof *out->steps);
    out->steps[out->step_count] = (struct step){.kind = kind, .line = in->line, .data = ""};
    return &out->steps[out->step_count++];
}

struct expected *add_expected(reader *in, enum kind kind)
{
    struct dialogue *out = in->out;
    out->expects = pool_grow(&out->pool, out->expects, out->expect_count, sizeof *out->expects);
    out->expects[out->expect_count] =
        (struct expected){.line = in->line, .kind = kind, .data = "", .facts = ""};
    out->lists[kind] = 1;
    return &out->expects[out->expect_count++];
}

const char *after_blanks(const char *text)
{
    while (*text == ' ' || *text == '\t')
        text++;
    return text;
}

size_t word_size(const char *text)
{
    return strcspn(text, " \t");
}

int is_word(const char *text, const char *word)
{
    return starts_with(text, word) && (text[strlen(word)] == 0 || text[strlen(word)] == ' ');
}

uint64_t number(reader *in, const char *text, size_t size)
{
    uint64_t value = 0;
    if (size == 0 || size > 19 || strspn(text, "0123456789") < size)
        wrong(in, "a number is missing: %s", text);
    for (size_t i = 0; i < size && !in->failed; i++)
        value = value * 10 + (uint64_t)(text[i] - '0');
    return value;
}

int is_code(const char *text)
{
    return text[0] >= '2' && text[0] <= '5' && isdigit((unsigned char)text[1]) &&
           isdigit((unsigned char)text[2]) && (text[3] == 0 || text[3] == ' ');
}

int place_named(reader *in, const char *text, size_t size)
{
    static const char *const others[] = {"CONTENT", "WRITE", "EVENT", "TRACE"};
    int place = command_named(in->out, text, size);

    for (int i = 0; i < 4 && !place; i++)
        if (strlen(others[i]) == size && memcmp(others[i], text, size) == 0)
            place = PLACE_CONTENT + i;
    if (!place)
        wrong(in, "no command, nor CONTENT, WRITE, EVENT, TRACE: %.*s", (int)size, text);
    return place;
}

int is_enhanced(const char *text, size_t size)
{
    return size >= 5 && strspn(text, "0123456789.") >= size && text[1] == '.' && strchr("245", text[0]);
}
