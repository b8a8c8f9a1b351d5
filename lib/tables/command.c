/* command.c - the table of commands, and how a verb is found in it: RFC 5321 sections 2.4 and 4.1.1.
 *
 * A verb of up to eight letters is folded and packed into one 64-bit word, so that finding it is a
 * comparison of numbers.  Clearing the bit that tells the cases of a letter makes a letter only of a
 * letter, so nothing else can pass for a verb.
 */
#include "command.h"

#include "../text/ascii.h"

#define EHLO_EXTENSION_NONE 0

static const ehlo__command_row rows[EHLO__COMMAND_COUNT] = {
#define X(name, argument, extension, place, idle, code) \
    [EHLO_##name] = {EHLO_EXTENSION_##extension, code, EHLO__ARGUMENT_##argument, EHLO__PLACE_##place, idle},
    EHLO_COMMANDS(X)
#undef X
};

static const char names[EHLO__COMMAND_COUNT][16] = {
    [EHLO_ANY_COMMAND] = "ANY",
#define X(name, argument, extension, place, idle, code) [EHLO_##name] = #name,
    EHLO_COMMANDS(X)
#undef X
};

const ehlo__command_row *ehlo__command(int command)
{
    return &rows[command];
}

const char *ehlo_command_name(int command)
{
    return command >= 0 && command < EHLO__COMMAND_COUNT ? names[command] : NULL;
}

int ehlo_command_number(const void *name, size_t size)
{
    for (int command = 1; command < EHLO__COMMAND_COUNT; command++)
        if (ehlo__same_word(name, size, names[command], ehlo__text_size(names[command])))
            return command;
    return EHLO_ANY_COMMAND;
}

enum { LONGEST_VERB = 8 };

/* The octet `i` of a word that is known when the library is built, as it is packed. */
#define PACKED(word, i) (sizeof(word) > (i) + 1 ? (uint64_t)(word)[(i) % sizeof(word)] << 8 * (i) : 0)
#define PACK(word)                                                                                      \
    (PACKED(word, 0) | PACKED(word, 1) | PACKED(word, 2) | PACKED(word, 3) | PACKED(word, 4) |          \
     PACKED(word, 5) | PACKED(word, 6) | PACKED(word, 7))

/* The same of octets from the wire, folded; 0: too long or empty, and so no verb. */
static uint64_t pack(const void *verb, size_t size)
{
    const unsigned char *octets = verb;
    uint64_t packed = 0;

    if (size > LONGEST_VERB)
        return 0;
    for (size_t i = 0; i < size; i++)
        packed |= (uint64_t)(octets[i] & 0xdf) << 8 * i;
    return packed;
}

int ehlo__verb_find(const void *verb, size_t size)
{
    uint64_t packed = pack(verb, size);

    if (size < 4) /* no verb is shorter; and a NUL must not pass for the end of one */
        return 0;
#define X(name, argument, extension, place, idle, code)                                      \
    if (EHLO__ARGUMENT_##argument != EHLO__ARGUMENT_MOMENT && packed == PACK(#name) && size == sizeof #name - 1) \
        return EHLO_##name;
    EHLO_COMMANDS(X)
#undef X
    return 0;
}

int ehlo__verb_is_foreign(const void *verb, size_t size)
{
    uint64_t packed = pack(verb, size);

#define X(name)                                               \
    if (packed == PACK(#name) && size == sizeof #name - 1) \
        return 1;
    EHLO_FOREIGN_VERBS(X)
#undef X
    return 0;
}
