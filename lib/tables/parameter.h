/* parameter.h - the parameters of MAIL and RCPT: which there are, and what values they take. */
#ifndef EHLO_TABLES_PARAMETER_H
#define EHLO_TABLES_PARAMETER_H

#include <stddef.h>
#include <stdint.h>

#include "parameters.def"

/* What stands behind the keyword. */
enum {
    EHLO__TAKES_NONE,      /* no "=" */
    EHLO__TAKES_NUMBER_20, /* 1 to 20 digits */
    EHLO__TAKES_BODY       /* a word that ehlo__body_find() knows */
};

typedef struct ehlo__parameter_row {
    uint32_t extension; /* ehlo_extension that must be offered */
    uint8_t command;    /* EHLO_MAIL or EHLO_RCPT */
    uint8_t takes;
} ehlo__parameter_row;

/* The ehlo_parameter with that keyword, in any letter case; 0 where that command has none. */
int ehlo__parameter_find(int command, const void *keyword, size_t size);

/* The row of a parameter; `id` is one. */
const ehlo__parameter_row *ehlo__parameter(int id);

/* The ehlo_body that a word means, in any letter case, or 0; and the extension that a body needs. */
int ehlo__body_find(const void *word, size_t size);
uint32_t ehlo__body_extension(int body);

#endif
