/* epoll.c - see poller.h: on Linux. */
#if defined(__linux__) && !defined(EHLO_USE_POLL)
#define _GNU_SOURCE
#include "poller.h"

#include "support.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { BATCH = 256 };

struct poller {
    int fd;
    int count, next; /* in the batch */
    struct epoll_event batch[BATCH];
};

struct poller *poller_open(void)
{
    struct poller *poller = calloc(1, sizeof *poller);
    if (poller == NULL || (poller->fd = epoll_create1(EPOLL_CLOEXEC)) < 0)
        fail("cannot wait for connections: %s", strerror(errno));
    return poller;
}

void poller_close(struct poller *poller)
{
    close(poller->fd);
    free(poller);
}

static int control(struct poller *poller, int operation, struct watch *watch, int wanted)
{
    struct epoll_event event = {.data.ptr = watch};
    event.events =
        ((wanted & WATCH_READ) ? (uint32_t)EPOLLIN : 0) | ((wanted & WATCH_WRITE) ? (uint32_t)EPOLLOUT : 0);
    watch->wanted = wanted;
    return epoll_ctl(poller->fd, operation, watch->fd, &event);
}

int poller_add(struct poller *poller, struct watch *watch, int wanted)
{
    return control(poller, EPOLL_CTL_ADD, watch, wanted);
}

int poller_change(struct poller *poller, struct watch *watch, int wanted)
{
    return watch->wanted == wanted ? 0 : control(poller, EPOLL_CTL_MOD, watch, wanted);
}

void poller_remove(struct poller *poller, struct watch *watch)
{
    (void)poller, (void)watch; /* closing the descriptor does it, and saves a system call */
}

void poller_wait(struct poller *poller, int milliseconds)
{
    poller->next = 0;
    poller->count = epoll_wait(poller->fd, poller->batch, BATCH, milliseconds);
}

struct watch *poller_next(struct poller *poller, int *happened)
{
    if (poller->next >= poller->count)
        return NULL;
    const struct epoll_event *event = &poller->batch[poller->next++];
    *happened = ((event->events & EPOLLIN) ? WATCH_READ : 0) |
                ((event->events & EPOLLOUT) ? WATCH_WRITE : 0) |
                ((event->events & (EPOLLHUP | EPOLLERR)) ? WATCH_GONE : 0);
    return event->data.ptr;
}

#else
typedef int epoll_is_not_used_here; /* a file must not be empty */
#endif
