/* params.c - the parameters of MAIL and RCPT: RFC 5321 section 4.1.2 (esmtp-param), by the table of
 * lib/tables/parameters.def; the attributes of XCLIENT and XFORWARD are written alike.
 *
 * The first faulty parameter from the left decides.  For each, in this order: malformed text is
 * EHLO_INVALID; a keyword that the table does not have here, or whose extension is not offered, and that is
 * none of the host's own, is EHLO_UNKNOWN_PARAMETER whatever its value; then, twice given or a value out of
 * its own grammar, EHLO_INVALID again.  What excludes each other is found when all are there.
 *
 * No RFC has a value that needs "=": they are numbers, words, dates, xtext, which encodes it, and the
 * base64 of RFC 3885, which is without.  So esmtp-value holds for each.
 */
#include <ehlo/params.h>

#include "../tables/parameter.h"
#include "../text/ascii.h"
#include "../text/utf8.h"
#include "../text/zero.h"
#include "value.h"

/* The parameter at `*at`, which moves over it and the space behind it; its id is what the table has for the
 * command, or 0.  Returns 0 where it is malformed. */
static int param_next(const ehlo_params *params, size_t *at, ehlo_param *out, uint8_t *utf8)
{
    const unsigned char *data = (const unsigned char *)params->text.data;
    size_t start = *at, i = start, end = params->text.size;

    while (i < end && ehlo__is(data[i], EHLO__LDH))
        i++;
    if (i == start || data[start] == '-')
        return 0;
    out->keyword = (ehlo_text){(const char *)data + start, i - start};
    out->id = ehlo__parameter_find(params->command, out->keyword.data, out->keyword.size);
    start = i;
    if (i < end && data[i] == '=') {
        for (start = ++i; i < end && (data[i] >= 0x80 || ehlo__is(data[i], EHLO__VALUE)); i++)
            *utf8 |= data[i] >> 7;
        if (i == start || !ehlo__utf8_valid(data + start, i - start))
            return 0;
    }
    out->value = (ehlo_text){(const char *)data + start, i - start};
    *at = i + 1;
    return i == end || data[i] == ' ';
}

/* Which of the host's own it is; `count` where it is none. */
static size_t own_find(const ehlo_host_parameter *own, size_t count, int command, ehlo_text keyword)
{
    size_t i = 0;

    while (i < count &&
           (own[i].command != command ||
            !ehlo__same_word(keyword.data, keyword.size, own[i].keyword, ehlo__text_size(own[i].keyword))))
        i++;
    return i;
}

/* Notes that it is given: 1, or 0 where it was before. */
static int note(uint32_t *given, size_t number)
{
    uint32_t before = *given;

    *given |= (uint32_t)1 << number;
    return *given != before;
}

/* 1: none excludes another.  RFC 4865 section 4.2: one time to hold a message until; section 5.2.2: not
 * beyond the time to deliver it by, as far as this can be told without a clock. */
static int are_consistent(const ehlo_params *params)
{
    enum {
        FOR = 1 << EHLO_PARAMETER_HOLDFOR,
        UNTIL = 1 << EHLO_PARAMETER_HOLDUNTIL,
        BY = 1 << EHLO_PARAMETER_BY
    };

    if ((params->given & (FOR | UNTIL)) == (FOR | UNTIL))
        return 0;
    return (params->given & (FOR | BY)) != (FOR | BY) || (int32_t)params->hold_for <= params->by;
}

/* The command whose parameters it has.  SEND, SOML and SAML open a transaction as MAIL does: RFC 821
 * section 3.4. */
static uint8_t as_counted(int command)
{
    switch (command) {
    case EHLO_SEND:
    case EHLO_SOML:
    case EHLO_SAML: return EHLO_MAIL;
    default: return (uint8_t)(command >= 0 && command <= 0xff ? command : 0);
    }
}

int ehlo_params_parse(ehlo_params *out, int command, uint32_t extensions, const ehlo_host_parameter *own,
                      size_t own_count, const void *data, size_t size)
{
    enum { MOST_OWN = 32 }; /* as many as `own_given` has bits */
    uint32_t own_given = 0;
    size_t at = 0;

    ehlo__zero(out, sizeof *out);
    out->text = (ehlo_text){data, size};
    out->command = as_counted(command);
    if (own_count > MOST_OWN)
        return EHLO_MISUSE;
    if (size == 0) /* of attributes there is at least one */
        return out->command == EHLO_XCLIENT || out->command == EHLO_XFORWARD ? EHLO_INVALID : EHLO_OK;
    while (at <= size) {
        ehlo_param param;
        uint8_t utf8 = 0;
        int fits;
        if (!param_next(out, &at, &param, &utf8))
            return EHLO_INVALID;
        if (param.id != 0 && !(ehlo__parameter(param.id)->extension & ~extensions)) {
            fits = note(&out->given, (size_t)param.id) &&
                   ehlo__value_take(out, ehlo__parameter(param.id)->takes, extensions, param.value);
        } else {
            size_t i = own_find(own, own_count, out->command, param.keyword);
            if (i == own_count)
                return EHLO_UNKNOWN_PARAMETER;
            fits = note(&own_given, i) &&
                   (own[i].value == EHLO_VALUE_OPTIONAL || own[i].value == (param.value.size > 0));
        }
        if (!fits || (utf8 && !(extensions & EHLO_EXTENSION_SMTPUTF8)))
            return EHLO_INVALID;
    }
    return are_consistent(out) ? EHLO_OK : EHLO_INVALID;
}

int ehlo_params_next(const ehlo_params *params, size_t *at, ehlo_param *out)
{
    uint8_t utf8 = 0;

    if (*at >= params->text.size || !param_next(params, at, out, &utf8))
        return 0;
    if (!(params->given >> out->id & 1))
        out->id = 0; /* the host's own, where the extension is not offered */
    return 1;
}
