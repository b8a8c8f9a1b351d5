/* verdict.c - the replies to a complete message: one in SMTP; in LMTP one for each accepted recipient (RFC
 * 2033 section 4.2, R9); with PRDR 353, one for each, then one for the message.
 *
 * One recipient is asked about at a time and none is remembered, so that a thousand need no memory.
 */
#include "../tables/event.h"
#include "../tables/phase.h"
#include "session.h"

/* PRDR: only a message that is not refused already has several verdicts. */
static int is_by_recipient(const ehlo_server *server)
{
    const ehlo__transaction *transaction = &server->transaction;

    return ehlo__is_lmtp(server) ||
           (transaction->prdr && transaction->recipients > 1 && !transaction->refused);
}

void ehlo__message_complete(ehlo_server *server)
{
    enum { VERDICTS_FOLLOW = 353 };

    server->recipient = 0;
    ehlo__fresh_request(server);
    if (!is_by_recipient(server)) {
        ehlo__ask(server, EHLO_DATA_RECEIVED);
        return;
    }
    server->phase = EHLO__PHASE_VERDICTS;
    if (!ehlo__is_lmtp(server))
        ehlo__reply_out(server, EHLO_DATA_RECEIVED, VERDICTS_FOLLOW, 0, NULL, NULL);
}

void ehlo__chunk_refused(ehlo_server *server)
{
    int is_spoiled = ehlo__phase_place(server->chunk_phase) >= EHLO__PLACE_TRANSACTION;

    server->phase = is_spoiled ? EHLO__PHASE_SPOILED : server->chunk_phase;
    server->chunk_reason = server->chunk_phase = 0;
}

/* A chunk that was to be the last and is refused: the same reply for each recipient. */
static void refuse_next(ehlo_server *server)
{
    int reason = server->chunk_reason;

    if (server->recipient < server->transaction.recipients) {
        server->recipient++;
        ehlo__reply_out(server, EHLO_BDAT, ehlo__event(reason)->code, reason, NULL, NULL);
        return;
    }
    server->recipient = 0;
    ehlo__chunk_refused(server);
}

void ehlo__verdict_next(ehlo_server *server)
{
    ehlo_request *request;

    if (server->chunk_reason) {
        refuse_next(server);
        return;
    }
    request = ehlo__fresh_request(server);
    if (server->recipient < server->transaction.recipients) {
        request->received.scope = EHLO_SCOPE_RECIPIENT;
        request->received.recipient = server->recipient;
    }
    ehlo__ask(server, EHLO_DATA_RECEIVED);
}
