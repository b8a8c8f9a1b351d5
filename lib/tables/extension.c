/* extension.c - the extensions: their rows, their keywords, sets of them (RFC 5321 section 2.2). */
#include "extension.h"

#include <ehlo/reply.h>
#include <ehlo/server.h>

#include "../text/ascii.h"

#define ROW(name, keyword, value_kind, required, service_set, when, standing_name, is_offered, source)       \
    {.bit = EHLO_EXTENSION_##name,                                                                           \
     .requires = EHLO_EXTENSION_##required,                                                                  \
     .value = EHLO__VALUE_##value_kind,                                                                      \
     .services = EHLO__SERVICES_##service_set,                                                               \
     .standing = EHLO_PROFILE_##standing_name,                                                               \
     .offered = is_offered},
static const ehlo__extension_row rows[] = {EHLO_EXTENSIONS(ROW)};

#define KEYWORD(name, keyword, value, requires, services, when, standing, offered, source) keyword,
static const char keywords[][sizeof "ENHANCEDSTATUSCODES"] = {EHLO_EXTENSIONS(KEYWORD)};

/* The column is so wide that each keyword ends in a NUL. */
#define FITS(name, keyword, value, requires, services, when, standing, offered, source)                      \
    &&sizeof keyword <= sizeof keywords[0]
_Static_assert(1 EHLO_EXTENSIONS(FITS), "a keyword is wider than its column");

const ehlo__extension_row *ehlo__extension(size_t index)
{
    return &rows[index];
}

const char *ehlo__extension_keyword(size_t index)
{
    return keywords[index];
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

uint32_t ehlo__extensions_of(int service)
{
    uint32_t set = 0;

    for (size_t i = 0; i < EHLO__EXTENSION_COUNT; i++)
        if (rows[i].services >> service & 1)
            set |= rows[i].bit;
    return set;
}

#define DEFAULT(name, keyword, value, requires, services, when, standing, offered, source)                   \
    | (offered ? EHLO_EXTENSION_##name : 0)
uint32_t ehlo__extensions_default(void)
{
    return 0 EHLO_EXTENSIONS(DEFAULT);
}

#define HISTORIC(name, keyword, value, requires, services, when, standing, offered, source)                  \
    | (EHLO_PROFILE_##standing == EHLO_PROFILE_HISTORIC ? EHLO_EXTENSION_##name : 0)
uint32_t ehlo__extensions_historic(void)
{
    return 0 EHLO_EXTENSIONS(HISTORIC);
}
