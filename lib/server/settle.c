/* settle.c - what follows from a reply: the one place where a reply that is out changes the session.
 *
 * The order machine of phases.def says where it leads (RFC 5321 sections 3.3 and 4.1.4); whatever leads
 * to a phase without a transaction ends the one there was.
 */
#include "../tables/command.h"
#include "../tables/phase.h"
#include "session.h"

/* Why a command whose reply was good or bad ended the transaction. */
static int end_by(int command, int success)
{
    switch (command) {
    case EHLO_DATA_RECEIVED: return success ? EHLO_END_DELIVERED : EHLO_END_REFUSED;
    case EHLO_RSET: return EHLO_END_RSET;
    case EHLO_HELO:
    case EHLO_EHLO:
    case EHLO_LHLO: return EHLO_END_HELLO;
    default: return EHLO_END_MAIL_REFUSED;
    }
}

/* What the host took away while it was asked counts with a good reply, and is forgotten with a bad one,
 * after which the former hello still stands (R20). */
static void settle_narrowing(ehlo_server *server, int success)
{
    if (success) {
        server->extensions = server->next_extensions;
        server->max_size = server->next_max_size;
    } else {
        server->next_extensions = server->extensions;
        server->next_max_size = server->max_size;
    }
}

/* One of several verdicts on a message: 1 where there is another one. */
static int is_followed(ehlo_server *server, int *success)
{
    ehlo__transaction *transaction = &server->transaction;
    uint32_t verdicts = transaction->recipients + (transaction->prdr && !ehlo__is_lmtp(server));

    if (server->phase != EHLO__PHASE_VERDICTS)
        return 0;
    if (ehlo__is_lmtp(server)) /* with PRDR only the last one counts */
        transaction->delivered |= *success != 0;
    if (++server->recipient < verdicts)
        return 1;
    *success = *success || transaction->delivered;
    return 0;
}

/* AUTH is over, or 334 was sent. */
void ehlo__exchange_settle(ehlo_server *server, int code)
{
    if (code / 100 == EHLO_SEVERITY_INTERMEDIATE)
        return;
    if (code / 100 == EHLO_SEVERITY_SUCCESS)
        server->flags |= EHLO__AUTHENTICATED;
    else
        server->flags |= EHLO__AFTER_AUTH;
    if (!(server->flags & EHLO__IN_EXCHANGE)) /* refused by the engine before the host was asked */
        return;
    settle_narrowing(server, code / 100 == EHLO_SEVERITY_SUCCESS);
    ehlo__exchange_end(server, code);
    if (code / 100 == EHLO_SEVERITY_PERMANENT &&
        ++server->auth_failures >= ehlo__limit_of(server->config->max_auth_failures)) {
        ehlo__answer_withdraw(server); /* the 421 takes its place */
        ehlo__close_with(server, EHLO_AUTH, EHLO_EVENT_TOO_MANY_AUTH_FAILURES, server->auth_failures);
    }
}

/* 220 to STARTTLS is out: what stood behind the command in the clear must never be acted on. */
static void settle_tls(ehlo_server *server)
{
    if (server->flags & EHLO__BEHIND)
        ehlo__close_with(server, EHLO_STARTTLS, EHLO_EVENT_AHEAD_OF_TLS, 0);
}

/* What a good reply means beyond the phase. */
static void settle_success(ehlo_server *server, int command)
{
    switch (command) {
    case EHLO_EHLO:
    case EHLO_LHLO: server->flags |= EHLO__EXTENDED; break;
    case EHLO_HELO: server->flags &= ~(uint32_t)EHLO__EXTENDED; break;
    case EHLO_RCPT: server->transaction.recipients += server->transaction.recipients < UINT32_MAX; break;
    case EHLO_DATA: ehlo__content_begin(server); break;
    case EHLO_DATA_RECEIVED: server->idle = 0; break;
    case EHLO_STARTTLS: settle_tls(server); break;
    case EHLO_XCLIENT: ehlo__anew(server); break;
    default: break;
    }
}

/* The reply to `command` is in the block: the phase and all else follow from its first digit. */
void ehlo__settle(ehlo_server *server, int command, int code)
{
    int success = code / 100 <= EHLO_SEVERITY_INTERMEDIATE, next;

    if (command == EHLO_BURL && (server->flags & EHLO__LAST_CHUNK))
        command = EHLO_DATA_RECEIVED; /* it completes the message */
    next = ehlo__phase_after(server->phase, command, code);
    if (code == EHLO__SERVICE_CLOSING || next == EHLO__PHASE_CLOSED) {
        ehlo__exchange_end(server, code);
        ehlo__close(server, EHLO_END_SHUTDOWN);
        return;
    }
    if (command == EHLO_DATA_RECEIVED && is_followed(server, &success))
        return;
    server->phase = (uint8_t)next;
    if ((server->flags & EHLO__AHEAD) && (next == EHLO__PHASE_CONTENT || next == EHLO__PHASE_AUTH)) {
        server->flags &= ~(uint32_t)EHLO__AHEAD; /* no command that was sent ahead */
        ehlo__event_out(server, EHLO_EVENT_PIPELINED, command, 0, 0);
    }
    if (ehlo__phase_place(next) < EHLO__PLACE_TRANSACTION)
        ehlo__transaction_end(server, end_by(command, success));
    if (command == EHLO_CONNECTED || ehlo__is_extended_hello(command))
        settle_narrowing(server, success);
    if (command == EHLO_AUTH)
        ehlo__exchange_settle(server, code);
    if (success)
        settle_success(server, command);
}
