/* poller.h - waiting for many descriptors at once: epoll.c on Linux, poll.c elsewhere (and on Linux
 * with -DEHLO_USE_POLL). */
#ifndef POLLER_H
#define POLLER_H

#include <stddef.h>

enum {
    WATCH_READ = 1,
    WATCH_WRITE = 2,
    WATCH_GONE = 4 /* comes unasked: the other end is gone, or something broke */
};

/* A descriptor that is watched: part of whatever owns it, and in one place while it is. */
struct watch {
    void *owner;
    int fd;
    int wanted;   /* WATCH_READ and WATCH_WRITE; 0: only to hear that it is gone */
    size_t place; /* the poller's */
};

struct poller;

struct poller *poller_open(void); /* fail()s where it cannot */
void poller_close(struct poller *poller);

/* Both return 0, or -1 with errno.  Nothing is done where `wanted` is what it was. */
int poller_add(struct poller *poller, struct watch *watch, int wanted);
int poller_change(struct poller *poller, struct watch *watch, int wanted);

/* Before its descriptor is closed. */
void poller_remove(struct poller *poller, struct watch *watch);

/* Waits for that many milliseconds at most (-1: for ever) until something happens. */
void poller_wait(struct poller *poller, int milliseconds);

/* The next descriptor at which something has happened, or NULL.  Until NULL comes watches may be
 * added, and of those that are there only the one that was just given may be removed. */
struct watch *poller_next(struct poller *poller, int *happened);

#endif
