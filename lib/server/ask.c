/* ask.c - the host's answers, and the law that they stand under.
 *
 * A question goes out in ehlo__ask(); its answer comes back as what `decide` returns or through
 * ehlo_server_reply(), then or later.  Either way it meets the reply table here: a code that the table
 * does not permit for the command in hand is never sent (R12).
 */
#include <string.h>

#include "../tables/command.h"
#include "../tables/event.h"
#include "../tables/phase.h"
#include "../tables/reply.h"
#include "../text/ascii.h"
#include "session.h"

int ehlo__code_permitted(const ehlo_server *server, int command, int code)
{
    const ehlo_reply_rule *rule = ehlo__reply_rule(command, code);

    return rule && rule->standing <= server->config->profile && !(rule->extension & ~server->extensions);
}

/* What is sent for an illegal code or a host that failed: it never grants (R12). */
int ehlo__stand_in(const ehlo_server *server, int command)
{
    size_t count;
    const ehlo_reply_rule *rules = ehlo_reply_rules(command, &count);

    if (ehlo__code_permitted(server, command, 451))
        return 451;
    for (size_t i = 0; i < count; i++)
        if (rules[i].code / 100 == EHLO_SEVERITY_TEMPORARY && rules[i].code != 421 &&
            ehlo__code_permitted(server, command, rules[i].code))
            return rules[i].code;
    return 421;
}

/* An answer on its way through the law. */
typedef struct verdict {
    int code;
    int reason; /* the event whose words it has, or 0 */
    const char *enhanced;
    const char *text;
} verdict;

static verdict failed(ehlo_server *server, int command)
{
    ehlo__event_out(server, EHLO_EVENT_HOST_FAILED, command, 0, 0);
    return (verdict){.code = command == EHLO_QUIT ? 221 : ehlo__stand_in(server, command)};
}

/* The refusal of the message that was settled before its end, in the host's words if it has some (R7). */
static verdict refused_before(const ehlo_server *server, const char *text)
{
    const ehlo__transaction *transaction = &server->transaction;

    return (verdict){.code = transaction->refused,
                     .reason = transaction->reason,
                     .enhanced = transaction->enhanced[0] ? transaction->enhanced : NULL,
                     .text = text};
}

static int is_illegal(const ehlo_server *server, int command, int code)
{
    if (command == EHLO_QUIT)
        return code != 221; /* the session is over whatever the host thinks of it */
    if (command == EHLO_DATA_RECEIVED && server->transaction.refused && code / 100 == EHLO_SEVERITY_SUCCESS)
        return 1;
    return !ehlo__code_permitted(server, command, code);
}

/* What is to be sent for a host's answer.  `code` is a reply code, EHLO_DEFAULT or EHLO_FAIL. */
static verdict judge(ehlo_server *server, int command, int code, const char *enhanced, const char *text)
{
    int has_refused = command == EHLO_DATA_RECEIVED && server->transaction.refused;

    if (code == EHLO_DEFAULT) {
        if (has_refused)
            return refused_before(server, text);
        code = ehlo_reply_default(command);
    } else if (code < 200 || code > 599) {
        return failed(server, command);
    }
    if (command == EHLO_CONNECTED && code == 220 && (server->flags & EHLO__EARLY) &&
        !(server->config->leniencies & EHLO_LENIENT_EARLY_TALKER))
        return (verdict){.code = 554, .reason = EHLO_EVENT_EARLY_TALKER};
    if (is_illegal(server, command, code)) {
        ehlo__event_out(server, EHLO_EVENT_ILLEGAL_REPLY, command, 0, (uint64_t)code);
        if (command == EHLO_QUIT)
            return (verdict){.code = 221};
        if (has_refused && code / 100 == EHLO_SEVERITY_SUCCESS)
            return refused_before(server, NULL);
        return (verdict){.code = ehlo__stand_in(server, command)};
    }
    if (enhanced && !ehlo__enhanced_fits((ehlo_text){enhanced, ehlo__text_size(enhanced)}, code)) {
        ehlo__event_out(server, EHLO_EVENT_BAD_ENHANCED, command, code, 0);
        enhanced = NULL;
    }
    return (verdict){.code = code, .enhanced = enhanced, .text = text};
}

/* Sends what an answer comes to, and does what follows from it.  EHLO_OK or EHLO_TOO_LONG. */
static int answer(ehlo_server *server, int command, int code, const char *enhanced, const char *text)
{
    verdict sent = judge(server, command, code, enhanced, text);
    int status = ehlo__reply_out(server, command, sent.code, sent.reason, sent.enhanced, sent.text);

    server->call->code = status == EHLO_OK ? sent.code : 0;
    return status;
}

