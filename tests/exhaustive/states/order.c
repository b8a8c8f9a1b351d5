/* order.c - which command is in order, and which refusal it gets otherwise: RFC 5321
 * sections 3.1, 3.3, 4.1.4, RFC 3030 sections 2 and 3, RFC 3207 section 4, RFC 4954 sections 4 and 6, RFC
 * 2920 section 3.1, and "What the peer's input gets" in docs/design.md for the codes.
 */
#include "states.h"

#include <string.h>

enum { SMTP = 1 << EHLO_SERVICE_SMTP | 1 << EHLO_SERVICE_SUBMISSION, LMTP = 1 << EHLO_SERVICE_LMTP };

/* What the RFCs say of a verb: where there is one; the extension that it needs; whether it may come before a
 * hello, within a transaction, before TLS where that is demanded, and before AUTH where that is; whether it
 * is of use without mail. */
static const struct verb {
    const char *word;
    int command, services;
    uint32_t extension;
    uint8_t before_hello, within, before_tls, before_auth, is_idle;
} verbs[] = {
    {"HELO", EHLO_HELO, SMTP, 0, 1, 1, 0, 1, 1},
    {"EHLO", EHLO_EHLO, SMTP, 0, 1, 1, 1, 1, 1},
    {"LHLO", EHLO_LHLO, LMTP, 0, 1, 1, 1, 1, 1},
    {"MAIL", EHLO_MAIL, SMTP | LMTP, 0, 0, 0, 0, 0, 0},
    {"SEND", EHLO_SEND, SMTP, EHLO_EXTENSION_SEND, 0, 0, 0, 0, 0},
    {"SOML", EHLO_SOML, SMTP, EHLO_EXTENSION_SOML, 0, 0, 0, 0, 0},
    {"SAML", EHLO_SAML, SMTP, EHLO_EXTENSION_SAML, 0, 0, 0, 0, 0},
    {"RCPT", EHLO_RCPT, SMTP | LMTP, 0, 0, 1, 0, 0, 0},
    {"DATA", EHLO_DATA, SMTP | LMTP, 0, 0, 1, 0, 0, 0},
    {"BDAT", EHLO_BDAT, SMTP | LMTP, EHLO_EXTENSION_CHUNKING, 0, 1, 0, 0, 0},
    {"BURL", EHLO_BURL, SMTP, EHLO_EXTENSION_BURL, 0, 1, 0, 0, 0},
    {"RSET", EHLO_RSET, SMTP | LMTP, 0, 1, 1, 0, 1, 1},
    {"VRFY", EHLO_VRFY, SMTP | LMTP, 0, 1, 1, 0, 0, 1},
    {"EXPN", EHLO_EXPN, SMTP | LMTP, EHLO_EXTENSION_EXPN, 1, 1, 0, 0, 1},
    {"HELP", EHLO_HELP, SMTP | LMTP, EHLO_EXTENSION_HELP, 1, 1, 0, 1, 1},
    {"NOOP", EHLO_NOOP, SMTP | LMTP, 0, 1, 1, 1, 1, 1},
    {"QUIT", EHLO_QUIT, SMTP | LMTP, 0, 1, 1, 1, 1, 0},
    {"TURN", EHLO_TURN, SMTP, EHLO_EXTENSION_TURN, 0, 0, 0, 0, 0},
    {"STARTTLS", EHLO_STARTTLS, SMTP | LMTP, EHLO_EXTENSION_STARTTLS, 0, 0, 1, 1, 1},
    {"AUTH", EHLO_AUTH, SMTP | LMTP, EHLO_EXTENSION_AUTH, 0, 0, 0, 1, 1},
    {"ETRN", EHLO_ETRN, SMTP, EHLO_EXTENSION_ETRN, 0, 0, 0, 0, 1},
    {"ATRN", EHLO_ATRN, SMTP, EHLO_EXTENSION_ATRN, 0, 0, 0, 0, 1},
    {"XCLIENT", EHLO_XCLIENT, SMTP | LMTP, EHLO_EXTENSION_XCLIENT, 0, 0, 0, 1, 1},
    {"XFORWARD", EHLO_XFORWARD, SMTP | LMTP, EHLO_EXTENSION_XFORWARD, 0, 0, 0, 1, 1},
};

static const struct verb *row_of(int command)
{
    size_t i = 0;

    while (verbs[i].command != command)
        i++;
    return &verbs[i];
}

