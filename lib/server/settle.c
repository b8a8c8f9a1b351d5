/* settle.c - what follows from a reply: the one place where a reply that is out changes the session.
 *
 * The order machine of phases.def says where it leads (RFC 5321 sections 3.3 and 4.1.4); whatever leads
 * to a phase without a transaction ends the one there was.
 */
#include "../tables/phase.h"
#include "session.h"

/* 354 is out: what follows is content. */
static void start_content(ehlo_server *server)
{
    ehlo__transaction *transaction = &server->transaction;
    uint64_t line = ehlo__limit_of(server->config->max_text_line);

    ehlo_unstuff_init(&transaction->content);
    transaction->content.line_limit = line < UINT32_MAX ? (uint32_t)line : UINT32_MAX;
    if (transaction->body == EHLO_BODY_8BITMIME || transaction->smtputf8)
        transaction->content.pass = 1 << EHLO_FOUND_EIGHT_BIT; /* RFC 6152 section 3, RFC 6532 */
}

static int is_in_transaction(int phase)
{
    return phase == EHLO__PHASE_MAIL || phase == EHLO__PHASE_UNWANTED || phase == EHLO__PHASE_RCPT ||
           phase == EHLO__PHASE_CONTENT;
}

/* Why a command whose reply was good or bad ended the transaction. */
static int end_by(int command, int success)
{
    switch (command) {
    case EHLO_DATA_RECEIVED: return success ? EHLO_END_DELIVERED : EHLO_END_REFUSED;
    case EHLO_RSET: return EHLO_END_RSET;
    case EHLO_HELO:
    case EHLO_EHLO: return EHLO_END_HELLO;
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

/* The reply to `command` is in the block: the phase and all else follow from its first digit. */
void ehlo__settle(ehlo_server *server, int command, int code)
{
    int success = code / 100 <= EHLO_SEVERITY_INTERMEDIATE;
    int next = ehlo__phase_after(server->phase, command, code);

    if (code == EHLO__SERVICE_CLOSING || next == EHLO__PHASE_CLOSED) {
        ehlo__close(server, EHLO_END_SHUTDOWN);
        return;
    }
    server->phase = (uint8_t)next;
    if (!is_in_transaction(next))
        ehlo__transaction_end(server, end_by(command, success));
    if (command == EHLO_CONNECTED || command == EHLO_EHLO)
        settle_narrowing(server, success);
    if (!success)
        return;

    switch (command) {
    case EHLO_EHLO: server->flags |= EHLO__EXTENDED; break;
    case EHLO_HELO: server->flags &= (uint16_t)~EHLO__EXTENDED; break;
    case EHLO_RCPT: server->transaction.recipients += server->transaction.recipients < UINT32_MAX; break;
    case EHLO_DATA: start_content(server); break;
    case EHLO_DATA_RECEIVED: server->idle = 0; break;
    default: break;
    }
}
