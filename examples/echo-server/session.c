/* session.c - see session.h. */
#include "session.h"

#include "delivery.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- the message ------------------------------------------------------------------------------ */

/* Whether a message is worth remembering at all. */
static int keeps_messages(const struct options *options)
{
    return !options->sink || options->answers.contents > 0 || options->answers.recipients > 0;
}

static struct verdict begin_message(struct session *session, const ehlo_request *request,
                                    struct verdict verdict)
{
    const struct options *options = &session->service->options;
    if (!verdict_accepts(&verdict) || !keeps_messages(options))
        return verdict;
    session->message = message_new(options->answers.count);
    if (session->message == NULL ||
        message_add_path(session->message, &request->mail.path, request->mail.params) != 0)
        return verdict_of(452);
    return verdict;
}

static struct verdict add_recipient(struct session *session, const ehlo_request *request,
                                    struct verdict verdict)
{
    struct message *message = session->message;
    if (!verdict_accepts(&verdict) || message == NULL)
        return verdict;
    if (message_add_path(message, &request->rcpt.path, request->rcpt.params) != 0)
        return verdict_of(452);
    message->recipients++;
    return verdict;
}

/* ---- the callbacks ---------------------------------------------------------------------------- */

static struct verdict remember_hello(struct session *session, const ehlo_request *request,
                                     struct verdict verdict)
{
    if (!verdict_accepts(&verdict) || session->service->options.sink)
        return verdict;
    ehlo_text name = request->hello.domain.text;
    if (request->hello.domain.kind == EHLO_DOMAIN_NONE)
        name = request->argument;
    char *hello = realloc(session->hello, name.size + 1);
    if (hello == NULL)
        return verdict_of(EHLO_FAIL);
    memcpy(hello, name.data, name.size);
    hello[name.size] = '\0';
    session->hello = hello;
    return verdict;
}

/* The time is told with each hello, since dates in the reply to it are made of it (FUTURERELEASE). */
static struct verdict hear_hello(struct session *session, ehlo_server *server, const ehlo_request *request,
                                 struct verdict verdict)
{
    if (request->extended)
        ehlo_server_clock(server, (uint64_t)time(NULL));
    return remember_hello(session, request, verdict);
}

/* A step of AUTH.  A scripted answer would decide without anybody having looked at the password. */
static struct verdict log_in(struct session *session, const ehlo_request *request)
{
    switch (auth_step(&session->exchange, &session->service->options.users, request)) {
    case AUTH_GRANTED: return verdict_of(235);
    case AUTH_CHALLENGE: return verdict_of(334);
    case AUTH_DENIED: return verdict_of(535);
    default: return verdict_of(454);
    }
}

static struct verdict judge(struct session *session, ehlo_server *server, const ehlo_request *request)
{
    if (request->command == EHLO_DATA_RECEIVED)
        return delivery_judge(session, request);
    const struct answer *scripted = answers_find(&session->service->options.answers, request, NULL);
    struct verdict verdict = scripted != NULL ? scripted->verdict : verdict_default();
    switch (request->command) {
    case EHLO_HELO:
    case EHLO_EHLO:
    case EHLO_LHLO: return hear_hello(session, server, request, verdict);
    case EHLO_MAIL:
    case EHLO_SEND:
    case EHLO_SOML:
    case EHLO_SAML: return begin_message(session, request, verdict);
    case EHLO_RCPT: return add_recipient(session, request, verdict);
    case EHLO_BDAT:
        return request->received.refused != 0 ? delivery_refusal(session, request, verdict) : verdict;
    case EHLO_BURL: return delivery_of_url(session, request, verdict);
    case EHLO_AUTH: return scripted != NULL ? verdict : log_in(session, request);
    case EHLO_QUIT: session->quit = 1; return verdict;
    default: return verdict;
    }
}

/* Where that command's answers are delayed: notes what to say, for session_answer(). */
static int postpone(struct session *session, int slot, uint64_t id, const struct verdict *verdict)
{
    if (session->service->options.delays.milliseconds[slot] == 0)
        return 0;
    session->delay = (uint8_t)slot;
    session->pending = id;
    session->verdict = *verdict;
    return 1;
}

/* Gives an answer.  What follows a 334 comes from the exchange, unless that is scripted, too. */
static int answer(struct session *session, uint64_t id, const struct verdict *verdict)
{
    const struct exchange *exchange = session->exchange;
    if (verdict->code == 334 && exchange != NULL)
        return ehlo_server_challenge(session_engine(session), id, exchange->challenge.data,
                                     exchange->challenge.size);
    return ehlo_server_reply(session_engine(session), id, verdict->code, verdict->enhanced, verdict->text);
}