/* The command of a line by its first word, 0 where this service has none; or a method of HTTP. */
int verb_of(const char *text, size_t size, int service, int *is_foreign)
{
    const char *space = memchr(text, ' ', size);
    size_t length = space ? (size_t)(space - text) : size;

    *is_foreign = length == 3 && !memcmp(text, "GET", 3);
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
        if (strlen(verbs[i].word) == length && !memcmp(verbs[i].word, text, length))
            return verbs[i].services >> service & 1 ? verbs[i].command : 0;
    return 0;
}

int offers(const a_run *run, uint32_t extension)
{
    const uint32_t narrowed = EHLO_EXTENSION_CHUNKING | EHLO_EXTENSION_BINARYMIME;

    if (run->model->narrow && (extension & narrowed))
        return 0;
    return (run->world->config.extensions & extension) == extension;
}

/* 0, or the code that refuses a BDAT, DATA or BURL for what was before. */
static int refusal_of_content(const a_run *run, int command)
{
    const a_model *m = run->model;

    if (!m->mail || m->chunks == SPOILED)
        return 503;
    if (!m->recipients)
        return m->rcpt_refused && run->world->config.service != EHLO_SERVICE_LMTP ? 554 : 503;
    return command == EHLO_DATA && (m->chunks == CHUNKS || m->binary) ? 503 : 0;
}

/* Out of order: 503, or 554 without a valid recipient. */
static int refusal_by_order(const a_run *run, int command)
{
    const a_model *m = run->model;
    const struct verb *verb = row_of(command);

    if ((m->hello == NO_HELLO && !verb->before_hello) || (m->mail && !verb->within))
        return 503;
    if (command == EHLO_DATA || command == EHLO_BDAT || command == EHLO_BURL) {
        int code = refusal_of_content(run, command);
        if (code)
            return code;
    }
    if (command == EHLO_RCPT && (!m->mail || m->chunks != NO_CHUNKS))
        return 503;
    if (verb->extension && command != EHLO_HELP && command != EHLO_EXPN && command < EHLO_BDAT)
        return 0; /* the historic ones may come after HELO */
    return verb->extension && !verb->before_hello && m->hello != EXTENDED_HELLO ? 503 : 0;
}

/* Why a command may not come now: its code, or 0. */
static int refusal_of(const a_run *run, int command)
{
    const a_model *m = run->model;
    const ehlo_server_config *config = &run->world->config;
    const struct verb *verb = row_of(command);
    int is_unsafe = command == EHLO_AUTH && !m->tls && !(config->leniencies & EHLO_LENIENT_AUTH_WITHOUT_TLS);
    int code;

    if (verb->extension && !offers(run, verb->extension))
        return 502;
    if ((config->demands & EHLO_DEMAND_TLS) && !m->tls && !verb->before_tls)
        return is_unsafe ? 538 : 530;
    code = refusal_by_order(run, command);
    if (code)
        return code;
    if ((((config->demands & EHLO_DEMAND_AUTH) && !verb->before_auth) || command == EHLO_ATRN ||
         command == EHLO_BURL) &&
        !m->authenticated)
        return 530;
    if (command == EHLO_STARTTLS && m->tls)
        return 503;
    return is_unsafe ? 538 : 0;
}

/* The code that refuses the argument, or 0, having noted what MAIL said. */
static int refusal_of_argument(a_run *run, const a_line *line)
{
    a_model *m = run->model;
    int is_extended = m->hello == EXTENDED_HELLO;

    if (line->command == EHLO_AUTH) {
        if (m->authenticated)
            return 503;
        if (line->argument != INITIAL && line->argument != NO_INITIAL)
            return line->argument;
        m->mechanism = !memcmp(line->text, "AUTH CRAM-MD5", sizeof "AUTH CRAM-MD5" - 1);
        m->step = 0;
        return 0;
    }
    if (line->command == EHLO_RCPT && !line->argument && run->world->config.max_recipients &&
        m->recipients >= run->world->config.max_recipients)
        return 452;
    switch (line->argument) {
    case UNKNOWN_PARAMETER: return 555;
    case TOO_BIG_DECLARED: return is_extended ? 552 : 555;
    case BINARY:
        if (!is_extended)
            return 555;
        m->binary = (uint8_t)offers(run, EHLO_EXTENSION_BINARYMIME);
        return m->binary ? 0 : 501; /* a value of BODY that there is not */
    case WANTS_PRDR:
        m->prdr = (uint8_t)(is_extended && offers(run, EHLO_EXTENSION_PRDR));
        return m->prdr ? 0 : 555;
    case WANTS_UTF8:
        m->utf8 = (uint8_t)(is_extended && offers(run, EHLO_EXTENSION_SMTPUTF8));
        return m->utf8 ? 0 : 555;
    default: return line->argument;
    }
}

