/* value.h - what stands behind the "=" of a parameter: the grammars of values. */
#ifndef EHLO_PARSE_VALUE_H
#define EHLO_PARSE_VALUE_H

#include <ehlo/params.h>

#include "../tables/parameter.h"

/* The kinds that are judged as they stand, and those that must be decoded before, for which there is a
 * buffer. */
int ehlo__plain_take(ehlo_params *out, int takes, uint32_t extensions, ehlo_text value);
int ehlo__encoded_take(ehlo_params *out, int takes, uint32_t extensions, ehlo_text value);

/* 1: the value, empty where there is no "=", is within the grammar of its kind, an EHLO__TAKES_x.  What it
 * comes to goes into `out`, of which nothing else is looked at.  `extensions` are those that were offered.
 * The caller has found it to be an esmtp-value, and to hold UTF-8 only where it may.  Inline, so that no
 * frame but its own stands on that buffer. */
static inline int ehlo__value_take(ehlo_params *out, int takes, uint32_t extensions, ehlo_text value)
{
    return takes >= EHLO__TAKES_MAILBOX ? ehlo__encoded_take(out, takes, extensions, value)
                                        : ehlo__plain_take(out, takes, extensions, value);
}

#endif
