/* leniency.c - the table of leniencies and their words. */
#include "leniency.h"

#include "../text/ascii.h"

static const char words[][24] = {
#define X(name, word, interop, allows, reopens) word,
    EHLO_LENIENCIES(X)
#undef X
};

static const char examples[][48] = {
#define X(name, word, interop, allows, reopens) allows,
    EHLO_LENIENCIES(X)
#undef X
};

static const char attacks[][112] = {
#define X(name, word, interop, allows, reopens) reopens,
    EHLO_LENIENCIES(X)
#undef X
};

/* In the order of the bits, so that the index is the bit's number. */
#define X(name, word, interop, allows, reopens) _Static_assert(EHLO_LENIENT_##name < 1 << EHLO__LENIENCY_COUNT, word);
EHLO_LENIENCIES(X)
#undef X

const char *ehlo__leniency_allows(size_t index)
{
    return examples[index];
}

const char *ehlo__leniency_reopens(size_t index)
{
    return attacks[index];
}

uint32_t ehlo__leniencies_all(void)
{
#define X(name, word, interop, allows, reopens) | EHLO_LENIENT_##name
    return 0 EHLO_LENIENCIES(X);
#undef X
}

uint32_t ehlo__leniencies_interop(void)
{
#define X(name, word, interop, allows, reopens) | (interop ? EHLO_LENIENT_##name : 0)
    return 0 EHLO_LENIENCIES(X);
#undef X
}

const char *ehlo_leniency_word(uint32_t leniency)
{
    for (size_t i = 0; i < EHLO__LENIENCY_COUNT; i++)
        if (leniency == (uint32_t)1 << i)
            return words[i];
    return NULL;
}

uint32_t ehlo_leniency_named(const void *word, size_t size)
{
    for (size_t i = 0; i < EHLO__LENIENCY_COUNT; i++)
        if (ehlo__same_word(word, size, words[i], ehlo__text_size(words[i])))
            return (uint32_t)1 << i;
    return 0;
}
