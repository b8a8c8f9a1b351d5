/* host.c - answers as the plan says, writes everything down, and holds the engine to its laws. */
#include "host.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct host *playing;

static void show(const char *what, const struct tape *tape)
{
    fprintf(stderr, "---- %s:\n", what);
    fwrite(tape->data, 1, tape->size, stderr);
    fprintf(stderr, "\n");
}

void broken(const char *law)
{
    if (playing) {
        show("replies", &playing->replies);
        show("questions and events", &playing->told);
    }
    fprintf(stderr, "broken: %s\n", law);
    abort();
}

/* ---- the plan --------------------------------------------------------------------------------- */

void plan_read(struct plan *plan, const unsigned char header[HEADER])
{
    static const uint32_t optional = EHLO_EXTENSION_PIPELINING | EHLO_EXTENSION_SIZE | EHLO_EXTENSION_HELP |
                                     EHLO_EXTENSION_ENHANCEDSTATUSCODES | EHLO_EXTENSION_SMTPUTF8;
    static const uint32_t historic = EHLO_EXTENSION_SEND | EHLO_EXTENSION_SOML | EHLO_EXTENSION_SAML |
                                     EHLO_EXTENSION_TURN | EHLO_EXTENSION_EXPN;
    ehlo_server_config *config = &plan->config;

    memset(plan, 0, sizeof *plan);
    ehlo_server_config_init(config);
    config->hostname = "mx.server.example";
    config->command_timeout = 301; /* so that the two are told apart */
    config->content_timeout = 601;

    config->extensions &= ~(header[0] & optional);
    if (header[0] & 0x80) {
        config->profile = EHLO_PROFILE_HISTORIC;
        config->extensions |= historic;
    }
    config->leniencies = header[1] & 0x3f;
    config->bare_cr = header[2] % 3;
    config->bare_lf = header[2] / 3 % 3;
    config->nul = header[2] >> 7;
    config->long_line = header[3] & 1 ? EHLO_REFUSE : EHLO_PASS;
    config->eight_bit = header[3] & 2 ? EHLO_REFUSE : EHLO_PASS;
    plan->early = header[3] >> 2 & 1;
    plan->write_fails = header[3] & 0x80 ? (header[3] >> 3 & 0x0f) + 1u : 0;
    if (header[4] & 1)
        config->max_size = 1 + header[4] / 2u;
    if (header[4] & 2)
        config->drain_limit = 1 + header[4] / 2u;
    if (header[5] & 1)
        config->max_recipients = 1 + header[5] / 64u;
    if (header[5] & 2)
        config->max_errors = 1 + header[5] / 32u % 4;
    if (header[5] & 4)
        config->max_idle_commands = 1 + header[5] / 32u;
    if (header[5] & 8)
        config->max_line = 512;
    if (header[5] & 16)
        config->max_errors = config->max_idle_commands = 0;
    plan->seed = header[6];
    plan->finish = (enum finish)(header[7] % FINISH_COUNT);
    plan->refuse_at = header[7] / FINISH_COUNT;
    memcpy(plan->answers, header + HEADER - ANSWERS, ANSWERS);
}

/* ---- the tapes -------------------------------------------------------------------------------- */

static void tape_add(struct tape *tape, const void *data, size_t size)
{
    if (size > tape->room - tape->size) {
        tape->room = 2 * tape->room + size + 1024;
        tape->data = realloc(tape->data, tape->room);
        LAW(tape->data != NULL, "out of memory");
    }
    if (size)
        memcpy(tape->data + tape->size, data, size);
    tape->size += size;
}

