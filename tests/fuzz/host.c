/* host.c - the callbacks, and a host's life. */
#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct host *playing;

void broken(const char *law)
{
    if (playing) {
        tape_show("replies", &playing->replies);
        tape_show("questions and events", &playing->told);
    }
    fprintf(stderr, "broken: %s\n", law);
    abort();
}

/* ---- the callbacks ----------------------------------------------------------------------------------- */

static int on_write(void *ctx, ehlo_server *server, const void *data, size_t size)
{
    struct host *host = ctx;

    LAW(server == host->server, "callbacks get the session");
    LAW(!host->dead, "nothing is written to a peer that is gone");
    LAW(size >= 1 && size <= 2048, "one write is 1 to 2,048 octets");
    probe_callback(host, IN_WRITE);
    check_write(host, data, size);
    if (++host->writes == host->plan->write_fails) {
        if (host->plan->at_write == ENDS && !host->is_answering) {
            LAW(ehlo_server_shutdown(server) == EHLO_OK || ehlo_server_wants(server) == EHLO_WANTS_CLOSE,
                "shutdown can be said in write");
        } else {
            host->dead = 1;
            if (host->plan->at_write != LEAVES) /* also where a reply that is under way would be withdrawn */
                return EHLO_FAIL;
            LAW(ehlo_server_disconnected(server) == EHLO_OK || ehlo_server_wants(server) == EHLO_WANTS_CLOSE,
                "disconnected can be said in write");
        }
    }
    tape_add(&host->replies, data, size);
    return EHLO_DEFAULT;
}

static void tell(struct host *host, const ehlo_request *request)
{
    struct tape *told = &host->told;
    const char *name = ehlo_command_name(request->command);

    tape_print(told, "ask %s/%d tls=%d user=%d extended=%d utf8=%d early=%d recipients=%u declared=%llu",
               name ? name : "host", request->command, request->tls, request->authenticated,
               request->extended, request->smtputf8, request->early_talker, (unsigned)request->recipients,
               (unsigned long long)request->declared_size);
    tape_print(told, " size=%llu refused=%d scope=%d/%u step=%d has=%d last=%d option=%d",
               (unsigned long long)request->received.size, request->received.refused, request->received.scope,
               (unsigned)request->received.recipient, request->auth.step, request->auth.has_response,
               request->burl.last, request->etrn.option);
    tape_text(told, "argument", request->argument);
    tape_text(told, "hello", request->hello.domain.text);
    tape_text(told, "mail", request->mail.path.mailbox);
    tape_text(told, "rcpt", request->rcpt.path.mailbox);
    tape_text(told, "mechanism", request->auth.mechanism);
    tape_text(told, "response", request->auth.response);
    tape_text(told, "url", request->burl.url);
    tape_text(told, "node", request->etrn.name);
    tape_print(told, "\n");
}

static int on_decide(void *ctx, ehlo_server *server, const ehlo_request *request)
{
    struct host *host = ctx;
    int answer;

    LAW(server == host->server, "callbacks get the session");
    LAW(!host->dead && !host->over && !host->pending,
        "nothing is asked while something is pending, or after the end");
    probe_decide(host, request);
    check_request(host, request);
    tell(host, request);
    host->is_answering = 1;
    answer = answer_request(host, request, host->plan->answers[host->asked++ % ANSWERS]);
    host->is_answering = 0;
    return answer;
}

/* At one octet of a message the host makes trouble; what it then returns. */
static int make_trouble(struct host *host, int waits, uint64_t id)
{
    switch (host->plan->trouble) {
    case LEAVES:
        LAW(ehlo_server_disconnected(host->server) == EHLO_OK, "disconnected can be said in content");
        host->dead = 1;
        return EHLO_DEFAULT;
    case ENDS:
        LAW(ehlo_server_shutdown(host->server) == EHLO_OK, "shutdown can be said in content");
        return EHLO_DEFAULT;
    case FAILS: return host->plan->seed & 4 ? 250 : host->plan->seed & 8 ? EHLO_REPLIED : EHLO_FAIL;
    default: break;
    }
    if (!waits)
        return 452;
    host->pending = id;
    host->pending_piece = 2;
    return EHLO_PENDING;
}

