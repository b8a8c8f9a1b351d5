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

void block_open(struct block *block, const struct service *service)
{
    block->size = ehlo_server_line_limit(&service->options.config) + READ_SIZE;
    block->data = malloc(block->size);
    if (block->data == NULL)
        fail("out of memory");
}

void block_close(struct block *block)
{
    free(block->data);
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

/* The engine's callback. */
static int send_to_peer(void *ctx, ehlo_server *server, const void *data, size_t size)
{
    (void)server;
    struct connection *connection = ctx;
    ssize_t written = 0;
    if (connection->output.size == 0)
        written = write_some(connection->out, data, size);
    if (written >= 0)
        bytes_add(&connection->output, (const char *)data + written, size - (size_t)written);
    connection->over = written < 0 || connection->output.failed;
    return connection->over ? EHLO_FAIL : EHLO_DEFAULT;
}

void connection_callbacks(struct service *service)
{
    service->options.config.callbacks.write = send_to_peer;
}

/* Everything is said and sent.  Who closes a socket with unread octets in it takes the last reply away
 * from the peer, so wait until the peer closes, too; after QUIT there is nothing to come. */
static void say_no_more(struct connection *connection)
{
    if (connection->session.quit || connection->ended || shutdown(connection->out, SHUT_WR) != 0)
        connection->over = 1;
    connection->lingering = 1;
    bytes_free(&connection->input);
}

/* ---- the engine ------------------------------------------------------------------------------- */

/* Shows the engine these octets for as long as that helps, and keeps what it leaves.  They are those
 * kept before, or stand behind a copy of those. */
static void show(struct connection *connection, const char *data, size_t size)
{
    ehlo_server *engine = session_engine(&connection->session);
    int kept_before = data == connection->input.data;
    do {
        size_t used = ehlo_server_feed(engine, data, size);
        if (used > 0)
            data += used;
        size -= used;
    } while (ehlo_server_wants(engine) == EHLO_WANTS_FEED && connection->output.size == 0);

    if (kept_before) {
        bytes_drop_front(&connection->input, connection->input.size - size);
        return;
    }
    connection->input.size = 0;
    bytes_add(&connection->input, data, size);
    bytes_drop_front(&connection->input, 0); /* holds no memory when empty */
    if (connection->input.failed)
        connection_gone(connection);
}

/* Draws the consequences of whatever happened. */
static void settle(struct connection *connection, uint64_t now)
{
    ehlo_server *engine = session_engine(&connection->session);
    if (connection->output.size == 0 && ehlo_server_wants(engine) == EHLO_WANTS_FEED)
        show(connection, connection->input.data, connection->input.size);
    if (connection->output.size > 0 || connection->over || connection->lingering)
        return;
    if (ehlo_server_wants(engine) == EHLO_WANTS_INPUT && connection->ended)
        connection_gone(connection);
    int wants = ehlo_server_wants(engine);
    if (wants == EHLO_WANTS_TURN)
        complain("session %llu: TURN: no mail to send back here, closing",
                 (unsigned long long)connection->session.number);
    if (wants == EHLO_WANTS_CLOSE || wants == EHLO_WANTS_TURN) {
        connection->active = now;
        say_no_more(connection);
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
    session_start(&connection->session, service);
    settle(connection, now);
    return connection;
}

void connection_close(struct connection *connection)
{
    ehlo_server_disconnected(session_engine(&connection->session));
    session_end(&connection->session);
    bytes_free(&connection->input);
    bytes_free(&connection->output);
    close(connection->in);
    if (connection->out != connection->in)
        close(connection->out);
    free(connection);
}

int connection_pends(struct connection *connection)
{
    return ehlo_server_wants(session_engine(&connection->session)) == EHLO_WANTS_REPLY;
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

void connection_readable(struct connection *connection, struct block *block, uint64_t now)
{
    size_t kept = connection->input.size;
    if (kept > 0)
        memcpy(block->data, connection->input.data, kept);
    ssize_t got = read(connection->in, block->data + kept, block->size - kept);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (connection->lingering) {
        connection->over = got <= 0;
        return;
    }
    if (got < 0) {
        connection_gone(connection);
    } else if (got == 0) {
        connection->ended = 1;
    } else {
        connection->active = now;
        show(connection, block->data, kept + (size_t)got);
    }
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
    ehlo_server_disconnected(session_engine(&connection->session));
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
    ehlo_server *engine = session_engine(&connection->session);
    uint64_t silent = (now - connection->active) / 1000;
    uint32_t limit = ehlo_server_timeout(engine);
    if (connection->lingering) {
        connection->over |= silent >= LINGER_SECONDS;
    } else if (connection->output.size > 0) { /* it does not even take what it asked for */
        limit = connection->session.service->options.config.command_timeout;
        if (limit > 0 && silent >= limit)
            connection_gone(connection);
    } else if (limit > 0 && silent >= limit) {
        ehlo_server_timed_out(engine);
        settle(connection, now);
    }
}

void connection_shutdown(struct connection *connection, uint64_t now)
{
    ehlo_server_shutdown(session_engine(&connection->session));
    settle(connection, now);
}
