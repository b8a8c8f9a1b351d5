/* ending.c - how a session ends: RFC 5321 sections 3.8 and 4.5.3.2.7, R19 and R25.
 *
 * Closed is phase 0, in which every call takes nothing and writes nothing, for good.
 */
#include "../tables/event.h"
#include "../tables/phase.h"
#include "session.h"

void ehlo__close(ehlo_server *server, int end)
{
    server->phase = EHLO__PHASE_CLOSED;
    server->asked = 0;
    server->flags &= (uint16_t) ~(EHLO__MORE | EHLO__SHUTDOWN_NOTED | EHLO__LAST);
    ehlo__transaction_end(server, end);
}

/* The engine's last word: an event of effect CLOSE, with its reply. */
void ehlo__close_with(ehlo_server *server, int reason, uint64_t number)
{
    ehlo__event_out(server, reason, server->asked == EHLO__PIECE ? 0 : server->asked, ehlo__event(reason)->code, number);
    ehlo__reply_out(server, EHLO_ANY_COMMAND, ehlo__event(reason)->code, reason, NULL, NULL);
    ehlo__close(server, EHLO_END_SHUTDOWN);
}

static void peer_gone(ehlo_server *server)
{
    int unanswered = server->asked == EHLO_DATA_RECEIVED;

    server->call->used = 0;
    ehlo__close(server, unanswered ? EHLO_END_UNANSWERED : EHLO_END_DISCONNECTED);
}

/* 421 now, or behind the verdict on the message that is being received. */
static void shut_down(ehlo_server *server)
{
    if (server->phase == EHLO__PHASE_CONTENT)
        server->flags |= EHLO__LAST;
    else
        ehlo__close_with(server, EHLO_EVENT_SHUTDOWN, 0);
}

void ehlo__notes(ehlo_server *server)
{
    if (server->phase == EHLO__PHASE_CLOSED)
        return;
    if (server->flags & EHLO__PEER_GONE_NOTED) {
        peer_gone(server);
        return;
    }
    if (server->flags & EHLO__SHUTDOWN_NOTED) {
        server->flags &= (uint16_t)~EHLO__SHUTDOWN_NOTED;
        shut_down(server);
    }
    if ((server->flags & EHLO__LAST) && server->phase != EHLO__PHASE_CONTENT)
        ehlo__close_with(server, EHLO_EVENT_SHUTDOWN, 0);
}

/* Asked for inside a callback it is noted, and done when the callback returns (R3). */
static int note_or_begin(ehlo_server *server, ehlo__call *call, uint16_t note)
{
    if (!server)
        return EHLO_MISUSE;
    if (server->call && server->phase != EHLO__PHASE_CLOSED)
        server->flags |= note;
    return server->call ? EHLO_OK : ehlo__begin(server, call);
}

int ehlo_server_shutdown(ehlo_server *server)
{
    ehlo__call call;
    int inside = server && server->call;
    int status = note_or_begin(server, &call, EHLO__SHUTDOWN_NOTED);

    if (status != EHLO_OK || inside)
        return status;
    shut_down(server);
    ehlo__end(server);
    return EHLO_OK;
}

int ehlo_server_disconnected(ehlo_server *server)
{
    ehlo__call call;
    int inside = server && server->call;
    int status = note_or_begin(server, &call, EHLO__PEER_GONE_NOTED);

    if (status != EHLO_OK || inside)
        return status;
    peer_gone(server);
    ehlo__end(server);
    return EHLO_OK;
}

int ehlo_server_timed_out(ehlo_server *server)
{
    ehlo__call call;
    int status = server ? ehlo__begin(server, &call) : EHLO_MISUSE;

    if (status != EHLO_OK)
        return status;
    ehlo__close_with(server, EHLO_EVENT_TIMED_OUT, 0);
    ehlo__end(server);
    return EHLO_OK;
}

uint32_t ehlo_server_timeout(const ehlo_server *server)
{
    if (!server || server->asked || server->phase == EHLO__PHASE_CLOSED || server->phase == EHLO__PHASE_OPENING ||
        server->phase == EHLO__PHASE_TURNED)
        return 0;
    return server->phase == EHLO__PHASE_CONTENT ? server->config->content_timeout : server->config->command_timeout;
}
