/* calls.c - the model goes on: what the host is asked and what its answers come to, and every call of a
 * session.
 */
#include "states.h"

/* ---- the host is asked --------------------------------------------------------------------------- */

static void check_facts(a_run *run, int command, const ehlo_request *request)
{
    const a_model *m = run->model;
    int is_inquiry = command == EHLO_VRFY || command == EHLO_EXPN;
    int is_hello = command == EHLO_HELO || command == EHLO_EHLO || command == EHLO_LHLO;

    if (request->tls != m->tls || request->authenticated != m->authenticated ||
        request->lmtp != (run->world->config.service == EHLO_SERVICE_LMTP) ||
        request->early_talker != m->early || request->recipients != m->recipients ||
        request->extended != (is_hello ? command != EHLO_HELO : m->hello == EXTENDED_HELLO) ||
        (!is_inquiry && request->smtputf8 != m->utf8))
        fault(run, "a fact of the session is not as it is (R20)");
    if (request->received.refused != m->refused || request->received.size != m->size)
        fault(run, "size or refusal of the content are not as they are");
    if (command == EHLO_RCPT && request->rcpt.index != m->recipients)
        fault(run, "the number of a recipient is not the next");
    if (command == EHLO_AUTH && request->auth.step != m->step)
        fault(run, "the step of an AUTH is not the next");
    if (command == EHLO_BURL && request->burl.last != m->last)
        fault(run, "LAST of BURL is not as it is");
}

/* The code that an answer comes to (R1, R7, R12). */
static int comes_to(const a_run *run, int command, an_answer answer)
{
    static const struct {
        int command, code;
    } defaults[] = {{EHLO_VRFY, 252}, {EHLO_EXPN, 502},     {EHLO_HELP, 214}, {EHLO_ETRN, 458},
                    {EHLO_TURN, 502}, {EHLO_ATRN, 450},     {EHLO_BURL, 554}, {EHLO_XCLIENT, 550},
                    {EHLO_AUTH, 535}, {EHLO_XFORWARD, 550}, {EHLO_RCPT, 250}};
    const a_model *m = run->model;
    int code = code_of(command, answer);
    int is_refused = (command == EHLO_DATA_RECEIVED || command == EHLO_BDAT) && m->refused;

    if (command == EHLO_QUIT)
        return 221;
    if (answer == BY_DEFAULT) {
        code = code_of(command, ACCEPT);
        for (size_t i = 0; i < sizeof defaults / sizeof defaults[0]; i++)
            if (defaults[i].command == command)
                code = defaults[i].code;
    }
    if (answer == FAILS || answer == WITHDRAWN)
        return ANYTHING_TEMPORARY;
    if (is_refused && code < 300)
        return m->refused;
    if (command == EHLO_CONNECTED && code < 300 && m->early &&
        !(run->world->config.leniencies & EHLO_LENIENT_EARLY_TALKER))
        return 554;
    return answer == ILLEGAL ? ANYTHING_TEMPORARY : code;
}

static void answer_now(a_run *run, int command, an_answer answer)
{
    int code = comes_to(run, command, answer);

    run->model->pending = 0;
    reply_now(run, command, code);
}

void ask(a_run *run, int command, uint32_t recipient, int scope)
{
    a_model *m = run->model;
    const a_token *token = next_token(run, ASKED);

    if (run->fault)
        return;
    if (token->what != command) {
        fault(run, "the host is asked about another command");
        return;
    }
    check_facts(run, command, &token->request);
    if (command == EHLO_DATA_RECEIVED &&
        (token->request.received.recipient != recipient || token->request.received.scope != scope))
        fault(run, "asked about another recipient (R9)");
    m->asked_mail |=
        command == EHLO_MAIL || command == EHLO_SEND || command == EHLO_SOML || command == EHLO_SAML;
    m->exchange |= command == EHLO_AUTH;
    if (token->note == NARROW)
        m->next_narrow = 1;
    m->pending = (uint8_t)command;
    run->shutdown_noted |= token->note == SHUTDOWN;
    run->is_gone |= token->note == GONE;
    if (token->note == GONE || (token->note == SHUTDOWN && !is_in_message(m)))
        return; /* heed() does the rest */
    if (token->answer != PENDING)
        answer_now(run, command, (an_answer)token->answer);
}

