/* host.c - the host of the explored sessions: it answers as it is told, and writes down what it was asked and
 * told.  Inside each callback it also tries every call that is not allowed there (R3, law P22). */
#include "states.h"

#include <stdlib.h>
#include <string.h>

a_record seen;

/* Codes as the RFCs have them for each command; 0: none of that kind. */
static const struct {
    int command, good, temporary, permanent;
} codes[] = {
    {EHLO_CONNECTED, 220, 0, 554}, {EHLO_HELO, 250, 0, 550},     {EHLO_EHLO, 250, 0, 550},
    {EHLO_LHLO, 250, 0, 550},      {EHLO_MAIL, 250, 452, 550},   {EHLO_RCPT, 251, 450, 551},
    {EHLO_DATA, 354, 451, 554},    {EHLO_SEND, 250, 452, 550},   {EHLO_SOML, 250, 452, 550},
    {EHLO_SAML, 250, 452, 550},    {EHLO_VRFY, 250, 0, 550},     {EHLO_DATA_RECEIVED, 250, 452, 550},
    {EHLO_RSET, 250, 0, 501},      {EHLO_EXPN, 250, 0, 550},     {EHLO_HELP, 211, 0, 504},
    {EHLO_NOOP, 250, 0, 500},      {EHLO_QUIT, 221, 0, 500},     {EHLO_TURN, 250, 0, 502},
    {EHLO_BDAT, 250, 452, 554},    {EHLO_BURL, 250, 451, 554},   {EHLO_STARTTLS, 220, 454, 501},
    {EHLO_AUTH, 235, 454, 535},    {EHLO_ETRN, 250, 458, 459},   {EHLO_ATRN, 250, 451, 502},
    {EHLO_XCLIENT, 220, 0, 550},   {EHLO_XFORWARD, 250, 0, 550},
};

int code_of(int command, an_answer answer)
{
    size_t i = 0;

    while (codes[i].command != command)
        i++;
    switch (answer) {
    case ACCEPT:
    case INSIDE:
    case WITHDRAWN: return codes[i].good;
    case TEMPORARY: return codes[i].temporary;
    case PERMANENT: return codes[i].permanent;
    case ILLEGAL: return 299;
    case CLOSING: return 421;
    case DECLINE: return command == EHLO_CONNECTED ? 521 : 0;
    case FAILS: return 1; /* which is no answer */
    case CHALLENGE:
    case BARE_CHALLENGE: return command == EHLO_AUTH ? 334 : 0;
    default: return EHLO_DEFAULT;
    }
}

static void wrong(const char *what)
{
    if (!seen.fault)
        seen.fault = what;
}

void record_begin(const a_world *world, const a_plan *plan)
{
    seen.world = world;
    seen.plan = *plan;
    seen.count = seen.asks = seen.pieces = seen.writes = seen.reply_count = seen.is_gone = 0;
    seen.size = seen.text_size = 0;
    seen.fault = NULL;
}

static a_token *new_token(int kind, int what)
{
    a_token *token = &seen.tokens[seen.count];

    if (seen.count + 1 < TOKENS)
        seen.count++;
    else
        wrong("more is asked and told than there is room for");
    token->kind = (uint8_t)kind;
    token->what = what;
    token->answer = token->note = 0;
    return token;
}

