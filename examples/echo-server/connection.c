/* connection.c - see connection.h. */
#include "connection.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    READ_SIZE = 64 * 1024, /* fewer octets a read cost time on long messages, more gain none */
    LINGER_SECONDS = 2
};

static char *make_room(size_t size)
{
    char *data = malloc(size);
    if (data == NULL)
        fail("out of memory");
    return data;
}

void block_open(struct block *block, const struct service *service)
{
    size_t kept = ehlo_server_line_limit(&service->options.config);
    block->size = (kept > PROXY_HEADER_MOST ? kept : PROXY_HEADER_MOST) + READ_SIZE + TLS_RECORD;
    block->clear = make_room(block->size);
    block->wire = service->tls != NULL ? make_room(block->size) : NULL;
}

void block_close(struct block *block)
{
    free(block->clear);
    free(block->wire);
}

/* ---- towards the peer ------------------------------------------------------------------------- */

/* Writes what the peer takes now; -1 where there is no peer any more. */
static ssize_t write_some(int fd, const void *data, size_t size)
{
    ssize_t written;
    do
        written = write(fd, data, size);
    while (written < 0 && errno == EINTR);
    return written < 0 && errno == EAGAIN ? 0 : written;
}

/* Octets as they go over the wire.  0, or -1 where nobody takes them any more. */
static int send_octets(void *ctx, const void *data, size_t size)
{
    struct connection *connection = ctx;
    ssize_t written = 0;
    if (connection->output.size == 0)
        written = write_some(connection->out, data, size);
    if (written >= 0)
        bytes_add(&connection->output, (const char *)data + written, size - (size_t)written);
    connection->over |= written < 0 || connection->output.failed;
    return connection->over ? -1 : 0;
}

/* The engine's callback. */
static int send_to_peer(void *ctx, ehlo_server *server, const void *data, size_t size)
{
    (void)server;
    struct connection *connection = ctx;
    int status = connection->tls != NULL ? tls_write(connection->tls, data, size)
                                         : send_octets(connection, data, size);
    return status == 0 ? EHLO_DEFAULT : EHLO_FAIL;
}

void connection_callbacks(struct service *service)
{
    service->options.config.callbacks.write = send_to_peer;
}

/* Everything is said and sent.  Who closes a socket with unread octets in it takes the last reply away
 * from the peer, so wait until the peer closes, too; after QUIT there is nothing to come, but that TLS has an
 * end of its own. */
static void say_no_more(struct connection *connection)
{
    int nothing_comes = connection->ended || (connection->session.quit && connection->tls == NULL);
    if (nothing_comes || shutdown(connection->out, SHUT_WR) != 0)
        connection->over = 1;
    connection->lingering = 1;
    bytes_free(&connection->input);
}

/* ---- the engine ------------------------------------------------------------------------------- */

static ehlo_server *engine_of(struct connection *connection)
{
    return session_engine(&connection->session);
}

/* What cannot be used yet is kept. */
static void keep(struct connection *connection, const char *data, size_t size)
{
    connection->input.size = 0;
    bytes_add(&connection->input, data, size);
    bytes_drop_front(&connection->input, 0); /* holds no memory when empty */
    if (connection->input.failed)
        connection_gone(connection);
}

/* Shows the engine these octets for as long as that helps, and keeps what it leaves.  They are those
 * kept before, or stand behind a copy of those. */
static void show(struct connection *connection, const char *data, size_t size)
{
    ehlo_server *engine = engine_of(connection);
    int kept_before = data == connection->input.data;
    int again = 1;
    while (again) {
        size_t used = ehlo_server_feed(engine, data, size);
        if (used > 0)
            data += used;
        size -= used;
        int wants = ehlo_server_wants(engine);
        /* What stands behind STARTTLS in the clear is shown, too: the engine ends the session for it. */
        again = (wants == EHLO_WANTS_FEED && connection->output.size == 0) ||
                (wants == EHLO_WANTS_TLS && size > 0 && used > 0);
    }
    if (kept_before)
        bytes_drop_front(&connection->input, connection->input.size - size);
    else
        keep(connection, data, size);
}

static void shake_hands(struct connection *connection)
{
    struct service *service = connection->session.service;
    connection->tls = connection->input.size == 0 ? tls_open(service->tls, send_octets, connection) : NULL;
    if (connection->tls == NULL) /* no memory, or octets of the time before TLS that nobody took */
        connection_gone(connection);
    connection->stage = STAGE_HANDSHAKE;
}

