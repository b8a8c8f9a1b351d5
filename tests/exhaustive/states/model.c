/* model.c - what an SMTP server does, written apart from the engine: RFC 5321 sections 3 and 4.1.4, RFC 2033
 * section 4.2, RFC 3030 section 2, RFC 3207 section 4.2, RFC 4954 section 4, and docs/design.md where those
 * leave a choice.  It knows none of the engine's tables.
 *
 * It goes through what one call wrote, asked and told, and takes each as it should come; the first that does
 * not fit is a fault.  Where any temporary failure will do, what came is taken.
 */
#include "states.h"

void fault(a_run *run, const char *what)
{
    if (!run->fault)
        run->fault = what;
}

/* ---- what was written down, in order ------------------------------------------------------------- */

const a_token *next_token(a_run *run, int kind)
{
    static const a_token nothing;
    const a_token *token = &seen.tokens[run->token];

    if (run->token == seen.count || token->kind != kind) {
        fault(run, kind == ASKED   ? "the host is not asked as it should be"
                   : kind == ENDED ? "the end of a transaction is not told (R13)"
                                   : "the end of an AUTH is not told");
        return &nothing;
    }
    run->token++;
    return token;
}

/* The end of a transaction, if `decide` was asked about its MAIL (R13, P6). */
static void end(a_run *run, int why)
{
    a_model *m = run->model;

    if (m->asked_mail && next_token(run, ENDED)->what != why)
        fault(run, "the transaction ended for another reason (R13)");
    if (why == EHLO_END_DELIVERED && (m->door || !m->mail || !m->recipients || m->hello == NO_HELLO ||
                                      ((run->world->config.demands & EHLO_DEMAND_TLS) && !m->tls) ||
                                      ((run->world->config.demands & EHLO_DEMAND_AUTH) && !m->authenticated)))
        fault(run, "delivered without hello, MAIL, RCPT, TLS or AUTH (P6)");
    m->asked_mail = m->mail = m->rcpt_refused = m->binary = m->prdr = m->utf8 = 0;
    m->chunks = NO_CHUNKS;
    m->last = m->delivered = m->starts_line = m->held_cr = m->over = 0;
    m->size = 0;
    m->recipients = m->verdict = 0;
    m->refused = 0;
}

static void exchange_end(a_run *run, int code)
{
    a_model *m = run->model;

    if (m->exchange && next_token(run, EXCHANGE_ENDED)->what != code)
        fault(run, "AUTH ended by another code");
    m->exchange = m->step = m->mechanism = 0;
}

/* The next reply: of that code, or ANYTHING_TEMPORARY.  Every one is permitted by the reply table. */
int take_reply(a_run *run, int command, int code)
{
    int came, profile = run->world->config.profile;

    if (run->is_mute)
        return code == ANYTHING_TEMPORARY ? 451 : code;
    if (run->reply == seen.reply_count) {
        fault(run, "a reply is missing (P5)");
        return code == ANYTHING_TEMPORARY ? 451 : code;
    }
    came = seen.replies[run->reply++];
    if (code == ANYTHING_TEMPORARY ? came / 100 != 4 : came != code)
        fault(run, "another reply was due");
    if (!ehlo_reply_permitted(command, came, profile) && !(came == 521 && run->model->door == 521) &&
        command != EHLO_DATA_RECEIVED && command != EHLO_CONNECTED)
        fault(run, "the reply table does not permit that code");
    if ((command == EHLO_DATA_RECEIVED || command == EHLO_CONNECTED) &&
        !ehlo_reply_permitted(command, came, profile))
        fault(run, "the reply table does not permit that code at that moment");
    return came;
}

/* ---- ends ---------------------------------------------------------------------------------------- */

static void closed(a_run *run, int why, int code)
{
    a_model *m = run->model;
    a_model over = {
        .errors = m->errors, .idle = m->idle, .failures = m->failures, .transactions = m->transactions};

    exchange_end(run, code);
    end(run, why);
    *m = over; /* CLOSED, and nothing else of it matters any more */
}

void close_silently(a_run *run, int why)
{
    closed(run, why, 0);
}

/* The engine's last word, not said into a handshake, or where the roles are exchanged. */
void close_with(a_run *run, int command, int code)
{
    int is_said = run->model->mode != HANDSHAKE && run->model->mode != TURNED;

    if (is_said)
        take_reply(run, command, code);
    closed(run, code == 421 ? EHLO_END_SHUTDOWN : EHLO_END_REFUSED, is_said ? code : 0);
}

void gone(a_run *run)
{
    const a_model *m = run->model;

    close_silently(run, m->pending == EHLO_DATA_RECEIVED || m->mode == VERDICTS ||
                                (m->pending == EHLO_BURL && m->last)
                            ? EHLO_END_UNANSWERED
                            : EHLO_END_DISCONNECTED);
}

int is_in_message(const a_model *m)
{
    return m->mode == DATA || m->mode == CHUNK || m->mode == VERDICTS;
}

int pending_command(const a_model *m)
{
    return m->pending == PIECE ? 0 : m->pending;
}

