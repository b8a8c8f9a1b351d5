/* guard.h - input that ends exactly where memory ends.
 *
 * A parser that looks one octet past its input goes unnoticed in an ordinary buffer.  guard() copies the
 * input so that an inaccessible page follows its last octet, and guard_front() so that one precedes its
 * first: a look outside is then a crash, with or without a sanitizer, at any optimisation.
 *
 *     int status = ehlo_domain_parse(&domain, guard("a.example", 9), 9);
 *
 * There are GUARD_SLOTS such places, used in turn: a copy lives until that many further calls.  The
 * octets may be changed through a cast.  For tests: any mistake here aborts.
 */
#ifndef EHLO_TESTS_GUARD_H
#define EHLO_TESTS_GUARD_H

#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS; so this comes before any system header, or with -std=gnu11 */
#endif
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum {
    GUARD_SLOTS = 4,
    GUARD_PAGE = 1 << 16, /* no page is larger where these tests run */
    GUARD_ROOM = 1 << 20  /* the longest input */
};

/* A place of GUARD_ROOM octets between two inaccessible pages. */
static inline char *guard__place(void)
{
    static char *places[GUARD_SLOTS];
    static size_t next;
    char **place = &places[next++ % GUARD_SLOTS];

    if (*place == NULL) {
        char *pages = mmap(NULL, GUARD_ROOM + 2 * GUARD_PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (pages == MAP_FAILED || mprotect(pages + GUARD_PAGE, GUARD_ROOM, PROT_READ | PROT_WRITE) != 0)
            abort();
        *place = pages + GUARD_PAGE;
    }
    return *place;
}

static inline const char *guard__copy(char *to, const void *data, size_t size)
{
    if (size > 0)
        memcpy(to, data, size);
    return to;
}

/* A copy of `size` octets, at most GUARD_ROOM, that an inaccessible page follows.  With a `size` of 0 not
 * even the first octet may be looked at. */
static inline const char *guard(const void *data, size_t size)
{
    if (size > GUARD_ROOM)
        abort();
    return guard__copy(guard__place() + (GUARD_ROOM - size), data, size);
}

/* The same with the inaccessible page in front. */
static inline const char *guard_front(const void *data, size_t size)
{
    if (size > GUARD_ROOM)
        abort();
    return guard__copy(guard__place(), data, size);
}

#endif
