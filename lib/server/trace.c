/* trace.c - what a trace shows: both directions, line by line, but no secret and no content (law P18).
 */
#include <string.h>

#include "../text/ascii.h"
#include "../text/view.h"
#include "session.h"

void ehlo__trace_out(ehlo_server *server, int direction, const void *data, size_t size, uint64_t hidden)
{
    ehlo_trace trace = {.direction = direction, .text = {data, size}, .hidden = hidden};
    int place = server->call->place;

    if (!server->config->callbacks.trace)
        return;
    server->call->place = EHLO__IN_EVENT;
    server->config->callbacks.trace(server->ctx, server, &trace);
    server->call->place = place;
}

/* How much of a line is no secret: of AUTH, and whatever looks like it, no more than a mechanism of the
 * config's; behind an AUTH that was refused nothing of what is no command. */
static size_t not_secret(const ehlo_server *server, const char *data, size_t size, int command)
{
    static const char secretive[] = "AUTH";
    size_t at = 0, word = sizeof secretive - 1;
    ehlo_text rest, mechanism;

    if (!command && (server->flags & EHLO__AFTER_AUTH))
        return 0;
    while (at < size && (data[at] == ' ' || data[at] == '\t'))
        at++;
    if (size - at < word || !ehlo__same_word(data + at, word, secretive, word))
        return size;
    at += word;
    if (at == size || data[at] != ' ')
        return at;
    rest = (ehlo_text){data + at + 1, size - at - 1};
    mechanism = ehlo__first_word(&rest);
    at++;
    return ehlo__mechanism_find(server->config, mechanism) < 0 ? at : at + mechanism.size;
}

/* For the trace: up to a bare line end, behind which may stand what was meant as another line. */
void ehlo__trace_line(ehlo_server *server, const void *data, size_t size, int command)
{
    const char *text = data;
    size_t first = 0, shown;

    if (!server->config->callbacks.trace)
        return;
    while (first < size && text[first] != '\r' && text[first] != '\n')
        first++;
    shown = not_secret(server, text, first, command);
    ehlo__trace_out(server, EHLO_FROM_PEER, data, shown, size - shown);
}

/* Shows the lines of the block: of a challenge only that there is one, also where it goes on into the next
 * block. */
void ehlo__trace_block(ehlo_server *server, size_t size)
{
    static const char challenge[] = "334 ";
    ehlo__call *call = server->call;

    for (size_t at = 0, length, shown; server->config->callbacks.trace && at < size; at += length + 2) {
        for (length = 0; at + length < size && call->block[at + length] != '\r';)
            length++;
        shown = call->in_challenge ? 0 : length;
        if (!call->in_challenge && length >= sizeof challenge - 1 &&
            !memcmp(call->block + at, challenge, sizeof challenge - 1)) {
            shown = sizeof challenge - 1;
            call->in_challenge = 1;
        }
        ehlo__trace_out(server, EHLO_TO_PEER, call->block + at, shown, length - shown);
        call->in_challenge &= at + length == size;
    }
}
