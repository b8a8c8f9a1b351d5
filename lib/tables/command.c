/* command.c - the commands: their rows, their names, and the way from a verb to its number.
 *
 * Verbs are compared as numbers: at most eight octets, folded to capitals and packed.  Folding clears
 * one bit, so only a letter's two cases fold to a capital; but SP and NUL fold to nothing at all, so
 * the size is compared as well.
 */
#include "command.h"

#include "../text/ascii.h"

#define ROW(name, argument_kind, needs, service_set, hello_kind, demand, place_kind, is_idle, code)          \
    [EHLO_##name] = {.extension = EHLO_EXTENSION_##needs,                                                    \
                     .default_code = code,                                                                   \
                     .argument = EHLO__ARGUMENT_##argument_kind,                                             \
                     .services = EHLO__SERVICES_##service_set,                                               \
                     .hello = EHLO__HELLO_##hello_kind,                                                      \
                     .before = EHLO__BEFORE_##demand,                                                        \
                     .place = EHLO__PLACE_##place_kind,                                                      \
                     .idle = is_idle},
const ehlo__command_row ehlo__command_rows[EHLO__COMMAND_COUNT + 1] = {
    EHLO_COMMANDS(ROW)[EHLO__COMMAND_COUNT] = {.argument = EHLO__ARGUMENT_IGNORED,
                                               .services = EHLO__SERVICES_ALL,
                                               .place = EHLO__PLACE_LAST,
                                               .idle = 1}};

#define NAME(name, argument, extension, services, hello, before, place, idle, code) [EHLO_##name] = #name,
static const char names[][sizeof "DATA_RECEIVED"] = {[EHLO_ANY_COMMAND] = "ANY", EHLO_COMMANDS(NAME)};

_Static_assert(sizeof names / sizeof names[0] == EHLO__COMMAND_COUNT, "a number is missing or given twice");

int ehlo__is_hello(int command)
{
    return ehlo__command(command)->argument == EHLO__ARGUMENT_HELLO;
}

int ehlo__is_extended_hello(int command)
{
    return command == EHLO_EHLO || command == EHLO_LHLO;
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

enum { LONGEST_VERB = 8, TO_CAPITAL = 0xdf };

static uint64_t packed(const void *verb, size_t size)
{
    const unsigned char *octets = verb;
    uint64_t number = 0;

    for (size_t i = 0; i < size; i++)
        number = number << 8 | (octets[i] & TO_CAPITAL);
    return number;
}

/* The same of a word in the source, made by the compiler. */
#define OCTET(word, i)                                                                                       \
    ((i) < sizeof(word) - 1 ? (uint64_t)(word "-------")[i] << 8 * (sizeof(word) - 2 - (i)) % 64 : 0)
#define PACKED(word)                                                                                         \
    (OCTET(word, 0) | OCTET(word, 1) | OCTET(word, 2) | OCTET(word, 3) | OCTET(word, 4) | OCTET(word, 5) |   \
     OCTET(word, 6) | OCTET(word, 7))

#define VERB(name, argument, extension, services, hello, before, place, idle, code)                          \
    [EHLO_##name] = EHLO__ARGUMENT_##argument == EHLO__ARGUMENT_MOMENT ? 0 : PACKED(#name),
static const uint64_t verbs[EHLO__COMMAND_COUNT] = {EHLO_COMMANDS(VERB)};

int ehlo__verb_find(const void *verb, size_t size)
{
    uint64_t number = size <= LONGEST_VERB ? packed(verb, size) : 0;

    for (int command = 1; number && command < EHLO__COMMAND_COUNT; command++)
        if (verbs[command] == number && ehlo__text_size(names[command]) == size)
            return command;
    return 0;
}

int ehlo__verb_is_foreign(const void *verb, size_t size)
{
    uint64_t number = size <= LONGEST_VERB ? packed(verb, size) : 0;

#define FIND(name)                                                                                           \
    if (number == PACKED(#name) && size == sizeof #name - 1)                                                 \
        return 1;
    EHLO_FOREIGN_VERBS(FIND)
#undef FIND
    return 0;
}
