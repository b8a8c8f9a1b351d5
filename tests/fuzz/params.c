/* params.c - fuzzes the parser of parameters: what it tells makes up the input again, and each parameter
 * alone means the same (P17).
 *
 * The first 2 octets of an input are the command and the extensions that were offered.
 */
#include <ehlo/params.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/abnf.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

enum { PLAN = 2 };

static const int commands[] = {EHLO_MAIL, EHLO_RCPT, EHLO_SEND, EHLO_SOML, EHLO_SAML, EHLO_DATA, 0, -1};

static void broken(const char *law)
{
    fprintf(stderr, "broken: %s\n", law);
    abort();
}

/* The octets behind the parameter, which must stand at `at`. */
static const char *check_text(const ehlo_param *param, const char *at)
{
    if (param->keyword.data != at || param->keyword.size == 0)
        broken("the keyword stands where the parameter starts");
    at += param->keyword.size;
    if (param->value.size > 0 && (*at != '=' || param->value.data != at + 1))
        broken("the value stands behind its keyword");
    return at + (param->value.size > 0 ? 1 + param->value.size : 0);
}

static void check_alone(const ehlo_param *param, int command, uint32_t extensions, size_t size)
{
    ehlo_params alone;

    if (ehlo_params_parse(&alone, command, extensions, param->keyword.data, size) != EHLO_OK ||
        alone.count != 1 || alone.item[0].id != param->id || alone.item[0].number != param->number)
        broken("a parameter alone means the same");
    if (ehlo_params_parse(&alone, command, 0, param->keyword.data, size) != EHLO_UNKNOWN_PARAMETER)
        broken("none is known where nothing was offered");
}

static void check(const ehlo_params *params, int command, uint32_t extensions, const char *data, size_t size)
{
    const char *at = data, *end = data + size;

    if (params->count > EHLO_PARAMS_MAX)
        broken("as many as there is room for");
    for (size_t i = 0; i < params->count; i++) {
        const ehlo_param *param = &params->item[i];
        const char *start = at;
        if (ehlo_params_find(params, param->id) != param)
            broken("each is found, and none is there twice");
        at = check_text(param, at);
        if (at > end || (at < end && *at != ' '))
            broken("a parameter ends at a space or the end");
        check_alone(param, command, extensions, (size_t)(at - start));
        if (at < end && i + 1 < params->count)
            at++;
    }
    if (at != end)
        broken("the parameters make up the input");
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    ehlo_params params;
    uint32_t extensions;
    int command, status;

    if (size < PLAN)
        return 0;
    command = commands[data[0] % (sizeof commands / sizeof commands[0])];
    extensions = data[1];
    data += PLAN;
    size -= PLAN;
    status = ehlo_params_parse(&params, command, extensions, data, size);
    if (status == EHLO_OK)
        check(&params, command, extensions, (const char *)data, size);
    else if (status != EHLO_INVALID && status != EHLO_UNKNOWN_PARAMETER)
        broken("OK, INVALID or UNKNOWN_PARAMETER");
    if (status == EHLO_OK && size > 0 && size <= ABNF_LONGEST && !abnf_matches(abnf_parameters, data, size))
        broken("what is accepted is within the ABNF");
    if (status != EHLO_OK && size == 0)
        broken("nothing at all is well-formed");
    return 0;
}