/* Whether further commands may stand behind that one in a group (RFC 2920 section 3.1, RFC 3030 section 4.2,
 * RFC 4468 section 3.4; XFORWARD as its document says). */
int may_be_followed(const a_run *run, int command)
{
    static const int commands[] = {EHLO_RSET, EHLO_MAIL, EHLO_SEND, EHLO_SOML, EHLO_SAML,
                                   EHLO_RCPT, EHLO_BDAT, EHLO_BURL, EHLO_AUTH, EHLO_XFORWARD};

    if (run->model->door)
        return 1;
    if (run->model->hello != EXTENDED_HELLO || !offers(run, EHLO_EXTENSION_PIPELINING))
        return 0;
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (commands[i] == command)
            return 1;
    return 0;
}

/* Commands that are of no use, and MAILs, are counted: 1 where that was one too many. */
static int is_one_too_many(a_run *run, int command)
{
    a_model *m = run->model;
    const ehlo_server_config *config = &run->world->config;
    int is_mail =
        command == EHLO_MAIL || command == EHLO_SEND || command == EHLO_SOML || command == EHLO_SAML;

    if ((row_of(command)->is_idle && ++m->idle >= config->max_idle_commands && config->max_idle_commands) ||
        (is_mail && ++m->transactions > config->max_transactions && config->max_transactions)) {
        close_with(run, command, 421);
        return 1;
    }
    return 0;
}

/* BDAT: whatever is wrong with it, its octets follow (P9). */
static void chunk_begin(a_run *run, const a_line *line, int code)
{
    a_model *m = run->model;
    const char *number = line->text + 4;
    uint64_t size = 0;
    const char *at;

    number += *number == ' ';
    for (at = number; *at >= '0' && *at <= '9'; at++)
        size = size * 10 + (uint64_t)(*at - '0');
    if (at == number || (*at && *at != ' ')) {
        close_with(run, EHLO_BDAT, 501);
        return;
    }
    if (m->size + size > (uint64_t)(m->narrow ? NARROWED_SIZE : MAX_SIZE) + DRAIN_LIMIT) {
        close_with(run, EHLO_BDAT, 552);
        return;
    }
    m->last = !strcmp(at, " LAST") || !strcmp(at, " last");
    if (!code && *at && !m->last)
        code = 501;
    if (!size && !*at && ++m->idle >= run->world->config.max_idle_commands &&
        run->world->config.max_idle_commands) {
        close_with(run, EHLO_BDAT, 421);
        return;
    }
    m->chunk_left = size;
    m->chunk_code = (uint16_t)code;
    m->mode = CHUNK;
}

/* The code that the line as such gets, or 0. */
static int refusal_of_line(const a_run *run, const a_line *line, int command)
{
    const a_model *m = run->model;

    if (m->ahead)
        return 503;
    if (m->door && (line->argument == BARE_END || command != EHLO_QUIT))
        return m->door;
    if (line->argument == BARE_END)
        return 500;
    if (!command)
        return 500;
    if (line->argument == BAD_OCTET)
        return 501;
    return refusal_of(run, command);
}

void command_line(a_run *run, const char *text, size_t size)
{
    a_model *m = run->model;
    a_line other = {.text = "XX"};
    const a_line *line = line_of(text, size);
    int is_foreign, command = verb_of(text, size, run->world->config.service, &is_foreign), code;

    if (!line)
        line = &other; /* the rest of some line */
    if (line == &other && command)
        fault(run, "this test sends a line that it does not know");
    if (is_foreign) {
        close_with(run, 0, 421);
        return;
    }
    code = refusal_of_line(run, line, command);
    m->ahead = 0;
    if (command == EHLO_BDAT && offers(run, EHLO_EXTENSION_CHUNKING)) {
        chunk_begin(run, line, code);
        return;
    }
    if (!code && is_one_too_many(run, command))
        return;
    if (!code)
        code = refusal_of_argument(run, line);
    if (code) {
        m->rcpt_refused |= command == EHLO_RCPT && m->mail && !m->recipients && code != 452;
        refuse(run, command, code, code != 452);
        return;
    }
    if (command == EHLO_BURL) {
        m->last = strstr(line->text, " LAST") != NULL;
        m->mode = CHUNK;
        m->chunk_left = 0;
        m->held_cr = 0; /* what is behind it in the message is not known here */
    }
    ask(run, command, 0, 0);
}
