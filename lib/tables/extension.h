/* extension.h - what the table of extensions says, by index: 0 to below EHLO__EXTENSION_COUNT. */
#ifndef EHLO_TABLES_EXTENSION_H
#define EHLO_TABLES_EXTENSION_H

#include <ehlo/params.h>

#include "extensions.def"

/* What follows the keyword in the reply to EHLO. */
enum { EHLO__VALUE_NONE, EHLO__VALUE_MAX_SIZE };

#define X(name, keyword, value, requires, standing, offered, source) +1
enum { EHLO__EXTENSION_COUNT = 0 EHLO_EXTENSIONS(X) };
#undef X

typedef struct ehlo__extension_row {
    uint32_t bit;
    uint32_t requires; /* the bit of another that must be offered, too, or 0 */
    uint8_t value;
    uint8_t standing; /* ehlo_profile */
} ehlo__extension_row;

const ehlo__extension_row *ehlo__extension(size_t index);
const char *ehlo__extension_keyword(size_t index);
const char *ehlo__extension_source(size_t index);

/* Sets of them: all; those of the default config; those that need the historic profile. */
uint32_t ehlo__extensions_all(void);
uint32_t ehlo__extensions_default(void);
uint32_t ehlo__extensions_historic(void);

#endif
