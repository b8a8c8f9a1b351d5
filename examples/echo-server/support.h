/* support.h - the small things that every file here needs: the way out for people's mistakes, the
 * clock, a growable run of octets, writing all of it. */
#ifndef SUPPORT_H
#define SUPPORT_H

#include <stddef.h>
#include <stdint.h>

/* For what the person at the command line has to put right: one line on standard error, exit 2. */
_Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* One line on standard error, whatever octets are in it. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Milliseconds of a clock that nobody sets. */
uint64_t clock_milliseconds(void);

/* Octets that grow at their end.  All zeros is empty.  Where memory runs out, `failed` is set and
 * stays set, and nothing is added any more: look once, when all is said. */
struct bytes {
    char *data;
    size_t size, room;
    int failed;
};

void bytes_add(struct bytes *bytes, const void *data, size_t size);
void bytes_print(struct bytes *bytes, const char *format, ...) __attribute__((format(printf, 2, 3)));
void bytes_drop_front(struct bytes *bytes, size_t size);
void bytes_free(struct bytes *bytes);

/* Writes all of it, waiting where it must, but not when it is time to stop.  0, or -1 with errno. */
int write_all(int fd, const void *data, size_t size);

#endif
