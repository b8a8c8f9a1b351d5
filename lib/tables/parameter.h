/* parameter.h - the parameters of MAIL and RCPT and the attributes of XCLIENT and XFORWARD: which there are,
 * and what values they take. */
#ifndef EHLO_TABLES_PARAMETER_H
#define EHLO_TABLES_PARAMETER_H

#include <stddef.h>
#include <stdint.h>

#include "parameters.def"
#include "row.h"

/* What stands behind the keyword: the grammars are in parse/value.c. */
enum {
    EHLO__TAKES_NONE,        /* no "=" */
    EHLO__TAKES_NUMBER_20,   /* 1 to 20 digits */
    EHLO__TAKES_BODY,        /* a word that ehlo__body_find() knows */
    EHLO__TAKES_RET,         /* FULL or HDRS */
    EHLO__TAKES_XTEXT,       /* xtext of printable ASCII */
    EHLO__TAKES_BY,          /* seconds, with a sign or not, and what then */
    EHLO__TAKES_SECONDS_9,   /* 1 to 9 digits, the first no zero */
    EHLO__TAKES_DATE_UTC,    /* a date in UTC */
    EHLO__TAKES_PRIORITY,    /* -9 to 9 */
    EHLO__TAKES_CLASSES,     /* solicitation classes, parted by commas */
    EHLO__TAKES_NOTIFY,      /* NEVER, or words parted by commas */
    EHLO__TAKES_TYPED_XTEXT, /* a type of addresses and an address */
    EHLO__TAKES_RRVS,        /* a date, and what then */
    EHLO__TAKES_MAILBOX,     /* xtext of a mailbox or "<>"; from here on, judged when it is decoded */
    EHLO__TAKES_ATTRIBUTE    /* of XCLIENT and XFORWARD: any text */
};

/* The numbers from 1 to below this are parameters. */
enum { EHLO__PARAMETER_COUNT = 1 EHLO_PARAMETERS(EHLO__ONE) };

typedef struct ehlo__parameter_row {
    uint32_t extension; /* ehlo_extension that must be offered */
    uint8_t command;    /* EHLO_MAIL, EHLO_RCPT, EHLO_XCLIENT or EHLO_XFORWARD */
    uint8_t takes;
    uint8_t keyword; /* private: where it stands */
} ehlo__parameter_row;

/* The ehlo_parameter with that keyword, in any letter case; 0 where that command has none. */
int ehlo__parameter_find(int command, const void *keyword, size_t size);

/* The row, the keyword and the command of a parameter; `id` is one. */
const ehlo__parameter_row *ehlo__parameter(int id);
const char *ehlo__parameter_keyword(int id);
int ehlo__parameter_command(int id);

/* The ehlo_body that a word means, in any letter case, or 0; and the extension that a body needs. */
int ehlo__body_find(const void *word, size_t size);
uint32_t ehlo__body_extension(int body);

/* The faults of content that are none with this body, as 1 << EHLO_FOUND_x each; and the command that cannot
 * carry it, or 0.  `body` is an ehlo_body, or 0: none was given. */
uint8_t ehlo__body_passes(int body);
int ehlo__body_excludes(int body);

#endif
