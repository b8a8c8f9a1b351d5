/* ask.c - what the host is asked, and what its answer does; and the engine's own refusals.
 *
 * The answer comes as what `decide` returns or through ehlo_server_reply(), then or later.  Either way it
 * goes through law.c, then into the block, and then settle.c does what follows from it.
 */
#include "../tables/command.h"
#include "../tables/event.h"
#include "../tables/phase.h"
#include "../text/zero.h"
#include "session.h"

int ehlo__answer(ehlo_server *server, int code, const char *enhanced, const char *text)
{
    ehlo__verdict sent = ehlo__judge(server, server->asked, code, enhanced, text);
    int status = ehlo__reply_out(server, server->asked, sent.code, sent.reason, sent.enhanced, sent.text);

    server->call->code = status == EHLO_OK ? sent.code : 0;
    return status;
}

int ehlo__answer_challenge(ehlo_server *server, const void *data, size_t size)
{
    int status = ehlo__challenge_out(server, data, size);

    server->call->code = status == EHLO_OK ? EHLO__CHALLENGE : 0;
    return status;
}

/* Whether something was asked for inside a callback that settles this command, too: nothing can be said
 * any more, or a 421 is its answer (R3, R19). */
int ehlo__is_settled_by_note(const ehlo_server *server)
{
    return (server->flags & EHLO__PEER_GONE_NOTED) ||
           ((server->flags & EHLO__SHUTDOWN_NOTED) && !ehlo__is_in_message(server));
}

/* Unless something was asked for in between, in an event: then the 421, or nothing, takes its place. */
void ehlo__settle_answer(ehlo_server *server)
{
    int command = server->asked;

    if (ehlo__is_settled_by_note(server)) {
        ehlo__answer_withdraw(server);
        return;
    }
    server->asked = 0;
    ehlo__settle(server, command, server->call->code);
}

ehlo_request *ehlo__fresh_request(ehlo_server *server)
{
    ehlo__zero(&server->call->request, sizeof server->call->request);
    return &server->call->request;
}

/* The facts that every request carries (R20). */
static void fill_facts(const ehlo_server *server, ehlo_request *request, int command)
{
    const ehlo__transaction *transaction = &server->transaction;
    int inquiry = ehlo__command(command)->argument == EHLO__ARGUMENT_TEXT; /* VRFY, EXPN */

    request->command = command;
    request->tls = (server->flags & EHLO__TLS) != 0;
    request->authenticated = (server->flags & EHLO__AUTHENTICATED) != 0;
    request->lmtp = (uint8_t)ehlo__is_lmtp(server);
    request->extended = (uint8_t)(ehlo__is_hello(command) ? ehlo__is_extended_hello(command)
                                                          : (server->flags & EHLO__EXTENDED) != 0);
    request->early_talker = (server->flags & EHLO__EARLY) != 0;
    request->smtputf8 = inquiry ? (server->flags & EHLO__MAY_SEND_UTF8) != 0 : transaction->smtputf8;
    request->recipients = transaction->recipients;
    request->declared_size = transaction->declared_size;
    request->received.size = transaction->size;
    request->received.refused = transaction->refused;
}

/* Asks about the request in the call's frame, and does what the answer says. */
void ehlo__ask(ehlo_server *server, int command)
{
    ehlo__call *call = server->call;
    int returned, replied;

    server->asked = (uint8_t)command;
    if (ehlo__is_settled_by_note(server))
        return;
    call->request.id = ehlo__next_id(server);
    fill_facts(server, &call->request, command);
    server->transaction.open |= ehlo__command(command)->argument == EHLO__ARGUMENT_REVERSE_PATH;
    if (command == EHLO_AUTH)
        server->flags |= EHLO__IN_EXCHANGE;
    call->code = 0;
    call->place = EHLO__IN_DECIDE;
    returned = server->config->callbacks.decide(server->ctx, server, &call->request);
    call->place = EHLO__IN_ENGINE;

    replied = call->code != 0;
    if (ehlo__is_settled_by_note(server)) {
        if (replied)
            ehlo__answer_withdraw(server);
        return;
    }
    if (replied && (returned == EHLO_REPLIED || returned == EHLO_PENDING || returned == EHLO_DEFAULT ||
                    call->answer_start == EHLO__WRITTEN)) {
        ehlo__settle_answer(server);
        return;
    }
    if (replied)
        ehlo__answer_withdraw(server); /* R3 */
    else if (returned == EHLO_PENDING)
        return;
    ehlo__answer(server, returned, NULL, NULL);
    ehlo__settle_answer(server);
}

int ehlo__refusal_counts(ehlo_server *server, int command, int reason)
{
    const ehlo__event_row *row = ehlo__event(reason);

    if (row->effect != EHLO__EFFECT_ERROR || ++server->errors < ehlo__limit_of(server->config->max_errors))
        return 0;
    ehlo__close_with(server, command, EHLO_EVENT_TOO_MANY_ERRORS, server->errors);
    return 1;
}

/* A refusal by the engine itself: event, reply, and what they lead to. */
void ehlo__refuse(ehlo_server *server, int command, int reason, uint64_t number)
{
    int code = ehlo__event(reason)->code;

    ehlo__event_out(server, reason, command, code, number);
    if (ehlo__refusal_counts(server, command, reason))
        return;
    ehlo__reply_out(server, command, code, reason, NULL, NULL);
    server->phase = (uint8_t)ehlo__phase_after_failure(server->phase, command);
    if (command == EHLO_AUTH)
        ehlo__exchange_settle(server, code);
}
