/* parameter.c - the parameters of MAIL and RCPT, the attributes of XCLIENT and XFORWARD, and the values of
 * BODY: RFC 5321 section 4.1.2, RFC 6152 section 2, RFC 3030 section 3.
 */
#include "parameter.h"

#include <ehlo/codec.h>
#include <ehlo/params.h>

#include "../text/ascii.h"

/* The keywords, one behind the other, each with its NUL. */
#define PLACE(name, command, keyword, extension, value, source) char name[sizeof keyword];
struct keywords {
    EHLO_PARAMETERS(PLACE)
};
#define KEYWORD(name, command, keyword, extension, value, source) keyword,
static const struct keywords keywords = {EHLO_PARAMETERS(KEYWORD)};
_Static_assert(sizeof keywords <= UINT8_MAX, "a row has one octet for the place of its keyword");

#define ROW(name, command_name, word, needs, value, source)                                                  \
    [EHLO_PARAMETER_##name] = {.extension = EHLO_EXTENSION_##needs,                                          \
                               .command = EHLO_##command_name,                                               \
                               .takes = EHLO__TAKES_##value,                                                 \
                               .keyword = offsetof(struct keywords, name)},
static const ehlo__parameter_row rows[] = {EHLO_PARAMETERS(ROW)};

enum {
    BODY_COUNT = 1 EHLO_BODIES(EHLO__ONE),
    PASSES_NONE = 0,
    PASSES_EIGHT_BIT = 1 << EHLO_FOUND_EIGHT_BIT,
    PASSES_EVERYTHING = 0xff
};

#define BODY_WORD(name, extension, word, passes, excludes) [EHLO_BODY_##name] = word,
static const char body_words[][sizeof "BINARYMIME"] = {EHLO_BODIES(BODY_WORD)};

/* The first one is for mail without BODY. */
#define BODY_ROW(name, needs, word, faults, command_name)                                                    \
    [EHLO_BODY_##name] = {                                                                                   \
        .extension = EHLO_EXTENSION_##needs, .passes = PASSES_##faults, .excludes = EHLO_##command_name},
static const struct {
    uint32_t extension;
    uint8_t passes;
    uint8_t excludes;
} bodies[] = {EHLO_BODIES(BODY_ROW)};

#define BODY_FITS(name, extension, word, passes, excludes) &&sizeof word <= sizeof body_words[0]
_Static_assert(1 EHLO_BODIES(BODY_FITS), "a word is wider than its column");
_Static_assert(sizeof rows / sizeof rows[0] == EHLO__PARAMETER_COUNT &&
                   sizeof bodies / sizeof bodies[0] == BODY_COUNT,
               "a number is missing or given twice");
_Static_assert(EHLO__PARAMETER_COUNT <= 32, "those given are a set of 32 bits");

int ehlo__parameter_find(int command, const void *keyword, size_t size)
{
    for (int id = 1; id < EHLO__PARAMETER_COUNT; id++) {
        const char *own = ehlo__parameter_keyword(id);
        if (rows[id].command == command && ehlo__same_word(keyword, size, own, ehlo__text_size(own)))
            return id;
    }
    return 0;
}

const ehlo__parameter_row *ehlo__parameter(int id)
{
    return &rows[id];
}

const char *ehlo__parameter_keyword(int id)
{
    return (const char *)&keywords + rows[id].keyword;
}

int ehlo__parameter_command(int id)
{
    return rows[id].command;
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
    return bodies[body].extension;
}

uint8_t ehlo__body_passes(int body)
{
    return bodies[body].passes;
}

int ehlo__body_excludes(int body)
{
    return bodies[body].excludes;
}