static void tape_print(struct tape *tape, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void tape_print(struct tape *tape, const char *format, ...)
{
    char line[256];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    tape_add(tape, line, strlen(line));
}

static void tape_text(struct tape *tape, const char *name, ehlo_text text)
{
    tape_print(tape, " %s=%zu:", name, text.size);
    tape_add(tape, text.data, text.size);
}

/* ---- the answers ------------------------------------------------------------------------------ */

/* An answer is an octet of the plan: its low half says what, WAITS that it comes later, and the rest
 * varies it. */
enum {
    WHAT = 0x0f,
    WAITS = 0x10,
    NARROWS = 0x20,
    VARIES = 0x40,

    SAYS_SUCCESS = 5, /* below it: the table's default */
    SAYS_TEMPORARY,
    SAYS_PERMANENT,
    SAYS_ANY_CODE,
    SAYS_FAIL,
    WITH_LINES,
    WITH_A_BREAK,
    WITH_BAD_ENHANCED,
    WITH_MUCH_TEXT,
    SAYS_NOTHING_KNOWN,
    ENDS_IT
};

static int code_of(unsigned char answer)
{
    switch (answer & WHAT) {
    case SAYS_SUCCESS: return answer & VARIES ? 354 : 250;
    case SAYS_TEMPORARY: return answer & VARIES ? 421 : 451;
    case SAYS_PERMANENT: return answer & VARIES ? 554 : 550;
    case SAYS_ANY_CODE: return 200 + (answer >> 4) * 25 + (answer & NARROWS ? 1 : 0);
    case SAYS_FAIL: return EHLO_FAIL;
    case WITH_A_BREAK: return answer & VARIES ? 250 : 553;
    case WITH_BAD_ENHANCED: return answer & VARIES ? 452 : 550;
    default: return EHLO_DEFAULT;
    }
}

/* Calls ehlo_server_reply(); what a host would return after it inside `decide`. */
static int reply(struct host *host, uint64_t id, unsigned char answer)
{
    static char much[3000];
    const char *enhanced = NULL, *text = NULL;
    int code = code_of(answer), status;

    switch (answer & WHAT) {
    case WITH_LINES: text = "one\ntwo \xc3\xa9\n\nfour"; break;
    case WITH_A_BREAK:
        text = "no\r\n250 ok\t\x7f\x80";
        enhanced = "5.7.1";
        break;
    case WITH_BAD_ENHANCED: enhanced = answer & VARIES ? "9.1.1" : "5.1.1\r\n"; break;
    case WITH_MUCH_TEXT:
        memset(much, 'x', sizeof much - 1);
        if (answer & VARIES)
            much[1200] = 0;
        text = much;
        break;
    default: break;
    }
    status = ehlo_server_reply(host->server, id, code, enhanced, text);
    if (status == EHLO_TOO_LONG) {
        LAW(text == much, "only a text that does not fit is TOO_LONG");
        status = ehlo_server_reply(host->server, id, EHLO_DEFAULT, NULL, NULL);
    }
    LAW(status == EHLO_REPLIED, "an answer in time is taken");
    LAW(ehlo_server_reply(host->server, id, EHLO_DEFAULT, NULL, NULL) < 0, "an answer is taken once");
    return status;
}

static int is_said_by_reply(unsigned char answer)
{
    return (answer & WHAT) >= WITH_LINES && (answer & WHAT) <= WITH_MUCH_TEXT;
}

void host_answer(struct host *host)
{
    uint64_t id = host->pending;

    LAW(id != 0, "REPLY is wanted only while something is pending");
    LAW(ehlo_server_reply(host->server, id + 1, EHLO_DEFAULT, NULL, NULL) == EHLO_STALE,
        "an id never asked is STALE");
    host->pending = 0;
    if (host->pending_piece) {
        int code = host->pending_piece == 2 ? 452 : EHLO_DEFAULT;
        LAW(ehlo_server_reply(host->server, id, code, NULL, NULL) == EHLO_REPLIED, "a piece can be answered");
        return;
    }
    reply(host, id, host->answer);
}

/* ---- the laws of one question ----------------------------------------------------------------- */

static void check_id(struct host *host, uint64_t id)
{
    LAW(id > host->last_id, "ids are never used again");
    host->last_id = id;
}

static void check_view(const struct host *host, ehlo_text text)
{
    const unsigned char *at = (const unsigned char *)text.data;

    LAW(text.size == 0 ||
            (at >= host->window && text.size <= (size_t)(host->window + host->window_size - at)),
        "texts are views into what was fed");
}

static void check_path(const struct host *host, const ehlo_path *path)
{
    check_view(host, path->mailbox);
    check_view(host, path->local_part);
    check_view(host, path->route);
    check_view(host, path->domain.text);
    LAW(path->kind != EHLO_PATH_MAILBOX || path->mailbox.size > 2, "a mailbox has both its parts");
    LAW(path->kind != EHLO_PATH_NULL || path->mailbox.size == 0, "the null path has no mailbox");
}

static void check_request(struct host *host, const ehlo_request *request)
{
    const ehlo_server_config *config = &host->config;

    check_id(host, request->id);
    check_view(host, request->argument);
    LAW(ehlo_command_name(request->command) != NULL, "what is asked is a command");
    LAW(config->max_recipients == 0 || request->recipients <= config->max_recipients,
        "recipients are limited");
    for (size_t i = 0; i < request->argument.size; i++)
        LAW((unsigned char)request->argument.data[i] >= ' ' && request->argument.data[i] != 0x7f,
            "no argument has a control character");

    switch (request->command) {
    case EHLO_MAIL:
    case EHLO_SEND:
    case EHLO_SOML:
    case EHLO_SAML:
        LAW(!host->open, "a transaction ends before the next begins");
        LAW(request->mail.params != NULL, "MAIL has parameters");
        check_path(host, &request->mail.path);
        host->open = 1;
        break;
    case EHLO_RCPT:
        LAW(host->open, "RCPT is in a transaction");
        LAW(request->rcpt.params != NULL, "RCPT has parameters");
        LAW(request->rcpt.index == request->recipients, "recipients are counted");
        LAW(request->rcpt.path.kind != EHLO_PATH_NULL, "no recipient is <>");
        check_path(host, &request->rcpt.path);
        break;
    case EHLO_DATA: LAW(host->open && request->recipients > 0, "DATA has recipients"); break;
    case EHLO_DATA_RECEIVED:
        LAW(host->open, "content is in a transaction");
        LAW(request->received.refused || config->max_size == 0 || request->received.size <= config->max_size,
            "what is over the limit is refused");
        LAW(request->received.refused || request->received.size == host->message_size,
            "all of an accepted message was handed out");
        LAW(request->received.refused || host->message_size == 0 || host->last_octet == '\n',
            "an accepted message ends with a line end");
        break;
    default: break;
    }
}

/* ---- the callbacks ---------------------------------------------------------------------------- */

static int on_write(void *ctx, ehlo_server *server, const void *data, size_t size)
{
    struct host *host = ctx;

    LAW(server == host->server, "callbacks get the session");
    LAW(!host->dead, "nothing is written to a peer that is gone");
    LAW(size >= 1 && size <= 2048, "one write is 1 to 2,048 octets");
    LAW(ehlo_server_reply(server, host->last_id, EHLO_DEFAULT, NULL, NULL) < 0, "no answers inside write");
    if (++host->writes == host->plan->write_fails) {
        host->dead = 1;
        return EHLO_FAIL;
    }
    tape_add(&host->replies, data, size);
    return EHLO_DEFAULT;
}

static void tell(struct host *host, const ehlo_request *request)
{
    struct tape *told = &host->told;

    tape_print(told, "ask %s extended=%d utf8=%d early=%d recipients=%u declared=%llu size=%llu refused=%d",
               ehlo_command_name(request->command), request->extended, request->smtputf8,
               request->early_talker, (unsigned)request->recipients,
               (unsigned long long)request->declared_size, (unsigned long long)request->received.size,
               request->received.refused);
    tape_text(told, "argument", request->argument);
    tape_text(told, "hello", request->hello.domain.text);
    tape_text(told, "mail", request->mail.path.mailbox);
    tape_text(told, "rcpt", request->rcpt.path.mailbox);
    tape_print(told, "\n");
}

static int on_decide(void *ctx, ehlo_server *server, const ehlo_request *request)
{
    struct host *host = ctx;
    unsigned char answer = host->plan->answers[host->asked % ANSWERS];

    LAW(server == host->server, "callbacks get the session");
    LAW(!host->dead && !host->pending, "nothing is asked while something is pending, or after the end");
    LAW(ehlo_server_feed(server, "QUIT\r\n", 6) == 0, "feed inside a callback takes nothing");
    check_request(host, request);
    tell(host, request);
    host->asked++;
    if (request->command == EHLO_DATA_RECEIVED) {
        tape_print(&host->content, "\n-- end of message\n");
        host->message_size = 0;
        host->in_message = 0;
    }
    if ((request->command == EHLO_CONNECTED || request->command == EHLO_EHLO) && (answer & NARROWS)) {
        LAW(ehlo_server_offer(server, ~(uint32_t)EHLO_EXTENSION_8BITMIME) == EHLO_OK, "EHLO can be narrowed");
        LAW(ehlo_server_max_size(server, 100000) == EHLO_OK, "SIZE can be narrowed");
    }

    if ((answer & WHAT) == SAYS_NOTHING_KNOWN)
        return answer & VARIES ? -1 : answer & NARROWS ? 1 : EHLO_REPLIED;
    if ((answer & WHAT) == ENDS_IT) {
        if (answer & VARIES) {
            LAW(ehlo_server_disconnected(server) == EHLO_OK, "disconnected can be said in decide");
            host->dead = 1;
        } else {
            LAW(ehlo_server_shutdown(server) == EHLO_OK, "shutdown can be said in decide");
            host->unanswered += request->command != EHLO_DATA_RECEIVED; /* its verdict comes first (R19) */
        }
        return EHLO_DEFAULT;
    }
    if ((answer & WAITS) && host->patient) {
        host->pending = request->id;
        host->pending_piece = 0;
        host->answer = answer;
        return EHLO_PENDING;
    }
    return is_said_by_reply(answer) ? reply(host, request->id, answer) : code_of(answer);
}

static void check_octets(const struct host *host, const ehlo_piece *piece)
{
    const ehlo_server_config *config = &host->config;
    unsigned char before = host->last_octet;

    for (size_t i = 0; i < piece->size; i++) {
        unsigned char octet = (unsigned char)piece->data[i];
        LAW(octet != '\n' || before == '\r' || config->bare_lf == EHLO_PASS, "no bare LF is handed out");
        LAW(before != '\r' || octet == '\n' || config->bare_cr == EHLO_PASS, "no bare CR is handed out");
        LAW(octet != 0 || config->nul == EHLO_PASS, "no NUL is handed out");
        before = octet;
    }
}

static int on_content(void *ctx, ehlo_server *server, const ehlo_piece *piece)
{
    struct host *host = ctx;
    uint32_t refuse_at = host->plan->refuse_at;
    int refuses, waits = host->patient && (host->plan->answers[host->last_id % ANSWERS] & WAITS);
    size_t size = piece->size;

    LAW(server == host->server, "callbacks get the session");
    LAW(!host->dead && !host->pending && host->open, "content is handed out in a transaction");
    check_id(host, piece->id);
    LAW(size > 0, "no piece is empty");
    LAW(piece->offset == host->message_size, "pieces follow each other");
    if (!(size == 2 &&
          memcmp(piece->data, "\r\n", 2) == 0)) /* a line end that was made normal is not from the input */
        check_view(host, (ehlo_text){piece->data, size});
    if (piece->offset == 0)
        host->last_octet = 0;
    check_octets(host, piece);

    refuses = refuse_at && piece->offset <= refuse_at && refuse_at < piece->offset + size;
    tape_add(&host->content, piece->data, refuses ? (size_t)(refuse_at - piece->offset) : size);
    host->in_message = 1;
    host->message_size += size;
    host->last_octet = (unsigned char)piece->data[size - 1];
    LAW(host->config.max_size == 0 || host->message_size <= host->config.max_size,
        "nothing over the limit is handed out");
    if (waits) {
        host->pending = piece->id;
        host->pending_piece = refuses ? 2 : 1;
        return EHLO_PENDING;
    }
    return refuses ? 452 : EHLO_DEFAULT;
}

/* Events that stand for a reply of the engine's own; TOO_MANY_ERRORS takes the place of the last one's. */
static int is_reply(const ehlo_event *event)
{
    return event->code != 0 && event->reason <= EHLO_EVENT_DRAIN_LIMIT &&
           event->reason != EHLO_EVENT_TOO_MANY_ERRORS;
}

static void on_event(void *ctx, ehlo_server *server, const ehlo_event *event)
{
    struct host *host = ctx;

    LAW(server == host->server, "callbacks get the session");
    LAW(event->reason > EHLO_EVENT_NONE && event->reason < EHLO_EVENT_COUNT, "an event has a reason");
    LAW(ehlo_event_text(event->reason)[0] != 0, "a reason has words");
    LAW(event->reason != EHLO_EVENT_SHOWN_LESS, "all that was left is shown again");
    if (is_reply(event))
        host->refused_by_engine++;
    if (event->reason == EHLO_EVENT_EARLY_TALKER || event->reason == EHLO_EVENT_PIPELINED)
        return; /* they depend on the cut (R16) */
    if (event->reason == EHLO_EVENT_TRANSACTION_END) {
        LAW(host->open, "a transaction ends once");
        LAW(event->end > EHLO_END_NONE && event->end < EHLO_END_COUNT, "an end has a reason");
        host->open = 0;
        host->message_size = 0;
        if (host->in_message)
            tape_print(&host->content, "\n-- broken off\n");
        host->in_message = 0;
    }
    tape_print(&host->told, "event %s command=%d code=%d end=%d number=%llu\n",
               ehlo_event_text(event->reason), event->command, event->code, event->end,
               (unsigned long long)event->number);
}

/* ---- a host's life ---------------------------------------------------------------------------- */

void host_init(struct host *host, const struct plan *plan, int patient)
{
    memset(host, 0, sizeof *host);
    playing = host;
    host->plan = plan;
    host->config = plan->config;
    host->config.callbacks.write = on_write;
    host->config.callbacks.decide = on_decide;
    host->config.callbacks.content = on_content;
    host->config.callbacks.event = on_event;
    host->patient = patient;
}

void host_free(struct host *host)
{
    playing = NULL;
    free(host->replies.data);
    free(host->told.data);
    free(host->content.data);
}

static int is_a_known_code(int code, int profile)
{
    for (int command = EHLO_CONNECTED; ehlo_command_name(command); command++)
        if (ehlo_reply_permitted(command, code, profile))
            return 1;
    return 0;
}

/* All replies are whole and well-formed (RFC 5321 section 4.2); returns how many there are. */
static uint32_t check_replies(const struct host *host)
{
    const unsigned char *at = host->replies.data, *end = at ? at + host->replies.size : at;
    uint32_t count = 0;
    int last = 1, code_before = 0;

    while (at < end) {
        const unsigned char *line = at;
        int code;
        while (end - at >= 2 && !(at[0] == '\r' && at[1] == '\n')) {
            LAW(*at >= ' ' && *at != 0x7f, "a reply has no control characters");
            LAW(*at < 0x80 || (host->config.extensions & EHLO_EXTENSION_SMTPUTF8), "replies are ASCII");
            at++;
        }
        LAW(end - at >= 2, "a reply ends with CRLF");
        at += 2;
        LAW(at - line <= 512, "a reply line has at most 512 octets");
        LAW(at - line >= 6 && (line[3] == ' ' || line[3] == '-'),
            "a reply is a code, a space or hyphen, and a text");
        code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
        LAW(is_a_known_code(code, host->config.profile), "a code is in the table");
        LAW(last || code == code_before, "all lines of a reply have one code");
        last = line[3] == ' ';
        code_before = code;
        count += (uint32_t)last;
    }
    LAW(last || host->dead, "a reply has a last line");
    return count;
}

void host_check_end(struct host *host)
{
    ehlo_server *server = host->server;
    uint32_t writes = host->writes, replies = check_replies(host);
    uint32_t refused_greeting = host->plan->early && !(host->config.leniencies & EHLO_LENIENT_EARLY_TALKER);

    LAW(ehlo_server_wants(server) == EHLO_WANTS_CLOSE, "a session that is over wants CLOSE");
    LAW(!host->open, "every transaction has ended");
    LAW(host->dead || replies == host->asked - host->unanswered + host->refused_by_engine + refused_greeting,
        "one command, one reply");
    LAW(ehlo_server_feed(server, "NOOP\r\n", 6) == 0, "a session that is over takes nothing");
    LAW(ehlo_server_reply(server, host->last_id, 250, NULL, NULL) == EHLO_GONE,
        "an answer after the end is GONE");
    LAW(ehlo_server_shutdown(server) == EHLO_GONE, "shutdown after the end is GONE");
    LAW(ehlo_server_timed_out(server) == EHLO_GONE, "timed_out after the end is GONE");
    LAW(ehlo_server_disconnected(server) == EHLO_GONE, "disconnected after the end is GONE");
    LAW(ehlo_server_timeout(server) == 0, "a session that is over waits for nobody");
    LAW(host->writes == writes, "a session that is over writes nothing");
}
