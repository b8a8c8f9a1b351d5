/* stdio.c - the same connection on standard input and output, as inetd wants it: read, serve, wait.
 * Nothing is made non-blocking: the descriptors may be shared with other programs. */
#include "connection.h"
#include "run.h"
#include "stop.h"

#include <poll.h>
#include <unistd.h>

enum { CHECK_MILLISECONDS = 1000, GRACE_MILLISECONDS = 5000 };

/* Until the connection can go on, or it is time to stop or to look at the clock again. */
static void wait(struct pollfd *ready, struct pollfd *stop, struct connection *connection, uint64_t now)
{
    int interest = connection_interest(connection);
    uint64_t milliseconds = CHECK_MILLISECONDS, due = connection->waiter.due;
    if (due != 0 && due < now + milliseconds)
        milliseconds = due > now ? due - now : 0;
    struct pollfd both[2] = {{.fd = -1}, *stop};
    if (interest == WATCH_READ)
        both[0] = (struct pollfd){.fd = connection->in, .events = POLLIN};
    else if (interest == WATCH_WRITE)
        both[0] = (struct pollfd){.fd = connection->out, .events = POLLOUT};
    if (poll(both, 2, (int)milliseconds) < 0)
        both[0].revents = both[1].revents = 0;
    *ready = both[0];
    *stop = both[1];
}

static void serve(struct connection *connection, struct block *block, const struct pollfd *ready,
                  uint64_t now)
{
    if (ready->revents != 0 && ready->events == POLLOUT)
        connection_writable(connection, now);
    else if (ready->revents != 0)
        connection_readable(connection, block, now);
    if (connection->waiter.due != 0 && connection->waiter.due <= now) {
        connection->waiter.due = 0;
        connection_answer(connection, now);
    }
    connection_check(connection, now);
    if (connection_pends(connection) && connection->waiter.due == 0)
        connection->waiter.due = now + session_delay(&connection->session);
}

void run_stdio(struct service *service)
{
    struct block block;
    block_open(&block, service);
    struct pollfd ready = {.fd = -1}, stop = {.fd = stop_descriptor(), .events = POLLIN};
    uint64_t now = clock_milliseconds(), give_up = UINT64_MAX;
    struct connection *connection = connection_open(service, STDIN_FILENO, STDOUT_FILENO, now);
    if (connection == NULL)
        fail("out of memory");
    while (serve(connection, &block, &ready, now), !connection->over && now < give_up) {
        wait(&ready, &stop, connection, now);
        now = clock_milliseconds();
        if (stop.revents != 0) {
            stop.fd = -1;
            give_up = now + GRACE_MILLISECONDS;
            connection_shutdown(connection, now);
        }
    }
    connection_close(connection);
    block_close(&block);
}
