/* words.h - finding words in content that comes in pieces (Knuth, Morris and Pratt): what is
 * remembered between two pieces is one number, how many octets of the words the last ones match. */
#ifndef WORDS_H
#define WORDS_H

#include <stddef.h>

struct words {
    const char *text; /* not empty */
    size_t size;
    size_t *border; /* for each beginning of the words: its longest proper beginning that also ends it */
};

/* 0, or -1 where memory ran out.  `text` must outlive `words`. */
int words_prepare(struct words *words, const char *text, size_t size);
void words_free(struct words *words);

/* 1 as soon as the words have been seen, else 0.  `*matched` is 0 before the first piece. */
int words_seen(const struct words *words, size_t *matched, const char *data, size_t size);

#endif
