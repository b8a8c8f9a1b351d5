/* poll.c - see poller.h: on any POSIX system.  The watches stand in the same order as the pollfds. */
#if !defined(__linux__) || defined(EHLO_USE_POLL)
#include "poller.h"

#include "support.h"

#include <poll.h>
#include <stdlib.h>

struct poller {
    struct pollfd *polled;
    struct watch **watch;
    size_t count, room;
    size_t left; /* of them to look at, since the last wait */
};

struct poller *poller_open(void)
{
    struct poller *poller = calloc(1, sizeof *poller);
    if (poller == NULL)
        fail("out of memory");
    return poller;
}

void poller_close(struct poller *poller)
{
    free(poller->polled);
    free(poller->watch);
    free(poller);
}

static int grow(struct poller *poller)
{
    size_t room = poller->room * 2 + 16;
    struct pollfd *polled = realloc(poller->polled, room * sizeof *polled);
    if (polled != NULL)
        poller->polled = polled;
    struct watch **watch = realloc(poller->watch, room * sizeof *watch);
    if (watch != NULL)
        poller->watch = watch;
    if (polled == NULL || watch == NULL)
        return -1;
    poller->room = room;
    return 0;
}

int poller_change(struct poller *poller, struct watch *watch, int wanted)
{
    short events = (short)(((wanted & WATCH_READ) ? POLLIN : 0) | ((wanted & WATCH_WRITE) ? POLLOUT : 0));
    poller->polled[watch->place].events = events;
    watch->wanted = wanted;
    return 0;
}

int poller_add(struct poller *poller, struct watch *watch, int wanted)
{
    if (poller->count == poller->room && grow(poller) != 0)
        return -1;
    watch->place = poller->count++;
    poller->watch[watch->place] = watch;
    poller->polled[watch->place] = (struct pollfd){.fd = watch->fd};
    return poller_change(poller, watch, wanted);
}

void poller_remove(struct poller *poller, struct watch *watch)
{
    size_t last = --poller->count;
    poller->polled[watch->place] = poller->polled[last];
    poller->watch[watch->place] = poller->watch[last];
    poller->watch[watch->place]->place = watch->place;
}

void poller_wait(struct poller *poller, int milliseconds)
{
    int count = poll(poller->polled, (nfds_t)poller->count, milliseconds);
    poller->left = count > 0 ? poller->count : 0;
}

/* From the end: what takes the place of one that was removed has been given already. */
struct watch *poller_next(struct poller *poller, int *happened)
{
    while (poller->left > 0) {
        size_t i = --poller->left;
        short events = poller->polled[i].revents;
        *happened = ((events & POLLIN) ? WATCH_READ : 0) | ((events & POLLOUT) ? WATCH_WRITE : 0) |
                    ((events & (POLLHUP | POLLERR | POLLNVAL)) ? WATCH_GONE : 0);
        if (*happened != 0)
            return poller->watch[i];
    }
    return NULL;
}

#else
typedef int poll_is_not_used_here; /* a file must not be empty */
#endif
