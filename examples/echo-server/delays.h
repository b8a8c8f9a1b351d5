/* delays.h - the option --delay COMMAND=TIME, and the queues of those who wait for such an answer.
 *
 * Each command has one fixed delay, so its answers come due in the order in which they were asked
 * for: a plain queue for each command takes the place of a sorted one, and costs the same however
 * many wait. */
#ifndef DELAYS_H
#define DELAYS_H

#include <stdint.h>

enum {
    DELAY_CONTENT = 0, /* each piece of content; the commands go by their ehlo_command numbers */
    DELAY_SLOTS = 64
};

struct delays {
    uint32_t milliseconds[DELAY_SLOTS]; /* 0: at once */
};

/* COMMAND=200ms or COMMAND=2s; fail()s on anything else. */
void delays_add(struct delays *delays, const char *given);

/* A place in a queue, part of whatever waits. */
struct waiter {
    void *owner;
    struct waiter *next, *previous;
    uint64_t due; /* on the clock of clock_milliseconds(); 0: does not wait */
    int slot;
};

struct queues {
    struct waiter *first[DELAY_SLOTS], *last[DELAY_SLOTS];
};

void queues_add(struct queues *queues, struct waiter *waiter, int slot, uint64_t due);
void queues_remove(struct queues *queues, struct waiter *waiter);

/* The one that comes due next, or NULL. */
struct waiter *queues_next(const struct queues *queues);

#endif