void shut_down(a_run *run)
{
    if (is_in_message(run->model))
        run->model->shutdown_due = 1;
    else
        close_with(run, pending_command(run->model), 421);
}

/* What was asked for inside a callback (R3), and a shutdown that a message had held up (R19). */
void heed(a_run *run)
{
    if (run->model->mode == CLOSED)
        return;
    if (run->is_gone) {
        gone(run);
        return;
    }
    if (run->shutdown_noted) {
        run->shutdown_noted = 0;
        shut_down(run);
    }
    if (run->model->shutdown_due && !is_in_message(run->model))
        close_with(run, pending_command(run->model), 421);
}

/* ---- what follows from a reply ------------------------------------------------------------------- */

static void settle_narrowing(a_model *m, int is_good)
{
    if (is_good)
        m->narrow = m->next_narrow;
    else
        m->next_narrow = m->narrow;
}

/* A new hello, or XCLIENT, or TLS: nothing of what the client said before counts. */
void anew(a_model *m)
{
    m->hello = NO_HELLO;
    m->authenticated = m->heard = m->behind = m->more = 0;
}

/* One of the verdicts on a message. */
static void settle_verdict(a_run *run, int is_good)
{
    a_model *m = run->model;
    int is_lmtp = run->world->config.service == EHLO_SERVICE_LMTP;

    if (m->mode == VERDICTS) {
        m->delivered = (uint8_t)(m->delivered | (is_lmtp && is_good));
        m->verdict++;
        if (m->verdict < m->recipients + !is_lmtp)
            return;
        is_good = is_lmtp ? m->delivered : is_good;
    }
    m->mode = COMMANDS;
    if (is_good)
        m->idle = 0;
    end(run, is_good ? EHLO_END_DELIVERED : EHLO_END_REFUSED);
}

static void settle_auth(a_run *run, int code)
{
    a_model *m = run->model;

    if (code == 334) {
        m->mode = RESPONSES;
        m->ahead = 0; /* what was sent ahead is no command */
        return;
    }
    m->mode = COMMANDS;
    if (code / 100 == 2)
        m->authenticated = 1;
    settle_narrowing(m, code / 100 == 2);
    exchange_end(run, code);
}

static void settle(a_run *run, int command, int code)
{
    a_model *m = run->model;
    int is_good = code < 400;

    if (code == 421 || command == EHLO_QUIT) {
        closed(run, EHLO_END_SHUTDOWN, code);
        return;
    }
    if (command == EHLO_BURL && m->last)
        command = EHLO_DATA_RECEIVED;
    switch (command) {
    case EHLO_CONNECTED:
        m->mode = COMMANDS;
        m->door = (uint16_t)(is_good ? 0 : code == 521 ? 521 : 503);
        settle_narrowing(m, is_good);
        break;
    case EHLO_HELO:
    case EHLO_EHLO:
    case EHLO_LHLO:
        if (is_good) {
            end(run, EHLO_END_HELLO);
            m->hello = command == EHLO_HELO ? PLAIN_HELLO : EXTENDED_HELLO;
        }
        if (command != EHLO_HELO)
            settle_narrowing(m, is_good);
        break;
    case EHLO_MAIL:
    case EHLO_SEND:
    case EHLO_SOML:
    case EHLO_SAML:
        if (is_good)
            m->mail = 1;
        else
            end(run, EHLO_END_MAIL_REFUSED);
        break;
    case EHLO_RCPT:
        if (is_good)
            m->recipients++;
        else
            m->rcpt_refused = 1;
        break;
    case EHLO_DATA:
        if (is_good) {
            m->mode = DATA;
            m->ahead = 0; /* what was sent ahead is no command */
            m->starts_line = 1;
        }
        break;
    case EHLO_DATA_RECEIVED: settle_verdict(run, is_good); break;
    case EHLO_BDAT:
    case EHLO_BURL:
        m->mode = COMMANDS;
        m->chunks = is_good ? CHUNKS : SPOILED;
        break;
    case EHLO_RSET:
        if (is_good)
            end(run, EHLO_END_RSET);
        break;
    case EHLO_TURN:
    case EHLO_ATRN:
        if (is_good)
            m->mode = TURNED;
        break;
    case EHLO_STARTTLS:
        if (is_good)
            m->mode = HANDSHAKE;
        if (is_good && m->behind)
            close_silently(run, EHLO_END_DISCONNECTED);
        break;
    case EHLO_AUTH: settle_auth(run, code); break;
    case EHLO_XCLIENT:
        if (is_good)
            anew(m);
        break;
    default: break;
    }
}

/* A permanent refusal of AUTH counts, and the one too many gets a 421 in its place. */
static int is_failure_too_many(a_run *run, int command, int code)
{
    uint32_t most = run->world->config.max_auth_failures;

    return command == EHLO_AUTH && run->model->exchange && code / 100 == 5 &&
           ++run->model->failures >= most && most;
}

void reply_now(a_run *run, int command, int code)
{
    if (is_failure_too_many(run, command, code)) {
        exchange_end(run, code);
        run->model->mode = COMMANDS;
        close_with(run, command, 421);
        return;
    }
    settle(run, command, take_reply(run, command, code));
}