/* Every call but those that are allowed in this callback: refused, and nothing has changed. */
static void try_what_is_not_allowed(ehlo_server *server, int place)
{
    ehlo_server before = *server;
    int stale = place == IN_DECIDE ? EHLO_STALE : EHLO_BUSY;
    int first = ehlo_server_first_id(server, 5);

    if (first != EHLO_BUSY && first != EHLO_MISUSE)
        wrong("first_id is allowed inside a callback");
    if (ehlo_server_start(server) != EHLO_BUSY || ehlo_server_tls_started(server) != EHLO_BUSY ||
        ehlo_server_timed_out(server) != EHLO_BUSY)
        wrong("start, tls_started or timed_out is not BUSY inside a callback");
    if (ehlo_server_feed(server, "NOOP\r\n", 6) != 0)
        wrong("feed takes octets inside a callback");
    if (ehlo_server_reply(server, server->last_id + 1, 250, NULL, NULL) != stale ||
        ehlo_server_reply(server, 0, 250, NULL, NULL) != stale ||
        ehlo_server_challenge(server, server->last_id + 1, "", 0) != stale)
        wrong("reply or challenge for another id is not refused inside a callback");
    if (place != IN_DECIDE &&
        (ehlo_server_reply(server, server->last_id, 250, NULL, NULL) != EHLO_BUSY ||
         ehlo_server_offer(server, 0) == EHLO_OK || ehlo_server_max_size(server, 1) == EHLO_OK ||
         ehlo_server_clock(server, 1) == EHLO_OK))
        wrong("reply, offer, max_size or clock is allowed outside of decide");
    if (memcmp(&before, server, sizeof before) != 0)
        wrong("a call that is not allowed inside a callback changed something");
}

static void take_note(ehlo_server *server, a_token *token, int command)
{
    int due = ehlo_server_wants(server) == EHLO_WANTS_CLOSE ? EHLO_GONE : EHLO_OK, status = due;

    if (token)
        token->note = seen.plan.note;
    if (seen.plan.note == SHUTDOWN)
        status = ehlo_server_shutdown(server);
    if (seen.plan.note == GONE) {
        status = ehlo_server_disconnected(server);
        seen.is_gone = token != NULL; /* not where what was written is out already */
    }
    if (seen.plan.note == NARROW &&
        (command == EHLO_CONNECTED || command == EHLO_EHLO || command == EHLO_LHLO || command == EHLO_AUTH)) {
        if (ehlo_server_offer(server, ~(uint32_t)EHLO_EXTENSION_CHUNKING) != EHLO_OK ||
            ehlo_server_max_size(server, NARROWED_SIZE) != EHLO_OK ||
            ehlo_server_max_size(server, MAX_SIZE + 1) != EHLO_OK ||
            ehlo_server_max_size(server, 0) != EHLO_OK)
            wrong("offer or max_size is not allowed in decide");
    } else if (seen.plan.note == NARROW) {
        token->note = NOTHING;
        if (ehlo_server_offer(server, 0) == EHLO_OK || ehlo_server_max_size(server, 1) == EHLO_OK)
            wrong("offer or max_size is allowed for another command");
    }
    if (status != due)
        wrong("shutdown or disconnected inside a callback is not OK, or GONE where all is over");
}

static int decide(void *ctx, ehlo_server *server, const ehlo_request *request)
{
    a_token *token = new_token(ASKED, request->command);
    int is_first = seen.asks++ == 0, code;

    (void)ctx;
    token->request = *request;
    token->id = request->id;
    token->answer = is_first && seen.plan.needs == IN_DECIDE ? seen.plan.answer : BY_DEFAULT;
    try_what_is_not_allowed(server, IN_DECIDE);
    if (is_first && seen.plan.needs == IN_DECIDE && seen.plan.note != NOTHING)
        take_note(server, token, request->command);
    if (ehlo_server_wants(server) != EHLO_WANTS_REPLY)
        wrong("wants is not REPLY inside decide");
    code = code_of(request->command, (an_answer)token->answer);
    switch (token->answer) {
    case PENDING: return EHLO_PENDING;
    case CHALLENGE:
        if (request->command == EHLO_AUTH) {
            if (ehlo_server_reply(server, request->id + 1, 250, NULL, NULL) != EHLO_STALE)
                wrong("another id is not STALE");
            return ehlo_server_challenge(server, request->id, "?", 1);
        }
        if (ehlo_server_challenge(server, request->id, "?", 1) != EHLO_MISUSE)
            wrong("a challenge to another command than AUTH is not MISUSE");
        token->answer = BY_DEFAULT;
        return EHLO_DEFAULT;
    case INSIDE:
    case WITHDRAWN:
        if (ehlo_server_reply(server, request->id, code, NULL, "said inside") != EHLO_REPLIED)
            wrong("reply inside decide is not REPLIED");
        if (ehlo_server_reply(server, request->id, code, NULL, NULL) != EHLO_STALE)
            wrong("a second reply inside decide is not STALE");
        return token->answer == INSIDE ? EHLO_REPLIED : EHLO_FAIL;
    default:
        if (code == 0) { /* there is no such code for this command */
            token->answer = BY_DEFAULT;
            return EHLO_DEFAULT;
        }
        return code;
    }
}

