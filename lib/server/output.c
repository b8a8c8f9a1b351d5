/* output.c - replies and events on their way out.
 *
 * All replies of one call go into one block and out in one `write` (R10), unless one does not fit.
 */
#include <string.h>

#include "session.h"

void ehlo__answer_begin(ehlo_server *server)
{
    server->call->answer_start = server->call->used;
}

void ehlo__answer_withdraw(ehlo_server *server)
{
    if (server->call->answer_start != EHLO__WRITTEN)
        server->call->used = server->call->answer_start;
}

/* Makes room by writing what is there; what was begun can then no longer be withdrawn. */
static void make_room(ehlo_server *server)
{
    ehlo__call *call = server->call;

    call->answer_start = call->answer_start == call->used ? 0 : EHLO__WRITTEN;
    ehlo__flush(server);
    call->is_over = 1;
}

int ehlo__part_out(ehlo_server *server, const ehlo__reply *part)
{
    ehlo__call *call = server->call;
    size_t written = ehlo__reply_write(call->block + call->used, sizeof call->block - call->used, part);

    if (!written && call->used) {
        make_room(server);
        written = ehlo__reply_write(call->block, sizeof call->block, part);
    }
    call->used += written;
    return written ? EHLO_OK : EHLO_TOO_LONG;
}

int ehlo__challenge_out(ehlo_server *server, const void *data, size_t size)
{
    enum { PREFIX = 4, GROUP = 3, DIGITS = 4, MOST = (EHLO__AUTH_LINE - PREFIX - 2) / DIGITS * GROUP };
    static const unsigned char prefix[PREFIX] = {'3', '3', '4', ' '};
    const unsigned char *from = data;
    ehlo__call *call = server->call;

    if (size > MOST)
        return EHLO_TOO_LONG;
    ehlo__answer_begin(server);
    if (sizeof call->block - call->used < sizeof prefix + DIGITS + 2)
        make_room(server);
    memcpy(call->block + call->used, prefix, sizeof prefix);
    call->used += sizeof prefix;
    while (size) {
        size_t room = (sizeof call->block - call->used - 2) / DIGITS * GROUP,
               part = size < room ? size : room;
        call->used +=
            (size_t)ehlo_base64_encode(call->block + call->used, sizeof call->block - call->used, from, part);
        from += part;
        size -= part;
        if (size)
            make_room(server);
    }
    memcpy(call->block + call->used, "\r\n", 2);
    call->used += 2;
    return EHLO_OK;
}

void ehlo__flush(ehlo_server *server)
{
    ehlo__call *call = server->call;
    size_t size = call->used;
    int place = call->place, answer;

    call->used = 0;
    if (!size || (server->flags & EHLO__PEER_GONE_NOTED))
        return;
    ehlo__trace_block(server, size);
    call->place = EHLO__IN_WRITE;
    answer = server->config->callbacks.write(server->ctx, server, call->block, size);
    call->place = place;
    if (answer != EHLO_DEFAULT) {
        ehlo__event_out(server, EHLO_EVENT_WRITE_FAILED, 0, 0, 0);
        server->flags |= EHLO__PEER_GONE_NOTED;
    }
}

static void event_out(ehlo_server *server, const ehlo_event *event)
{
    int place = server->call->place;

    if (!server->config->callbacks.event)
        return;
    server->call->place = EHLO__IN_EVENT;
    server->config->callbacks.event(server->ctx, server, event);
    server->call->place = place;
}

void ehlo__event_out(ehlo_server *server, int reason, int command, int code, uint64_t number)
{
    event_out(server, &(ehlo_event){.reason = reason, .command = command, .code = code, .number = number});
}

int ehlo__leniency_out(ehlo_server *server, uint32_t leniency)
{
    ehlo__event_out(server, EHLO_EVENT_LENIENCY_USED, 0, 0, leniency);
    return 0;
}

void ehlo__end_out(ehlo_server *server, int end)
{
    event_out(server, &(ehlo_event){.reason = EHLO_EVENT_TRANSACTION_END, .end = end});
}
