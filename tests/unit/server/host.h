/* host.h - a host for the unit tests of lib/server: answers what it is told to, remembers what it saw. */
#ifndef EHLO_TEST_HOST_H
#define EHLO_TEST_HOST_H

#include <ehlo/ehlo.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { HOST_ROOM = 1 << 17, HOST_EVENTS = 4096, HOST_COMMANDS = EHLO_HOST_COMMAND + 32 };

typedef struct host {
    ehlo_server_config config;
    ehlo_server_memory memory;
    ehlo_server *server;

    int answers[HOST_COMMANDS]; /* what decide returns, by command; EHLO_DEFAULT unless set */
    int content_answer;
    int write_answer;
    const char *text; /* where set, decide answers through ehlo_server_reply() with these */
    const char *enhanced;
    void (*inside)(struct host *host, const ehlo_request *request); /* called in decide, where set */
    void (*inside_content)(struct host *host, const ehlo_piece *piece);
    void (*inside_event)(struct host *host, const ehlo_event *event);
    void (*inside_write)(struct host *host);

    char out[HOST_ROOM];
    size_t out_size;
    int writes;
    size_t longest_write;
    char content[HOST_ROOM];
    size_t content_size;
    size_t content_start; /* of the last message, in there */
    int decisions[HOST_EVENTS];
    size_t decision_count;
    ehlo_event events[HOST_EVENTS];
    size_t event_count;
    ehlo_request request;     /* the last; its texts are gone */
    char response[HOST_ROOM]; /* of the last AUTH: base64, and a NUL */
    char mechanism[32];
    char name[1024];       /* the URL of the last BURL, the name of the last ETRN */
    char trace[HOST_ROOM]; /* "C: " or "S: ", what is shown, and in brackets how many octets are hidden, if
                              any */
    size_t trace_size;
    uint64_t id; /* of the last request or piece */
    int reply_status;
} host;

static int host_write(void *ctx, ehlo_server *server, const void *data, size_t size)
{
    host *self = ctx;
    assert_true(size > 0 && size <= 2048);
    assert_true(self->out_size + size < HOST_ROOM);
    assert_ptr_equal(server, self->server);
    memcpy(self->out + self->out_size, data, size);
    self->out_size += size;
    self->writes++;
    if (size > self->longest_write)
        self->longest_write = size;
    if (self->inside_write)
        self->inside_write(self);
    return self->write_answer;
}

static inline void host_keep(char *to, size_t room, ehlo_text text)
{
    assert_true(text.size < room);
    if (text.size)
        memcpy(to, text.data, text.size);
    to[text.size] = '\0';
}

static inline void host_keep_texts(host *self, const ehlo_request *request)
{
    if (request->command == EHLO_AUTH) {
        host_keep(self->response, sizeof self->response, request->auth.response);
        host_keep(self->mechanism, sizeof self->mechanism, request->auth.mechanism);
    }
    if (request->command == EHLO_BURL)
        host_keep(self->name, sizeof self->name, request->burl.url);
    if (request->command == EHLO_ETRN)
        host_keep(self->name, sizeof self->name, request->etrn.name);
}

static int host_decide(void *ctx, ehlo_server *server, const ehlo_request *request)
{
    host *self = ctx;
    int answer;

    assert_true(request->id > self->id);
    assert_true(self->decision_count < HOST_EVENTS);
    self->decisions[self->decision_count++] = request->command;
    assert_in_range(request->command, 1, HOST_COMMANDS - 1);
    self->request = *request;
    host_keep_texts(self, request);
    self->id = request->id;
    if (self->inside)
        self->inside(self, request);
    answer = self->answers[request->command];
    if (self->text && answer != EHLO_PENDING && request->command != EHLO_CONNECTED) {
        self->reply_status = ehlo_server_reply(server, request->id, answer, self->enhanced, self->text);
        return self->reply_status;
    }
    return answer;
}

static int host_content(void *ctx, ehlo_server *server, const ehlo_piece *piece)
{
    host *self = ctx;
    (void)server;
    assert_true(piece->size > 0);
    assert_true(piece->id > self->id);
    if (!piece->offset)
        self->content_start = self->content_size;
    assert_true(piece->offset == self->content_size - self->content_start);
    assert_true(self->content_size + piece->size < HOST_ROOM);
    memcpy(self->content + self->content_size, piece->data, piece->size);
    self->content_size += piece->size;
    self->id = piece->id;
    if (self->inside_content)
        self->inside_content(self, piece);
    return self->content_answer;
}

static void host_event(void *ctx, ehlo_server *server, const ehlo_event *event)
{
    host *self = ctx;
    (void)server;
    assert_true(self->event_count < HOST_EVENTS);
    self->events[self->event_count++] = *event;
    if (self->inside_event)
        self->inside_event(self, event);
}

/* A line of the trace; set `config.callbacks.trace` to have them. */
static inline void host_trace(void *ctx, ehlo_server *server, const ehlo_trace *trace)
{
    host *self = ctx;
    char *at = self->trace + self->trace_size;
    (void)server;
    assert_true(trace->direction == EHLO_FROM_PEER || trace->direction == EHLO_TO_PEER);
    assert_true(self->trace_size + trace->text.size + 40 < HOST_ROOM);
    at += sprintf(at, "%c: ", trace->direction == EHLO_FROM_PEER ? 'C' : 'S');
    if (trace->text.size)
        memcpy(at, trace->text.data, trace->text.size);
    at += trace->text.size;
    if (trace->hidden)
        at += sprintf(at, "[%llu]", (unsigned long long)trace->hidden);
    at += sprintf(at, "\n");
    self->trace_size = (size_t)(at - self->trace);
}

