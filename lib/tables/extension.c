/* extension.c - the table of extensions, and its keywords: RFC 5321 section 2.2. */
#include "extension.h"

#include <ehlo/reply.h>

#include "../text/ascii.h"

#define EHLO_EXTENSION_NONE 0

static const ehlo__extension_row rows[] = {
#define X(name, keyword, value, requires, standing, offered, source) \
    {EHLO_EXTENSION_##name, EHLO_EXTENSION_##requires, EHLO__VALUE_##value, EHLO_PROFILE_##standing},
    EHLO_EXTENSIONS(X)
#undef X
};

static const char keywords[][24] = {
#define X(name, keyword, value, requires, standing, offered, source) keyword,
    EHLO_EXTENSIONS(X)
#undef X
};

static const char sources[][24] = {
#define X(name, keyword, value, requires, standing, offered, source) source,
    EHLO_EXTENSIONS(X)
#undef X
};

const ehlo__extension_row *ehlo__extension(size_t index)
{
    return &rows[index];
}

const char *ehlo__extension_keyword(size_t index)
{
    return keywords[index];
}

const char *ehlo__extension_source(size_t index)
{
    return sources[index];
}

uint32_t ehlo__extensions_all(void)
{
#define X(name, keyword, value, requires, standing, offered, source) | EHLO_EXTENSION_##name
    return 0 EHLO_EXTENSIONS(X);
#undef X
}

uint32_t ehlo__extensions_default(void)
{
#define X(name, keyword, value, requires, standing, offered, source) | (offered ? EHLO_EXTENSION_##name : 0)
    return 0 EHLO_EXTENSIONS(X);
#undef X
}

uint32_t ehlo__extensions_historic(void)
{
#define X(name, keyword, value, requires, standing, offered, source) \
    | (EHLO_PROFILE_##standing == EHLO_PROFILE_HISTORIC ? EHLO_EXTENSION_##name : 0)
    return 0 EHLO_EXTENSIONS(X);
#undef X
}

const char *ehlo_extension_keyword(uint32_t extension)
{
    for (size_t i = 0; i < EHLO__EXTENSION_COUNT; i++)
        if (rows[i].bit == extension)
            return keywords[i];
    return NULL;
}

uint32_t ehlo_extension_named(const void *keyword, size_t size)
{
    for (size_t i = 0; i < EHLO__EXTENSION_COUNT; i++)
        if (ehlo__same_word(keyword, size, keywords[i], ehlo__text_size(keywords[i])))
            return rows[i].bit;
    return 0;
}
