/* parameter.c - the table of the parameters of MAIL and RCPT: RFC 5321 section 4.1.1.11. */
#include "parameter.h"

#include "../text/ascii.h"

static const ehlo__parameter_row rows[] = {
    {0, 0, 0}, /* no parameter has the number 0 */
#define X(name, command, keyword, extension, value, source) \
    [EHLO_PARAMETER_##name] = {EHLO_EXTENSION_##extension, EHLO_##command, EHLO__TAKES_##value},
    EHLO_PARAMETERS(X)
#undef X
};

static const char keywords[][16] = {
    "",
#define X(name, command, keyword, extension, value, source) [EHLO_PARAMETER_##name] = keyword,
    EHLO_PARAMETERS(X)
#undef X
};

static const uint32_t body_extensions[] = {
    0,
#define X(name, extension, word) [EHLO_BODY_##name] = EHLO_EXTENSION_##extension,
    EHLO_BODIES(X)
#undef X
};

static const char bodies[][16] = {
    "",
#define X(name, extension, word) [EHLO_BODY_##name] = word,
    EHLO_BODIES(X)
#undef X
};

int ehlo__parameter_find(int command, const void *keyword, size_t size)
{
    enum { COUNT = sizeof rows / sizeof rows[0] };

    for (int id = 1; id < COUNT; id++)
        if (rows[id].command == command && ehlo__same_word(keyword, size, keywords[id], ehlo__text_size(keywords[id])))
            return id;
    return 0;
}

const ehlo__parameter_row *ehlo__parameter(int id)
{
    return &rows[id];
}

int ehlo__body_find(const void *word, size_t size)
{
    enum { COUNT = sizeof bodies / sizeof bodies[0] };

    for (int body = 1; body < COUNT; body++)
        if (ehlo__same_word(word, size, bodies[body], ehlo__text_size(bodies[body])))
            return body;
    return 0;
}

uint32_t ehlo__body_extension(int body)
{
    return body_extensions[body];
}