/* A host with the default config, not started: change its config first, then host_start(). */
static inline void host_init(host *self)
{
    memset(self, 0, sizeof *self);
    ehlo_server_config_init(&self->config);
    self->config.hostname = "mx.example.org";
    self->config.callbacks.write = host_write;
    self->config.callbacks.decide = host_decide;
    self->config.callbacks.content = host_content;
    self->config.callbacks.event = host_event;
    self->server = (ehlo_server *)&self->memory;
    self->content_answer = self->write_answer = EHLO_DEFAULT;
    for (int i = 0; i < HOST_COMMANDS; i++)
        self->answers[i] = EHLO_DEFAULT;
}

static inline void host_start(host *self)
{
    assert_int_equal(ehlo_server_init(self->server, &self->config, self), EHLO_OK);
    assert_int_equal(ehlo_server_start(self->server), EHLO_OK);
}

/* Shows octets for as long as FEED is wanted; how many were used. */
static inline size_t host_show(host *self, const char *text, size_t size)
{
    size_t used = 0;
    do
        used += ehlo_server_feed(self->server, text + used, size - used);
    while (ehlo_server_wants(self->server) == EHLO_WANTS_FEED);
    return used;
}

/* The same, `step` octets more each time, as they come from a slow peer; how many were used. */
static inline size_t host_drip(host *self, const char *text, size_t size, size_t step)
{
    size_t used = 0, shown = 0;
    while (shown < size) {
        shown = step < size - shown ? shown + step : size;
        used += host_show(self, text + used, shown - used);
    }
    return used;
}

/* Feeds text, for as long as FEED is wanted; all but `left` octets must be used. */
static inline void host_feed_leaving(host *self, const char *text, size_t size, size_t left)
{
    do {
        size_t used = ehlo_server_feed(self->server, text, size);
        text += used;
        size -= used;
    } while (ehlo_server_wants(self->server) == EHLO_WANTS_FEED);
    assert_int_equal(size, left);
}

static inline void host_feed(host *self, const char *text)
{
    host_feed_leaving(self, text, strlen(text), 0);
}

/* What was written since the last look must be exactly this. */
static inline void host_expect(host *self, const char *expected)
{
    self->out[self->out_size] = '\0';
    assert_string_equal(self->out, expected);
    self->out_size = 0;
}

/* Starts, says EHLO, in LMTP LHLO, and forgets the replies. */
static inline void host_greet(host *self)
{
    host_start(self);
    host_feed(self, self->config.service == EHLO_SERVICE_LMTP ? "LHLO client.example\r\n"
                                                              : "EHLO client.example\r\n");
    self->out_size = 0;
    self->decision_count = self->event_count = 0;
}

/* The same under TLS from the first octet. */
static inline void host_greet_tls(host *self)
{
    assert_int_equal(ehlo_server_init(self->server, &self->config, self), EHLO_OK);
    assert_int_equal(ehlo_server_tls_started(self->server), EHLO_OK);
    assert_int_equal(ehlo_server_start(self->server), EHLO_OK);
    host_feed(self, self->config.service == EHLO_SERVICE_LMTP ? "LHLO client.example\r\n"
                                                              : "EHLO client.example\r\n");
    self->out_size = 0;
    self->decision_count = self->event_count = 0;
}

/* Forgets what was seen so far, also in the middle of a message. */
static inline void host_forget_content(host *self)
{
    self->content_start -= self->content_size;
    self->content_size = 0;
}

static inline void host_forget(host *self)
{
    host_forget_content(self);
    self->out_size = self->decision_count = self->event_count = 0;
    self->writes = 0;
}

/* Replies in the words of the table. */
#define HOST_OK       "250 2.0.0 Requested mail action okay, completed\r\n"
#define HOST_MAIL_OK  "250 2.1.0 Requested mail action okay, completed\r\n"
#define HOST_RCPT_OK  "250 2.1.5 Requested mail action okay, completed\r\n"
#define HOST_ORDER    "503 5.5.1 Bad sequence of commands\r\n"
#define HOST_ARGUMENT "501 5.5.4 Syntax error in parameters or arguments\r\n"

#define HOST_ENVELOPE "MAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\n"

/* The same up to the content of a message. */
static inline void host_receive(host *self)
{
    host_greet(self);
    host_feed(self, HOST_ENVELOPE "DATA\r\n");
    self->out_size = 0;
    self->event_count = 0;
}

static inline int host_saw(const host *self, int reason)
{
    int count = 0;
    for (size_t i = 0; i < self->event_count; i++)
        count += self->events[i].reason == reason;
    return count;
}

/* The one event of that kind, which there must be. */
static inline const ehlo_event *host_event_of(const host *self, int reason)
{
    const ehlo_event *found = NULL;
    for (size_t i = 0; i < self->event_count; i++)
        if (self->events[i].reason == reason) {
            assert_null(found);
            found = &self->events[i];
        }
    assert_non_null(found);
    return found;
}

/* Whether these octets stand anywhere among those. */
static inline int host_holds(const char *octets, size_t size, const char *text)
{
    size_t length = strlen(text);
    for (size_t i = 0; i + length <= size; i++)
        if (!memcmp(octets + i, text, length))
            return 1;
    return 0;
}

static inline int host_ended(const host *self, int end)
{
    int count = 0;
    for (size_t i = 0; i < self->event_count; i++)
        count += self->events[i].reason == EHLO_EVENT_TRANSACTION_END && self->events[i].end == end;
    return count;
}

#endif