/* The engine may begin.  Who says something before the greeting is out talks early. */
static void begin(struct connection *connection, const char *early, size_t size)
{
    connection->stage = STAGE_SESSION;
    if (connection->tls != NULL)
        ehlo_server_tls_started(engine_of(connection));
    if (size > 0)
        show(connection, early, size);
    ehlo_server_start(engine_of(connection));
}

/* The session has come to where it can only be closed. */
static void close_session(struct connection *connection, uint64_t now)
{
    connection->active = now;
    if (connection->tls != NULL)
        tls_end(connection->tls);
    if (connection->output.size == 0)
        say_no_more(connection);
}

/* Draws the consequences of whatever happened. */
static void settle(struct connection *connection, uint64_t now)
{
    ehlo_server *engine = engine_of(connection);
    if (connection->stage != STAGE_SESSION) {
        connection->over |= connection->ended;
        return;
    }
    int wants = ehlo_server_wants(engine);
    if (connection->output.size == 0 &&
        (wants == EHLO_WANTS_FEED || (wants == EHLO_WANTS_TLS && connection->input.size > 0)))
        show(connection, connection->input.data, connection->input.size);
    if (connection->output.size > 0 || connection->over || connection->lingering)
        return;
    if (ehlo_server_wants(engine) == EHLO_WANTS_INPUT && connection->ended)
        ehlo_server_disconnected(engine); /* which leaves the session to be closed, as below */
    switch (ehlo_server_wants(engine)) {
    case EHLO_WANTS_TURN:
        complain("session %llu: TURN or ATRN: no mail to send back here, closing",
                 (unsigned long long)connection->session.number);
        close_session(connection, now);
        break;
    case EHLO_WANTS_CLOSE: close_session(connection, now); break;
    case EHLO_WANTS_TLS:
        shake_hands(connection);
        connection->over |= connection->ended;
        break;
    default: break;
    }
}

struct connection *connection_open(struct service *service, int in, int out, uint64_t now)
{
    struct connection *connection = calloc(1, sizeof *connection);
    if (connection == NULL)
        return NULL;
    connection->in = in;
    connection->out = out;
    connection->active = now;
    connection->watch.owner = connection->waiter.owner = connection;
    connection->watch.fd = in;
    session_begin(&connection->session, service);
    if (service->options.proxy)
        connection->stage = STAGE_PROXY;
    else if (service->options.smtps)
        shake_hands(connection);
    else
        begin(connection, NULL, 0);
    settle(connection, now);
    return connection;
}

void connection_close(struct connection *connection)
{
    ehlo_server_disconnected(engine_of(connection));
    session_end(&connection->session);
    tls_close(connection->tls);
    bytes_free(&connection->input);
    bytes_free(&connection->output);
    close(connection->in);
    if (connection->out != connection->in)
        close(connection->out);
    free(connection);
}

int connection_pends(struct connection *connection)
{
    return ehlo_server_wants(engine_of(connection)) == EHLO_WANTS_REPLY;
}

/* While the greeting is delayed a peer is listened to, once: it is not its turn to talk. */
static int awaits_greeting(const struct connection *connection)
{
    return connection->session.delay == EHLO_CONNECTED && connection->input.size == 0;
}

int connection_interest(struct connection *connection)
{
    if (connection->output.size > 0)
        return WATCH_WRITE;
    if (connection->ended || (connection_pends(connection) && !awaits_greeting(connection)))
        return 0;
    return WATCH_READ;
}

/* ---- what happens ----------------------------------------------------------------------------- */

/* TLS broke, before or after the handshake was done: what it still has to say about that is sent. */
static void give_up_tls(struct connection *connection)
{
    if (connection->session.service->options.verbose)
        complain("session %llu: TLS: %s", (unsigned long long)connection->session.number,
                 tls_problem(connection->tls));
    connection->stage = STAGE_SESSION;
    ehlo_server_disconnected(engine_of(connection));
}

