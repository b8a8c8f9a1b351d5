/* parameter.c - the parameters of MAIL and RCPT, and the values of BODY: RFC 5321 section 4.1.2, RFC 6152
 * section 2.
 */
#include "parameter.h"

#include <ehlo/params.h>

#include "../text/ascii.h"
#include "row.h"

enum { COUNT = 1 EHLO_PARAMETERS(EHLO__ONE), BODY_COUNT = 1 EHLO_BODIES(EHLO__ONE) };

#define ROW(name, command_name, keyword, needs, value, source)                                               \
    [EHLO_PARAMETER_##name] = {                                                                              \
        .extension = EHLO_EXTENSION_##needs, .command = EHLO_##command_name, .takes = EHLO__TAKES_##value},
static const ehlo__parameter_row rows[] = {EHLO_PARAMETERS(ROW)};

#define KEYWORD(name, command, keyword, extension, value, source) [EHLO_PARAMETER_##name] = keyword,
static const char keywords[][sizeof "SMTPUTF8"] = {EHLO_PARAMETERS(KEYWORD)};

#define BODY_WORD(name, extension, word) [EHLO_BODY_##name] = word,
static const char body_words[][sizeof "8BITMIME"] = {EHLO_BODIES(BODY_WORD)};

#define BODY_NEEDS(name, extension, word) [EHLO_BODY_##name] = EHLO_EXTENSION_##extension,
static const uint32_t body_needs[] = {EHLO_BODIES(BODY_NEEDS)};

#define FITS(name, command, keyword, extension, value, source) &&sizeof keyword <= sizeof keywords[0]
#define BODY_FITS(name, extension, word)                       &&sizeof word <= sizeof body_words[0]
_Static_assert(1 EHLO_PARAMETERS(FITS) EHLO_BODIES(BODY_FITS), "a word is wider than its column");
_Static_assert(sizeof rows / sizeof rows[0] == COUNT &&
                   sizeof body_needs / sizeof body_needs[0] == BODY_COUNT,
               "a number is missing or given twice");

int ehlo__parameter_find(int command, const void *keyword, size_t size)
{
    for (int id = 1; id < COUNT; id++)
        if (rows[id].command == command &&
            ehlo__same_word(keyword, size, keywords[id], ehlo__text_size(keywords[id])))
            return id;
    return 0;
}

const ehlo__parameter_row *ehlo__parameter(int id)
{
    return &rows[id];
}

int ehlo__body_find(const void *word, size_t size)
{
    for (int body = 1; body < BODY_COUNT; body++)
        if (ehlo__same_word(word, size, body_words[body], ehlo__text_size(body_words[body])))
            return body;
    return 0;
}

uint32_t ehlo__body_extension(int body)
{
    return body_needs[body];
}
