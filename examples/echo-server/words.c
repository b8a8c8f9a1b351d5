/* words.c - see words.h. */
#include "words.h"

#include <stdlib.h>
#include <string.h>

/* How much of the words is matched once `octet` follows `matched` octets of them. */
static size_t step(const struct words *words, size_t matched, char octet)
{
    while (matched > 0 && words->text[matched] != octet)
        matched = words->border[matched - 1];
    return words->text[matched] == octet ? matched + 1 : 0;
}

int words_prepare(struct words *words, const char *text, size_t size)
{
    words->text = text;
    words->size = size;
    words->border = calloc(size, sizeof *words->border);
    if (words->border == NULL)
        return -1;
    for (size_t i = 1; i < size; i++)
        words->border[i] = step(words, words->border[i - 1], text[i]);
    return 0;
}

void words_free(struct words *words)
{
    free(words->border);
    words->border = NULL;
}

int words_seen(const struct words *words, size_t *matched, const char *data, size_t size)
{
    const char *end = data + size;
    while (data < end) {
        if (*matched == 0) { /* most content is of no interest: go to where the words might begin */
            data = memchr(data, words->text[0], (size_t)(end - data));
            if (data == NULL)
                return 0;
        }
        *matched = step(words, *matched, *data++);
        if (*matched == words->size)
            return 1;
    }
    return 0;
}
