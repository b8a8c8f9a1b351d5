/* params.c - the parameters of MAIL and RCPT: RFC 5321 section 4.1.2 (esmtp-param), by the table of
 * lib/tables/parameters.def.
 *
 * The first faulty parameter from the left decides.  For each, in this order: malformed text is
 * EHLO_INVALID; a keyword that the table does not have here, or whose extension is not offered, is
 * EHLO_UNKNOWN_PARAMETER whatever its value; then, twice given or a value out of its own grammar,
 * EHLO_INVALID again.
 */
#include <ehlo/params.h>

#include "../tables/parameter.h"
#include "../text/number.h"
#include "../text/utf8.h"

#define OF_MAIL(name, command, keyword, extension, value, source) +(EHLO_##command == EHLO_MAIL)
#define OF_RCPT(name, command, keyword, extension, value, source) +(EHLO_##command == EHLO_RCPT)
_Static_assert(0 EHLO_PARAMETERS(OF_MAIL) <= EHLO_PARAMS_MAX && 0 EHLO_PARAMETERS(OF_RCPT) <= EHLO_PARAMS_MAX,
               "each may be given, none twice: all of a command must fit");

/* esmtp-param, up to a space or the end: octets taken, or 0. */
static size_t param_scan(ehlo_param *out, const unsigned char *data, size_t size)
{
    const char *text = (const char *)data;
    uint8_t utf8 = 0; /* esmtp-value may hold it: RFC 6531 section 3.3 */
    size_t at = 0, start;

    while (at < size && ehlo__is(data[at], EHLO__LDH))
        at++;
    if (at == 0 || data[0] == '-')
        return 0;
    out->keyword = (ehlo_text){text, at};
    out->value = (ehlo_text){text + at, 0};
    if (at < size && data[at] == '=') {
        start = ++at;
        at += ehlo__run(&utf8, data + at, size - at, EHLO__VALUE);
        if (at == start)
            return 0;
        out->value = (ehlo_text){text + start, at - start};
    }
    return at == size || data[at] == ' ' ? at : 0;
}

/* 1: the value is within the grammar of its row; `number` is then what it comes to. */
static int value_fits(ehlo_param *param, int takes, uint32_t extensions)
{
    enum { MOST_DIGITS = 20 };
    int body;

    switch (takes) {
    case EHLO__TAKES_NUMBER_20: /* above UINT64_MAX it stays that: over any limit */
        return param->value.size <= MOST_DIGITS &&
               ehlo__number_parse(&param->number, param->value.data, param->value.size) != EHLO_INVALID;
    case EHLO__TAKES_BODY:
        body = ehlo__body_find(param->value.data, param->value.size);
        param->number = (uint64_t)body;
        return body != 0 && !(ehlo__body_extension(body) & ~extensions);
    default: return param->value.size == 0;
    }
}

/* Judges a parameter that is well-formed as such, behind those `before` it; completes it. */
static int judge(ehlo_param *param, const ehlo_params *before, int command, uint32_t extensions)
{
    const ehlo__parameter_row *row;

    param->number = 0;
    param->id = ehlo__parameter_find(command, param->keyword.data, param->keyword.size);
    if (param->id == 0)
        return EHLO_UNKNOWN_PARAMETER;
    row = ehlo__parameter(param->id);
    if (row->extension & ~extensions)
        return EHLO_UNKNOWN_PARAMETER;
    if (ehlo_params_find(before, param->id) || !value_fits(param, row->takes, extensions))
        return EHLO_INVALID;
    return EHLO_OK;
}

int ehlo_params_parse(ehlo_params *out, int command, uint32_t extensions, const void *data, size_t size)
{
    const unsigned char *octets = data;
    size_t at = 0;

    out->text = (ehlo_text){data, size};
    out->count = 0;
    if (command == EHLO_SEND || command == EHLO_SOML || command == EHLO_SAML)
        command = EHLO_MAIL; /* they open a transaction as MAIL does: RFC 821 section 3.4 */
    if (size == 0)
        return EHLO_OK;
    for (;; at++) { /* over the space */
        ehlo_param param;
        size_t taken = param_scan(&param, octets + at, size - at);
        int status = taken > 0 ? judge(&param, out, command, extensions) : EHLO_INVALID;
        if (status != EHLO_OK)
            return status;
        out->item[out->count++] = param;
        at += taken;
        if (at == size)
            return EHLO_OK;
    }
}

const ehlo_param *ehlo_params_find(const ehlo_params *params, int id)
{
    for (size_t i = 0; i < params->count; i++)
        if (params->item[i].id == id)
            return &params->item[i];
    return NULL;
}
