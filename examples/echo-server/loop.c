/* loop.c - many connections in one thread: whoever is ready is served, nobody is waited for.
 *
 * The clock is read once a round.  Silence is looked for once a second, in all connections; a delayed
 * answer has its own place in a queue (delays.h). */
#include "connection.h"
#include "listen.h"
#include "run.h"
#include "stop.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
    CHECK_MILLISECONDS = 1000,
    GRACE_MILLISECONDS = 5000, /* for sessions to come to their end after SIGTERM */
    ACCEPT_AT_ONCE = 64
};

struct loop {
    struct service *service;
    struct poller *poller;
    struct watch listener, stop;
    struct connection *connections;
    struct queues queues;
    struct block block;
    uint64_t now, next_check;
    uint64_t give_up; /* when to leave even so; 0: not stopping */
    int paused;       /* no descriptor was left for the next connection */
};

/* ---- connections ------------------------------------------------------------------------------ */

static void drop(struct loop *loop, struct connection *connection)
{
    if (connection->next != NULL)
        connection->next->previous = connection->previous;
    *(connection->previous != NULL ? &connection->previous->next : &loop->connections) = connection->next;
    queues_remove(&loop->queues, &connection->waiter);
    poller_remove(loop->poller, &connection->watch);
    connection_close(connection);
}

/* After anything happened to a connection: what is it waiting for now?  It may be gone after this. */
static void update(struct loop *loop, struct connection *connection)
{
    int pends = connection_pends(connection);
    if (connection->over ||
        poller_change(loop->poller, &connection->watch, connection_interest(connection)) != 0) {
        drop(loop, connection);
        return;
    }
    if (pends && connection->waiter.due == 0)
        queues_add(&loop->queues, &connection->waiter, connection->session.delay,
                   loop->now + session_delay(&connection->session));
    else if (!pends)
        queues_remove(&loop->queues, &connection->waiter);
}

static void add(struct loop *loop, int fd)
{
    struct connection *connection = connection_open(loop->service, fd, fd, loop->now);
    if (connection == NULL) {
        close(fd);
        return;
    }
    connection->next = loop->connections;
    if (connection->next != NULL)
        connection->next->previous = connection;
    loop->connections = connection;
    connection->over |= poller_add(loop->poller, &connection->watch, connection_interest(connection)) != 0;
    update(loop, connection);
}

static void accept_connections(struct loop *loop)
{
    for (int i = 0; i < ACCEPT_AT_ONCE; i++) {
        int fd = listen_accept(loop->listener.fd);
        if (fd >= 0) {
            add(loop, fd);
            continue;
        }
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            loop->paused = 1; /* let them queue up for a while: somebody may leave */
            poller_change(loop->poller, &loop->listener, 0);
        }
        return;
    }
}

/* ---- the round -------------------------------------------------------------------------------- */

/* SIGTERM: no new connections, 421 to those that are open. */
static void stop(struct loop *loop)
{
    loop->give_up = loop->now + GRACE_MILLISECONDS;
    loop->paused = 0;
    poller_remove(loop->poller, &loop->stop);
    close(loop->stop.fd);
    poller_remove(loop->poller, &loop->listener);
    close(loop->listener.fd);
    for (struct connection *connection = loop->connections, *next; connection != NULL; connection = next) {
        next = connection->next;
        connection_shutdown(connection, loop->now);
        update(loop, connection);
    }
}

static void serve(struct loop *loop, struct connection *connection, int happened)
{
    int wanted = connection->watch.wanted;
    if ((happened & WATCH_GONE) && wanted == 0)
        connection_gone(connection);
    else if (wanted == WATCH_WRITE) /* fails where the peer is gone, as reading does */
        connection_writable(connection, loop->now);
    else
        connection_readable(connection, &loop->block, loop->now);
    update(loop, connection);
}

/* What is due although nobody sent anything. */
static void attend(struct loop *loop)
{
    struct waiter *waiter;
    while ((waiter = queues_next(&loop->queues)) != NULL && waiter->due <= loop->now) {
        struct connection *connection = waiter->owner;
        queues_remove(&loop->queues, waiter);
        connection_answer(connection, loop->now);
        update(loop, connection);
    }
    if (loop->now < loop->next_check)
        return;
    loop->next_check = loop->now + CHECK_MILLISECONDS;
    if (loop->paused) {
        loop->paused = 0;
        poller_change(loop->poller, &loop->listener, WATCH_READ);
    }
    for (struct connection *connection = loop->connections, *next; connection != NULL; connection = next) {
        next = connection->next;
        connection_check(connection, loop->now);
        update(loop, connection);
    }
}

static int milliseconds_to_wait(const struct loop *loop)
{
    if (loop->connections == NULL && !loop->paused)
        return -1;
    const struct waiter *waiter = queues_next(&loop->queues);
    uint64_t due = waiter != NULL && waiter->due < loop->next_check ? waiter->due : loop->next_check;
    return due > loop->now ? (int)(due - loop->now) : 0;
}

static void allow_many_connections(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static void open_loop(struct loop *loop)
{
    const struct options *options = &loop->service->options;
    allow_many_connections();
    block_open(&loop->block, loop->service);
    loop->now = clock_milliseconds();
    loop->poller = poller_open();
    loop->stop.fd = stop_descriptor();
    loop->listener.fd = listen_at(options->listen, options->port);
    if (poller_add(loop->poller, &loop->stop, WATCH_READ) != 0 ||
        poller_add(loop->poller, &loop->listener, WATCH_READ) != 0)
        fail("cannot wait for connections: %s", strerror(errno));
}

static void one_round(struct loop *loop)
{
    struct watch *watch;
    int happened, stops = 0;
    poller_wait(loop->poller, milliseconds_to_wait(loop));
    loop->now = clock_milliseconds();
    while ((watch = poller_next(loop->poller, &happened)) != NULL) {
        if (watch == &loop->stop)
            stops = 1; /* when all that happened is looked at */
        else if (watch == &loop->listener)
            accept_connections(loop);
        else
            serve(loop, watch->owner, happened);
    }
    attend(loop);
    if (stops)
        stop(loop);
}

void run_loop(struct service *service)
{
    struct loop loop = {.service = service};
    open_loop(&loop);
    while (loop.give_up == 0 || (loop.connections != NULL && loop.now < loop.give_up))
        one_round(&loop);
    while (loop.connections != NULL)
        drop(&loop, loop.connections);
    poller_close(loop.poller);
    block_close(&loop.block);
}
