/* ending.c - how transactions, exchanges of AUTH and sessions end: RFC 5321 sections 3.8 and 4.5.3.2.7, R13,
 * R19 and R25.
 *
 * Closed is phase 0, in which every call takes nothing and writes nothing, for good.
 */
#include <string.h>

#include "../tables/event.h"
#include "../tables/phase.h"
#include "session.h"

void ehlo__transaction_end(ehlo_server *server, int end)
{
    int was_open = server->transaction.open;

    memset(&server->transaction, 0, sizeof server->transaction);
    if (was_open)
        ehlo__end_out(server, end);
}

void ehlo__exchange_end(ehlo_server *server, int code)
{
    int was_open = (server->flags & EHLO__IN_EXCHANGE) != 0, steps = server->step + 1;

    server->flags &= ~(uint32_t)EHLO__IN_EXCHANGE;
    server->step = 0;
    server->mechanism = 0;
    if (was_open)
        ehlo__event_out(server, EHLO_EVENT_AUTH_END, EHLO_AUTH, code, (uint64_t)steps);
}

/* `code` is the session's last word, or 0. */
static void close_after(ehlo_server *server, int end, int code)
{
    server->phase = EHLO__PHASE_CLOSED;
    server->asked = 0;
    server->chunk_left = 0;
    server->chunk_reason = server->chunk_phase = 0;
    server->flags &= ~(uint32_t)(EHLO__MORE | EHLO__SHUTDOWN_NOTED | EHLO__LAST);
    ehlo__exchange_end(server, code);
    ehlo__transaction_end(server, end);
}

void ehlo__close(ehlo_server *server, int end)
{
    close_after(server, end, 0);
}

/* The engine's last word: an event of effect CLOSE, with its reply to `command`, or to none (0). */
void ehlo__close_with(ehlo_server *server, int command, int reason, uint64_t number)
{
    int code = ehlo__event(reason)->code;
    /* Not where the peer is the server, and replies are its own; nor into a handshake. */
    int is_said = code && server->phase != EHLO__PHASE_TURNED && server->phase != EHLO__PHASE_TLS;

    ehlo__event_out(server, reason, command, is_said ? code : 0, number);
    if (is_said)
        ehlo__reply_out(server, command, code, reason, NULL, NULL);
    close_after(server, code == EHLO__SERVICE_CLOSING ? EHLO_END_SHUTDOWN : EHLO_END_REFUSED,
                is_said ? code : 0);
}

int ehlo__pending_command(const ehlo_server *server)
{
    return server->asked == EHLO__PIECE ? EHLO_ANY_COMMAND : server->asked;
}

int ehlo__is_in_message(const ehlo_server *server)
{
    return ehlo__phase_place(server->phase) == EHLO__PLACE_MESSAGE;
}

/* Nothing more can be said. */
static void peer_gone(ehlo_server *server)
{
    int unanswered = server->asked == EHLO_DATA_RECEIVED ||
                     (server->phase == EHLO__PHASE_VERDICTS && !server->chunk_reason) ||
                     (server->asked == EHLO_BURL && (server->flags & EHLO__LAST_CHUNK));

    server->call->used = 0;
    ehlo__close(server, unanswered ? EHLO_END_UNANSWERED : EHLO_END_DISCONNECTED);
}

/* 421 now, or behind the verdict on the message that is being received. */
static void shut_down(ehlo_server *server)
{
    if (ehlo__is_in_message(server))
        server->flags |= EHLO__LAST;
    else
        ehlo__close_with(server, ehlo__pending_command(server), EHLO_EVENT_SHUTDOWN, 0);
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
        server->flags &= ~(uint32_t)EHLO__SHUTDOWN_NOTED;
        shut_down(server);
    }
    if ((server->flags & EHLO__LAST) && !ehlo__is_in_message(server))
        ehlo__close_with(server, ehlo__pending_command(server), EHLO_EVENT_SHUTDOWN, 0);
}