/* A refusal by the engine itself. */
void refuse(a_run *run, int command, int code, int is_error)
{
    uint32_t most = run->world->config.max_errors;

    if (is_error && ++run->model->errors >= most && most)
        close_with(run, command, 421);
    else if (command == EHLO_AUTH && run->model->exchange)
        reply_now(run, command, code);
    else
        take_reply(run, command, code);
}

/* ---- verdicts ------------------------------------------------------------------------------------ */

void message_complete(a_run *run)
{
    a_model *m = run->model;
    int is_lmtp = run->world->config.service == EHLO_SERVICE_LMTP;

    if (!is_lmtp && !(m->prdr && m->recipients > 1 && !m->refused)) {
        ask(run, EHLO_DATA_RECEIVED, 0, EHLO_SCOPE_MESSAGE);
        return;
    }
    if (!is_lmtp)
        take_reply(run, EHLO_DATA_RECEIVED, 353);
    m->mode = VERDICTS;
    m->verdict = 0;
}

void next_verdict(a_run *run)
{
    const a_model *m = run->model;

    if (m->verdict < m->recipients)
        ask(run, EHLO_DATA_RECEIVED, m->verdict, EHLO_SCOPE_RECIPIENT);
    else
        ask(run, EHLO_DATA_RECEIVED, 0, EHLO_SCOPE_MESSAGE);
}

/* ---- the calls ----------------------------------------------------------------------------------- */

void move_start(a_run *run)
{
    a_model *m = run->model;

    m->started = 1;
    if (m->early && !(run->world->config.leniencies & EHLO_LENIENT_EARLY_TALKER))
        reply_now(run, EHLO_CONNECTED, 554);
    else
        ask(run, EHLO_CONNECTED, 0, 0);
    if (m->early && m->mode != CLOSED)
        m->more = 1;
    heed(run);
}

void move_reply(a_run *run, an_answer answer)
{
    a_model *m = run->model;

    if (m->pending == PIECE) {
        m->pending = 0;
        if (answer != BY_DEFAULT && !m->refused)
            m->refused = (uint16_t)(answer == ACCEPT || answer == FAILS || answer == ILLEGAL
                                        ? 451
                                        : code_of(EHLO_DATA_RECEIVED, answer));
    } else {
        answer_now(run, m->pending, answer);
    }
    if (m->mode != CLOSED)
        m->more = 1;
    heed(run);
}

void move_tls(a_run *run)
{
    a_model *m = run->model;

    m->tls = 1;
    if (m->mode != HANDSHAKE)
        return;
    anew(m);
    m->mode = COMMANDS;
    m->more = 1;
}

void move_shutdown(a_run *run)
{
    shut_down(run);
}

void move_time_out(a_run *run)
{
    close_with(run, pending_command(run->model), 421);
}

void move_disconnect(a_run *run)
{
    gone(run);
}

/* What `write` asked for, or that it failed; then what that made to be written. */
void move_writes(a_run *run)
{
    if (!seen.writes || seen.plan.needs != IN_WRITE)
        return;
    run->is_gone = seen.plan.answer == FAILS || seen.plan.note == GONE;
    run->shutdown_noted |= seen.plan.note == SHUTDOWN;
    heed(run);
}

int model_wants(const a_model *m)
{
    if (m->mode == CLOSED)
        return EHLO_WANTS_CLOSE;
    if (m->pending)
        return EHLO_WANTS_REPLY;
    if (m->mode == TURNED)
        return EHLO_WANTS_TURN;
    if (m->mode == HANDSHAKE)
        return EHLO_WANTS_TLS;
    return m->more ? EHLO_WANTS_FEED : EHLO_WANTS_INPUT;
}

uint32_t model_timeout(const a_model *m)
{
    if (m->mode == CLOSED || m->pending || m->mode == OPENING || m->mode == TURNED)
        return 0;
    return is_in_message(m) ? 302 : 301;
}
