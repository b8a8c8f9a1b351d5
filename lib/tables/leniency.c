/* leniency.c - the leniencies: their words, and sets of them. */
#include "leniency.h"

#include <ehlo/server.h>

#include "../text/ascii.h"
#include "leniencies.def"
#include "row.h"

enum { COUNT = 0 EHLO_LENIENCIES(EHLO__ONE) };

#define BIT(name, word, interop, allows, reopens) EHLO_LENIENT_##name,
static const uint8_t bits[] = {EHLO_LENIENCIES(BIT)};

#define WORD(name, word, interop, allows, reopens) word,
static const char words[][sizeof "hello-bare-address"] = {EHLO_LENIENCIES(WORD)};

#define FITS(name, word, interop, allows, reopens) &&sizeof word <= sizeof words[0]
_Static_assert(1 EHLO_LENIENCIES(FITS), "a word is wider than its column");

const char *ehlo_leniency_word(uint32_t leniency)
{
    for (size_t i = 0; i < COUNT; i++)
        if (bits[i] == leniency)
            return words[i];
    return NULL;
}

uint32_t ehlo_leniency_named(const void *word, size_t size)
{
    for (size_t i = 0; i < COUNT; i++)
        if (ehlo__same_word(word, size, words[i], ehlo__text_size(words[i])))
            return bits[i];
    return 0;
}

#define ALL(name, word, interop, allows, reopens) | EHLO_LENIENT_##name
uint32_t ehlo__leniencies_all(void)
{
    return 0 EHLO_LENIENCIES(ALL);
}

#define INTEROP(name, word, interop, allows, reopens) | (interop ? EHLO_LENIENT_##name : 0)
uint32_t ehlo__leniencies_interop(void)
{
    return 0 EHLO_LENIENCIES(INTEROP);
}
