/* delays.c - see delays.h. */
#include "delays.h"

#include "support.h"

#include <ehlo/ehlo.h>

#include <stddef.h>
#include <string.h>

enum { HOUR = 3600 * 1000 };

/* "200ms" or "2s" in milliseconds; 0 where it is neither, or nothing, or more than an hour. */
static uint32_t read_time(const char *text)
{
    uint32_t number = 0;
    for (; *text >= '0' && *text <= '9'; text++) {
        number = number * 10 + (uint32_t)(*text - '0');
        if (number > HOUR)
            return 0;
    }
    if (strcmp(text, "s") == 0 && number <= HOUR / 1000)
        return number * 1000;
    return strcmp(text, "ms") == 0 ? number : 0;
}

void delays_add(struct delays *delays, const char *given)
{
    size_t verb = strcspn(given, "=");
    int slot = ehlo_command_number(given, verb);
    if (slot == EHLO_ANY_COMMAND && !(verb == strlen("CONTENT") && memcmp(given, "CONTENT", verb) == 0))
        fail("--delay '%s': no such command: %.*s (CONNECTED, DATA_RECEIVED and CONTENT will do, too)", given,
             (int)verb, given);
    uint32_t milliseconds = given[verb] == '=' ? read_time(given + verb + 1) : 0;
    if (milliseconds == 0)
        fail("--delay '%s': write COMMAND=200ms or COMMAND=2s, up to an hour", given);
    if (slot < DELAY_SLOTS)
        delays->milliseconds[slot] = milliseconds;
}

void queues_add(struct queues *queues, struct waiter *waiter, int slot, uint64_t due)
{
    waiter->slot = slot;
    waiter->due = due;
    waiter->next = NULL;
    waiter->previous = queues->last[slot];
    if (waiter->previous != NULL)
        waiter->previous->next = waiter;
    else
        queues->first[slot] = waiter;
    queues->last[slot] = waiter;
}

void queues_remove(struct queues *queues, struct waiter *waiter)
{
    if (waiter->due == 0)
        return;
    *(waiter->next != NULL ? &waiter->next->previous : &queues->last[waiter->slot]) = waiter->previous;
    *(waiter->previous != NULL ? &waiter->previous->next : &queues->first[waiter->slot]) = waiter->next;
    waiter->due = 0;
}

struct waiter *queues_next(const struct queues *queues)
{
    struct waiter *next = NULL;
    for (int slot = 0; slot < DELAY_SLOTS; slot++) {
        struct waiter *first = queues->first[slot];
        if (first != NULL && (next == NULL || first->due < next->due))
            next = first;
    }
    return next;
}