static void settle_answer(ehlo_server *server, int command)
{
    server->asked = 0;
    ehlo__settle(server, command, server->call->code);
}

ehlo_request *ehlo__fresh_request(ehlo_server *server)
{
    memset(&server->call->request, 0, sizeof server->call->request);
    return &server->call->request;
}

/* The facts that every request carries (R20). */
static void fill_facts(const ehlo_server *server, ehlo_request *request, int command)
{
    const ehlo__transaction *transaction = &server->transaction;
    int inquiry = command == EHLO_VRFY || command == EHLO_EXPN;

    request->command = command;
    request->extended = (server->flags & EHLO__EXTENDED) != 0 || command == EHLO_EHLO;
    request->early_talker = (server->flags & EHLO__EARLY) != 0;
    request->smtputf8 = inquiry ? (server->flags & EHLO__MAY_SEND_UTF8) != 0 : transaction->smtputf8;
    request->recipients = transaction->recipients;
    request->declared_size = transaction->declared_size;
    if (command == EHLO_DATA_RECEIVED) {
        request->received.size = transaction->size;
        request->received.refused = transaction->refused;
    }
}

/* Asks about the request in the call's frame, and does what the answer says. */
void ehlo__ask(ehlo_server *server, int command)
{
    ehlo__call *call = server->call;
    int returned, replied, notes;

    call->request.id = ++server->counters;
    fill_facts(server, &call->request, command);
    server->asked = (uint8_t)command;
    call->code = 0;
    call->place = EHLO__IN_DECIDE;
    returned = server->config->callbacks.decide(server->ctx, server, &call->request);
    call->place = EHLO__IN_ENGINE;

    notes = server->flags & (EHLO__SHUTDOWN_NOTED | EHLO__PEER_GONE_NOTED);
    replied = call->code != 0;
    if ((notes & EHLO__PEER_GONE_NOTED) || (notes && command != EHLO_DATA_RECEIVED)) {
        if (replied)
            call->used = call->answer_start; /* the 421, or nothing, takes its place (R19) */
        return;
    }
    if (replied && (returned == EHLO_REPLIED || returned == EHLO_PENDING || returned == EHLO_DEFAULT)) {
        settle_answer(server, command);
        return;
    }
    if (replied)
        call->used = call->answer_start; /* withdrawn (R3) */
    else if (returned == EHLO_PENDING)
        return;
    answer(server, command, returned, NULL, NULL);
    settle_answer(server, command);
}

/* What became of a piece that was pending (R4). */
static void settle_piece(ehlo_server *server, int code, const char *enhanced)
{
    server->asked = 0;
    if (code != EHLO_DEFAULT)
        ehlo__content_refuse(server, code, enhanced);
}

int ehlo_server_reply(ehlo_server *server, uint64_t id, int code, const char *enhanced, const char *text)
{
    ehlo__call own, *call;
    int status, command;

    if (!server)
        return EHLO_MISUSE;
    call = server->call;
    if (call && call->place != EHLO__IN_DECIDE)
        return EHLO_BUSY;
    if (server->phase == EHLO__PHASE_CLOSED)
        return EHLO_GONE;
    if (!server->asked || id != server->counters || (call && call->code))
        return EHLO_STALE;
    command = server->asked;
    if (call) { /* inside `decide`: settled when it returns */
        status = answer(server, command, code, enhanced, text);
        return status == EHLO_OK ? EHLO_REPLIED : status;
    }

    status = ehlo__begin(server, &own);
    if (status != EHLO_OK)
        return status;
    if (command == EHLO__PIECE) {
        settle_piece(server, code, enhanced);
    } else if (answer(server, command, code, enhanced, text) == EHLO_OK) {
        settle_answer(server, command);
    } else {
        status = EHLO_TOO_LONG;
    }
    if (status == EHLO_OK)
        server->flags |= EHLO__MORE;
    ehlo__end(server);
    return status == EHLO_OK ? EHLO_REPLIED : status;
}

/* A refusal by the engine itself: event, reply, and what they lead to. */
void ehlo__refuse(ehlo_server *server, int command, int reason, uint64_t number)
{
    const ehlo__event_row *row = ehlo__event(reason);

    ehlo__event_out(server, reason, command, row->code, number);
    if (row->effect == EHLO__EFFECT_ERROR && ++server->errors >= ehlo__limit_of(server->config->max_errors)) {
        ehlo__close_with(server, EHLO_EVENT_TOO_MANY_ERRORS, server->errors);
        return;
    }
    ehlo__reply_out(server, command, row->code, reason, NULL, NULL);
    if (ehlo__phase_allows(server->phase, command))
        server->phase = (uint8_t)ehlo__phase_after_failure(server->phase, command);
}
