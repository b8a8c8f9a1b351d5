/* ending.c - how transactions and sessions end: RFC 5321 sections 3.8 and 4.5.3.2.7, R13, R19 and R25.
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

void ehlo__close(ehlo_server *server, int end)
{
    server->phase = EHLO__PHASE_CLOSED;
    server->asked = 0;
    server->flags &= (uint16_t) ~(EHLO__MORE | EHLO__SHUTDOWN_NOTED | EHLO__LAST);
    ehlo__transaction_end(server, end);
}

/* The engine's last word: an event of effect CLOSE, with its reply to `command`, or to none (0). */
void ehlo__close_with(ehlo_server *server, int command, int reason, uint64_t number)
{
    int code = ehlo__event(reason)->code;
    int is_said =
        server->phase != EHLO__PHASE_TURNED; /* where the peer is the server, and replies are its own */

    ehlo__event_out(server, reason, command, is_said ? code : 0, number);
    if (is_said)
        ehlo__reply_out(server, command, code, reason, NULL, NULL);
    ehlo__close(server, code == EHLO__SERVICE_CLOSING ? EHLO_END_SHUTDOWN : EHLO_END_REFUSED);
}

int ehlo__pending_command(const ehlo_server *server)
{
    return server->asked == EHLO__PIECE ? EHLO_ANY_COMMAND : server->asked;
}

/* Nothing more can be said. */
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
        server->flags &= (uint16_t)~EHLO__SHUTDOWN_NOTED;
        shut_down(server);
    }
    if ((server->flags & EHLO__LAST) && server->phase != EHLO__PHASE_CONTENT)
        ehlo__close_with(server, ehlo__pending_command(server), EHLO_EVENT_SHUTDOWN, 0);
}
