/* extension.h - the extensions: what EHLO offers and in which order. */
#ifndef EHLO_TABLES_EXTENSION_H
#define EHLO_TABLES_EXTENSION_H

#include <stddef.h>
#include <stdint.h>

#include "extensions.def"
#include "row.h"

/* What follows the keyword in the reply to EHLO. */
enum {
    EHLO__VALUE_NONE,
    EHLO__VALUE_SIZE,
    EHLO__VALUE_MECHANISMS,
    EHLO__VALUE_PRIORITIES,
    EHLO__VALUE_CLASSES,
    EHLO__VALUE_SOURCES,
    EHLO__VALUE_MIN_BY,
    EHLO__VALUE_HOLD,
    EHLO__VALUE_LIMITS,
    EHLO__VALUE_ATTRIBUTES
};

/* When it may be offered. */
enum {
    EHLO__WHEN_ALWAYS,
    EHLO__WHEN_OPEN,
    EHLO__WHEN_CLOSED,
    EHLO__WHEN_SAFE,
    EHLO__WHEN_TIMED,
    EHLO__WHEN_KEPT
};

enum { EHLO__EXTENSION_COUNT = 0 EHLO_EXTENSIONS(EHLO__ONE) };

typedef struct ehlo__extension_row {
    uint32_t bit;      /* ehlo_extension */
    uint32_t requires; /* another that must be offered too, or 0 */
    uint8_t value;
    uint8_t services; /* set of 1 << ehlo_service: where it may be offered */
    uint8_t standing; /* ehlo_profile that it needs */
    uint8_t offered;  /* 1: by default */
} ehlo__extension_row;

/* The rows in the order of their bits: `index` is that of the bit. */
const ehlo__extension_row *ehlo__extension(size_t index);
const char *ehlo__extension_keyword(size_t index);

/* Sets of them: all that there are for a service, those of the default config, those that need the historic
 * profile. */
uint32_t ehlo__extensions_of(int service);
uint32_t ehlo__extensions_default(void);
uint32_t ehlo__extensions_historic(void);

/* Those with one word in the column `when`.  Inline, for it is a constant wherever it is asked for, and asked
 * for at each MAIL and RCPT. */
#define EHLO__WHEN(name, keyword, value, requires, services, when, standing, offered, source)                \
    | (EHLO__WHEN_##when == asked ? (uint32_t)EHLO_EXTENSION_##name : 0)
static inline uint32_t ehlo__extensions_when(int asked)
{
    return 0 EHLO_EXTENSIONS(EHLO__WHEN);
}

#endif
