/* traces.c - what is written, and what traces say of it: whole lines, in order, and no secret. */
#include "host.h"

#include <string.h>

static int is_challenge(const unsigned char *line, size_t size)
{
    return size >= 4 && memcmp(line, "334 ", 4) == 0;
}

/* Octets of a line up to its CRLF, or to the end. */
static size_t line_size(const unsigned char *data, size_t size)
{
    size_t length = 0;

    while (length < size && data[length] != '\r')
        length++;
    return length;
}

/* The next trace must be of that line: all of it, but of a challenge nothing. */
static void check_announced(const struct host *host, size_t *trace, size_t *text, const unsigned char *line,
                            size_t size, int is_hidden)
{
    struct traced told;

    if (!host->config.callbacks.trace)
        return;
    LAW(*trace + sizeof told <= host->announced.size, "each line that is written is traced before");
    memcpy(&told, host->announced.data + *trace, sizeof told);
    LAW(told.size + told.hidden == size, "a trace tells of all octets of its line");
    LAW(told.size == (!is_hidden ? size : is_challenge(line, size) ? 4 : 0), "a challenge alone is hidden");
    LAW(told.size == 0 || memcmp(host->announced_text.data + *text, line, (size_t)told.size) == 0,
        "a trace shows what is written");
    *trace += sizeof told;
    *text += (size_t)told.size;
}

/* Whole lines, but for a challenge that takes several writes (R10). */
void check_write(struct host *host, const unsigned char *data, size_t size)
{
    size_t trace = 0, text = 0;

    for (size_t at = 0; at < size;) {
        size_t length = line_size(data + at, size - at);
        int goes_on = host->in_challenge, is_hidden = goes_on || is_challenge(data + at, size - at);
        host->in_challenge = at + length == size;
        LAW(is_hidden || !host->in_challenge, "whole lines are written");
        check_announced(host, &trace, &text, data + at, length, is_hidden && (goes_on || length > 4));
        at += length + 2;
        LAW(host->in_challenge || at <= size, "a CR and its LF are not parted");
    }
    LAW(trace == host->announced.size, "what is traced is written");
    host->announced.size = host->announced_text.size = 0;
}

void check_trace(struct host *host, const ehlo_trace *trace)
{
    struct traced told = {.size = trace->text.size, .hidden = trace->hidden};

    if (trace->direction == EHLO_TO_PEER) {
        tape_add(&host->announced, &told, sizeof told);
        tape_add(&host->announced_text, trace->text.data, trace->text.size);
        return;
    }
    LAW(trace->direction == EHLO_FROM_PEER, "a trace has a direction");
    check_view(host, trace->text);
    if (told.size)
        told.at = place_of(host, trace->text.data);
    for (size_t i = 0; i < told.size; i++) {
        LAW(!(host->marks[told.at + i] & SECRET), "no trace shows a response");
        host->marks[told.at + i] |= TRACED;
    }
    tape_add(&host->heard, &told, sizeof told);
}
