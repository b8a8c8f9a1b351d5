/* session.c - see session.h. */
#include "session.h"

#include "echo.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct verdict as_the_table_has_it = {EHLO_DEFAULT, NULL, NULL};

static struct verdict refuse(int code)
{
    return (struct verdict){code, NULL, NULL};
}

/* 1 where the verdict leaves the command accepted: asked of commands whose default accepts. */
static int accepts(const struct verdict *verdict)
{
    return verdict->code == EHLO_DEFAULT || ehlo_reply_severity(verdict->code) == EHLO_SEVERITY_SUCCESS;
}

/* ---- the message ------------------------------------------------------------------------------ */

/* Whether a message is worth remembering at all. */
static int keeps_messages(const struct options *options)
{
    return !options->sink || options->answers.contents > 0;
}

static struct verdict begin_message(struct session *session, const ehlo_request *request,
                                    struct verdict verdict)
{
    const struct options *options = &session->service->options;
    if (!accepts(&verdict) || !keeps_messages(options))
        return verdict;
    session->message = message_new(options->answers.count);
    if (session->message == NULL ||
        message_add_path(session->message, &request->mail.path, request->mail.params) != 0)
        return refuse(452);
    return verdict;
}

static struct verdict add_recipient(struct session *session, const ehlo_request *request,
                                    struct verdict verdict)
{
    struct message *message = session->message;
    if (!accepts(&verdict) || message == NULL)
        return verdict;
    if (message_add_path(message, &request->rcpt.path, request->rcpt.params) != 0)
        return refuse(452);
    message->recipients++;
    return verdict;
}

/* One message is one write, so that echoes never mix and are complete once they are there.  It waits
 * for whoever reads them. */
static int echo(struct session *session, const ehlo_request *request)
{
    struct service *service = session->service;
    struct sender sender = {session->hello != NULL ? session->hello : "", request->extended, request->tls};
    struct bytes out = {.data = NULL};
    if (service->options.json)
        echo_json(&out, session->message, &sender);
    else
        echo_text(&out, session->message, &sender, service->messages + 1);
    int status = 0;
    if (out.failed)
        status = 452;
    else if (write_all(service->echo, out.data, out.size) != 0)
        status = 451;
    if (status == 451)
        complain("cannot echo a message: %s", strerror(errno));
    bytes_free(&out);
    return status;
}

/* Where a message has to go before it may be accepted.  0, or the code that refuses it. */
static int deliver(struct session *session, const ehlo_request *request)
{
    struct service *service = session->service;
    if (service->options.sink)
        return 0;
    const struct bytes *content = &session->message->content;
    if (service->options.maildir != NULL &&
        maildir_store(&service->maildir, content->data, content->size) != 0) {
        int full = errno == ENOSPC || errno == EDQUOT;
        complain("cannot store a message in %s, which is refused for now: %s", service->options.maildir,
                 strerror(errno));
        return full ? 452 : 451;
    }
    int status = echo(session, request);
    return service->options.maildir != NULL ? 0 : status; /* it is safe: better unseen than twice */
}

static struct verdict finish_message(struct session *session, const ehlo_request *request,
                                     struct verdict verdict)
{
    struct message *message = session->message;
    if (request->received.refused != 0) { /* it stays refused: all there is to choose is the words */
        if (message != NULL && message->refused_by != NULL &&
            message->refused_by->verdict.code == request->received.refused)
            return message->refused_by->verdict;
        return accepts(&verdict) ? as_the_table_has_it : verdict;
    }
    if (!accepts(&verdict))
        return verdict;
    int status = deliver(session, request);
    if (status != 0)
        return refuse(status);
    session->service->messages++;
    return verdict;
}

/* ---- the callbacks ---------------------------------------------------------------------------- */

static struct verdict remember_hello(struct session *session, const ehlo_request *request,
                                     struct verdict verdict)
{
    if (!accepts(&verdict) || session->service->options.sink)
        return verdict;
    ehlo_text name = request->hello.domain.text;
    if (request->hello.domain.kind == EHLO_DOMAIN_NONE)
        name = request->argument;
    char *hello = realloc(session->hello, name.size + 1);
    if (hello == NULL)
        return refuse(EHLO_FAIL);
    memcpy(hello, name.data, name.size);
    hello[name.size] = '\0';
    session->hello = hello;
    return verdict;
}

static struct verdict judge(struct session *session, const ehlo_request *request)
{
    const struct answer *scripted = answers_find(&session->service->options.answers, request);
    struct verdict verdict = scripted != NULL ? scripted->verdict : as_the_table_has_it;
    switch (request->command) {
    case EHLO_HELO:
    case EHLO_EHLO: return remember_hello(session, request, verdict);
    case EHLO_MAIL:
    case EHLO_SEND:
    case EHLO_SOML:
    case EHLO_SAML: return begin_message(session, request, verdict);
    case EHLO_RCPT: return add_recipient(session, request, verdict);
    case EHLO_DATA_RECEIVED: return finish_message(session, request, verdict);
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

static int decide(void *ctx, ehlo_server *server, const ehlo_request *request)
{
    struct session *session = ctx;
    struct verdict verdict = judge(session, request);
    if (postpone(session, request->command, request->id, &verdict))
        return EHLO_PENDING;
    if (verdict.code == EHLO_DEFAULT || verdict.code == EHLO_FAIL)
        return verdict.code;
    return ehlo_server_reply(server, request->id, verdict.code, verdict.enhanced, verdict.text);
}

/* What a piece of content comes to: a code that refuses the whole message, or EHLO_DEFAULT. */
static struct verdict take(struct session *session, const ehlo_piece *piece)
{
    const struct options *options = &session->service->options;
    struct message *message = session->message;
    if (message == NULL)
        return as_the_table_has_it;
    message->refused_by = answers_search(&options->answers, message->matched, piece);
    if (message->refused_by != NULL)
        return message->refused_by->verdict;
    if (!options->sink)
        bytes_add(&message->content, piece->data, piece->size);
    return message->content.failed ? refuse(452) : as_the_table_has_it;
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

static void event(void *ctx, ehlo_server *server, const ehlo_event *event)
{
    (void)server;
    struct session *session = ctx;
    if (session->service->options.verbose || is_mistake(event->reason))
        log_event(session, event);
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

void session_start(struct session *session, struct service *service)
{
    session->service = service;
    session->number = ++service->sessions;
    ehlo_server_init(session_engine(session), &service->options.config, session);
    ehlo_server_start(session_engine(session));
}

void session_end(struct session *session)
{
    message_free(session->message);
    free(session->hello);
}

uint32_t session_delay(const struct session *session)
{
    return session->service->options.delays.milliseconds[session->delay];
}

void session_answer(struct session *session)
{
    const struct verdict *verdict = &session->verdict;
    ehlo_server_reply(session_engine(session), session->pending, verdict->code, verdict->enhanced,
                      verdict->text);
}