static int content(void *ctx, ehlo_server *server, const ehlo_piece *piece)
{
    a_token *token = new_token(HANDED, 0);
    int is_first = seen.pieces++ == 0;

    (void)ctx;
    token->id = piece->id;
    token->offset = piece->offset;
    token->size = piece->size;
    if (piece->size == 0 || piece->size > sizeof seen.text - seen.text_size) {
        wrong("a piece is empty, or more than can be");
    } else {
        memcpy(seen.text + seen.text_size, piece->data, piece->size);
        seen.text_size += piece->size;
    }
    try_what_is_not_allowed(server, IN_CONTENT);
    if (!is_first || seen.plan.needs != IN_CONTENT)
        return EHLO_DEFAULT;
    token->answer = seen.plan.answer;
    if (seen.plan.note != NOTHING)
        take_note(server, token, 0);
    return token->answer == PENDING ? EHLO_PENDING : code_of(EHLO_DATA_RECEIVED, (an_answer)token->answer);
}

static int write_out(void *ctx, ehlo_server *server, const void *data, size_t size)
{
    int is_first = seen.writes++ == 0;

    (void)ctx;
    if (size == 0 || size > 2048 || size > sizeof seen.output - seen.size) {
        wrong("a write of no octets, or of more than 2,048");
    } else {
        memcpy(seen.output + seen.size, data, size);
        seen.size += size;
    }
    try_what_is_not_allowed(server, IN_WRITE);
    if (!is_first || seen.plan.needs != IN_WRITE)
        return EHLO_DEFAULT;
    if (seen.plan.note != NOTHING)
        take_note(server, NULL, 0);
    return seen.plan.answer == FAILS ? EHLO_FAIL : EHLO_DEFAULT;
}

static void on_event(void *ctx, ehlo_server *server, const ehlo_event *event)
{
    (void)ctx;
    try_what_is_not_allowed(server, 0);
    if (event->reason == EHLO_EVENT_TRANSACTION_END)
        new_token(ENDED, event->end);
    if (event->reason == EHLO_EVENT_AUTH_END)
        new_token(EXCHANGE_ENDED, event->code);
}

void host_set(ehlo_server_config *config)
{
    config->callbacks =
        (ehlo_server_callbacks){.write = write_out, .decide = decide, .content = content, .event = on_event};
}

/* Takes the output apart: each line whole, all lines of a reply of one code (RFC 5321 section 4.2). */
void record_parse_output(void)
{
    size_t at = 0;
    int code = 0;

    while (at < seen.size) {
        const unsigned char *line = seen.output + at;
        size_t length = 0;
        while (at + length < seen.size && line[length] != '\n')
            length++;
        if (at + length == seen.size || length < 5 || line[length - 1] != '\r') {
            wrong("what is written is no line");
            return;
        }
        if (code && code != atoi((const char *)line))
            wrong("the lines of a reply have different codes");
        code = atoi((const char *)line);
        if (line[3] != '-' && line[3] != ' ')
            wrong("a reply line is malformed");
        if (line[3] == ' ' && seen.reply_count < REPLIES) {
            seen.replies[seen.reply_count++] = code;
            code = 0;
        }
        at += length + 1;
    }
    if (code)
        wrong("the last line of a reply is missing");
}