static int on_content(void *ctx, ehlo_server *server, const ehlo_piece *piece)
{
    struct host *host = ctx;
    uint32_t trouble_at = host->plan->trouble_at;
    int waits = host->patient && (host->plan->answers[host->last_id % ANSWERS] & 0x10);
    int troubles = trouble_at && piece->offset <= trouble_at && trouble_at < piece->offset + piece->size;
    int is_last = troubles && host->plan->trouble != ENDS;

    LAW(server == host->server, "callbacks get the session");
    LAW(!host->dead && !host->over && !host->pending, "content is handed out while all is well");
    probe_callback(host, IN_CONTENT);
    check_piece(host, piece);
    tape_add(&host->content, piece->data, is_last ? (size_t)(trouble_at - piece->offset) : piece->size);
    if (troubles)
        return make_trouble(host, waits, piece->id);
    if (!waits)
        return EHLO_DEFAULT;
    host->pending = piece->id;
    host->pending_piece = 1;
    return EHLO_PENDING;
}

static void on_event(void *ctx, ehlo_server *server, const ehlo_event *event)
{
    struct host *host = ctx;

    LAW(server == host->server, "callbacks get the session");
    probe_callback(host, IN_EVENT);
    check_event(host, event);
}

static void on_trace(void *ctx, ehlo_server *server, const ehlo_trace *trace)
{
    struct host *host = ctx;

    LAW(server == host->server, "callbacks get the session");
    check_trace(host, trace);
}

/* ---- a host's life ----------------------------------------------------------------------------------- */

void host_init(struct host *host, const struct plan *plan, int patient, const unsigned char *client,
               size_t size)
{
    memset(host, 0, sizeof *host);
    playing = host;
    host->plan = plan;
    host->config = plan->config;
    host->config.callbacks.write = on_write;
    host->config.callbacks.decide = on_decide;
    host->config.callbacks.content = plan->is_deaf ? NULL : on_content;
    host->config.callbacks.event = on_event;
    host->config.callbacks.trace = plan->is_traced ? on_trace : NULL;
    host->patient = patient;
    host->client = client;
    host->client_size = size;
    host->marks = calloc(1, size + 1);
    LAW(host->marks != NULL, "out of memory");
    host->known.extensions = host->known.next_extensions = host->config.extensions;
    host->last_id = plan->first_id ? plan->first_id - 1 : 0;
}

void host_free(struct host *host)
{
    struct tape *tapes[] = {&host->replies, &host->told,      &host->content,       &host->outcomes,
                            &host->heard,   &host->announced, &host->announced_text};

    playing = NULL;
    for (size_t i = 0; i < sizeof tapes / sizeof *tapes; i++)
        free(tapes[i]->data);
    free(host->marks);
}

void host_check_end(struct host *host, size_t used, int is_exhausted)
{
    ehlo_server *server = host->server;
    uint32_t writes = host->writes;

    LAW(ehlo_server_wants(server) == EHLO_WANTS_CLOSE, "a session that is over wants CLOSE");
    LAW(!host->known.open, "every transaction has ended");
    LAW(!host->known.exchange, "every exchange of AUTH has ended");
    LAW(ehlo_server_feed(server, "NOOP\r\n", 6) == 0, "a session that is over takes nothing");
    LAW(ehlo_server_reply(server, host->last_id, 250, NULL, NULL) == EHLO_GONE,
        "an answer after the end is GONE");
    LAW(ehlo_server_start(server) == EHLO_GONE, "start after the end is GONE");
    LAW(ehlo_server_shutdown(server) == EHLO_GONE, "shutdown after the end is GONE");
    LAW(ehlo_server_timed_out(server) == EHLO_GONE, "timed_out after the end is GONE");
    LAW(ehlo_server_disconnected(server) == EHLO_GONE, "disconnected after the end is GONE");
    LAW(ehlo_server_timeout(server) == 0, "a session that is over waits for nobody");
    probe_outside(host);
    LAW(host->writes == writes, "a session that is over writes nothing");
    ledger_check(host, used, is_exhausted);
}