static int decide(void *ctx, ehlo_server *server, const ehlo_request *request)
{
    struct session *session = ctx;
    struct verdict verdict = judge(session, server, request);
    if (postpone(session, request->command, request->id, &verdict))
        return EHLO_PENDING;
    if (verdict.code == EHLO_DEFAULT || verdict.code == EHLO_FAIL)
        return verdict.code;
    return answer(session, request->id, &verdict);
}

/* What a piece of content comes to: a code that refuses the whole message, or EHLO_DEFAULT. */
static struct verdict take(struct session *session, const ehlo_piece *piece)
{
    const struct options *options = &session->service->options;
    struct message *message = session->message;
    if (message == NULL)
        return verdict_default();
    message->refused_by = answers_search(&options->answers, message->matched, piece);
    if (message->refused_by != NULL)
        return message->refused_by->verdict;
    if (!options->sink)
        bytes_add(&message->content, piece->data, piece->size);
    return message->content.failed ? verdict_of(452) : verdict_default();
}

static int content(void *ctx, ehlo_server *server, const ehlo_piece *piece)
{
    (void)server;
    struct session *session = ctx;
    struct verdict verdict = take(session, piece);
    return postpone(session, DELAY_CONTENT, piece->id, &verdict) ? EHLO_PENDING : verdict.code;
}

/* The host's own mistakes are always worth a line: a scripted answer that the law does not allow. */
static int is_mistake(int reason)
{
    return reason >= EHLO_EVENT_HOST_FAILED && reason <= EHLO_EVENT_BAD_ENHANCED;
}

static void log_event(const struct session *session, const ehlo_event *event)
{
    struct bytes line = {.data = NULL};
    bytes_print(&line, "session %llu: ", (unsigned long long)session->number);
    if (event->command != 0)
        bytes_print(&line, "%s: ", ehlo_command_name(event->command));
    bytes_print(&line, "%s", ehlo_event_text(event->reason));
    if (event->end != EHLO_END_NONE)
        bytes_print(&line, ": %s", ehlo_end_text(event->end));
    if (event->reason == EHLO_EVENT_LENIENCY_USED)
        bytes_print(&line, ": %s", ehlo_leniency_word((uint32_t)event->number));
    else if (event->number != 0)
        bytes_print(&line, ": %llu", (unsigned long long)event->number);
    if (event->code != 0)
        bytes_print(&line, " (%d)", event->code);
    if (!line.failed)
        complain("%s", line.data);
    bytes_free(&line);
}

/* Whoever succeeded is known by name from here on; all else about the exchange is wiped. */
static void end_exchange(struct session *session, int code)
{
    struct exchange *exchange = session->exchange;
    if (ehlo_reply_severity(code) == EHLO_SEVERITY_SUCCESS) {
        free(session->user);
        session->user = exchange != NULL ? strdup(exchange->name) : NULL;
    }
    exchange_free(exchange);
    session->exchange = NULL;
}

static void event(void *ctx, ehlo_server *server, const ehlo_event *event)
{
    (void)server;
    struct session *session = ctx;
    if (session->service->options.verbose || is_mistake(event->reason))
        log_event(session, event);
    if (event->reason == EHLO_EVENT_AUTH_END)
        end_exchange(session, event->code);
    if (event->reason == EHLO_EVENT_TRANSACTION_END) {
        message_free(session->message);
        session->message = NULL;
    }
}

void session_callbacks(struct service *service)
{
    ehlo_server_callbacks *callbacks = &service->options.config.callbacks;
    int looks_at_content =
        keeps_messages(&service->options) || service->options.delays.milliseconds[DELAY_CONTENT] > 0;
    callbacks->decide = decide;
    callbacks->content = looks_at_content ? content : NULL; /* NULL: thrown away */
    callbacks->event = event;
}

/* ---- a session -------------------------------------------------------------------------------- */

ehlo_server *session_engine(struct session *session)
{
    return (ehlo_server *)&session->engine;
}

void session_begin(struct session *session, struct service *service)
{
    session->service = service;
    session->number = ++service->sessions;
    ehlo_server_init(session_engine(session), &service->options.config, session);
}

void session_end(struct session *session)
{
    message_free(session->message);
    exchange_free(session->exchange);
    free(session->proxied);
    free(session->hello);
    free(session->user);
}

uint32_t session_delay(const struct session *session)
{
    return session->service->options.delays.milliseconds[session->delay];
}

void session_answer(struct session *session)
{
    answer(session, session->pending, &session->verdict);
}
