/* parameter.h - what the table of parameters says. */
#ifndef EHLO_TABLES_PARAMETER_H
#define EHLO_TABLES_PARAMETER_H

#include <ehlo/params.h>

#include "parameters.def"

/* What stands behind the "=". */
enum {
    EHLO__TAKES_NONE,      /* no "=" at all */
    EHLO__TAKES_NUMBER_20, /* 1 to 20 digits */
    EHLO__TAKES_BODY       /* a word of EHLO_BODIES */
};

typedef struct ehlo__parameter_row {
    uint32_t extension; /* that must be offered */
    uint8_t command;    /* EHLO_MAIL or EHLO_RCPT */
    uint8_t takes;
} ehlo__parameter_row;

/* The ehlo_parameter with that keyword, in any letter case, of EHLO_MAIL or EHLO_RCPT; 0: none. */
int ehlo__parameter_find(int command, const void *keyword, size_t size);

/* Its row; `id` is an ehlo_parameter. */
const ehlo__parameter_row *ehlo__parameter(int id);

/* The ehlo_body that a word names, in any letter case; 0: none.  And the extension that it needs. */
int ehlo__body_find(const void *word, size_t size);
uint32_t ehlo__body_extension(int body);

#endif