/* Octets for TLS, in block->wire; `kept` octets of the session stand in block->clear already. */
static void decrypt(struct connection *connection, struct block *block, size_t kept, size_t got, uint64_t now)
{
    struct tls *tls = connection->tls;
    char *clear = block->clear + kept;
    size_t size = tls_take(tls, block->wire, got, clear, block->size - kept);
    if (tls_state(tls) == TLS_BROKEN) {
        give_up_tls(connection);
        return;
    }
    connection->ended |= tls_state(tls) == TLS_ENDED;
    if (tls_state(tls) == TLS_SHAKING)
        return;
    if (connection->stage == STAGE_SESSION) {
        show(connection, block->clear, kept + size);
        return;
    }
    connection->active = now;
    if (connection->session.service->options.smtps) {
        begin(connection, clear, size);
        return;
    }
    connection->stage = STAGE_SESSION;
    ehlo_server_tls_started(engine_of(connection));
    show(connection, clear, size);
}

/* A proxy's header, and perhaps what follows it, in block->clear.  Anything else gets no word. */
static void take_header(struct connection *connection, struct block *block, size_t size, uint64_t now)
{
    struct proxied *proxied = malloc(sizeof *proxied);
    int taken = proxied != NULL ? proxied_read(proxied, block->clear, size) : EHLO_INVALID;
    if (taken == 0 && size < PROXY_HEADER_MOST) {
        free(proxied);
        keep(connection, block->clear, size);
        return;
    }
    connection->session.proxied = proxied;
    if (taken <= 0) {
        connection_gone(connection);
        return;
    }
    size_t rest = size - (size_t)taken;
    bytes_free(&connection->input);
    connection->active = now;
    if (!connection->session.service->options.smtps) {
        begin(connection, block->clear + taken, rest);
        return;
    }
    shake_hands(connection);
    if (rest > 0 && !connection->over) {
        memcpy(block->wire, block->clear + taken, rest);
        decrypt(connection, block, 0, rest, now);
    }
}

void connection_readable(struct connection *connection, struct block *block, uint64_t now)
{
    size_t kept = connection->input.size;
    if (kept > 0)
        memcpy(block->clear, connection->input.data, kept);
    ssize_t got =
        read(connection->in, connection->tls != NULL ? block->wire : block->clear + kept, READ_SIZE);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (connection->lingering) {
        connection->over = got <= 0;
        return;
    }
    if (connection->stage == STAGE_SESSION)
        connection->active = now;
    if (got < 0)
        connection_gone(connection);
    else if (got == 0)
        connection->ended = 1;
    else if (connection->stage == STAGE_PROXY)
        take_header(connection, block, kept + (size_t)got, now);
    else if (connection->tls != NULL)
        decrypt(connection, block, kept, (size_t)got, now);
    else
        show(connection, block->clear, kept + (size_t)got);
    settle(connection, now);
}

void connection_writable(struct connection *connection, uint64_t now)
{
    ssize_t written = write_some(connection->out, connection->output.data, connection->output.size);
    if (written < 0) {
        connection_gone(connection);
        return;
    }
    if (written > 0)
        connection->active = now;
    bytes_drop_front(&connection->output, (size_t)written);
    settle(connection, now);
}

void connection_gone(struct connection *connection)
{
    ehlo_server_disconnected(engine_of(connection));
    connection->over = 1;
}

void connection_answer(struct connection *connection, uint64_t now)
{
    connection->active = now;
    session_answer(&connection->session);
    settle(connection, now);
}

void connection_check(struct connection *connection, uint64_t now)
{
    ehlo_server *engine = engine_of(connection);
    uint64_t silent = (now - connection->active) / 1000;
    uint32_t limit = ehlo_server_timeout(engine);
    if (connection->lingering) {
        connection->over |= silent >= LINGER_SECONDS;
    } else if (connection->stage != STAGE_SESSION || connection->output.size > 0) {
        /* Nothing can be said before the session, nor to who does not even take what it asked for. */
        limit = connection->session.service->options.config.command_timeout;
        if (connection->stage == STAGE_PROXY)
            limit = PROXY_SECONDS;
        if (limit > 0 && silent >= limit)
            connection_gone(connection);
    } else if (limit > 0 && silent >= limit) {
        ehlo_server_timed_out(engine);
        settle(connection, now);
    }
}

void connection_shutdown(struct connection *connection, uint64_t now)
{
    if (connection->stage != STAGE_SESSION)
        connection_gone(connection);
    ehlo_server_shutdown(engine_of(connection));
    settle(connection, now);
}
