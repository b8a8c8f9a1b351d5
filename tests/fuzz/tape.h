/* tape.h - octets that are written down, to be compared or looked at when a session is over. */
#ifndef FUZZ_TAPE_H
#define FUZZ_TAPE_H

#include <ehlo/base.h>

#include <stddef.h>

struct tape {
    unsigned char *data;
    size_t size, room;
};

void tape_add(struct tape *tape, const void *data, size_t size);
void tape_print(struct tape *tape, const char *format, ...) __attribute__((format(printf, 2, 3)));
void tape_text(struct tape *tape, const char *name, ehlo_text text);
void tape_show(const char *what, const struct tape *tape); /* on stderr */
int tape_same(const struct tape *one, const struct tape *other);

#endif
