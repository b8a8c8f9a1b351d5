/* params.c - fuzzes the parser of parameters: what it tells makes up the input again, each value is within
 * its bounds, and neither alone nor in another order do parameters mean anything else (P17).
 *
 * The first 6 octets of an input are the command, the extensions that were offered, from the lowest bits on,
 * and how many parameters the host has of its own.
 */
#include <ehlo/codec.h>
#include <ehlo/params.h>
#include <ehlo/path.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/abnf.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

enum { PLAN = 6, LONGEST = 65536 };

static const uint64_t last_date = 253402387140; /* 9999-12-31T23:59:60-23:59 */

static const int commands[] = {EHLO_MAIL,    EHLO_RCPT,     EHLO_SEND, EHLO_SOML, EHLO_SAML,
                               EHLO_XCLIENT, EHLO_XFORWARD, EHLO_DATA, 0,         -1};

static const ehlo_host_parameter own[] = {
    {.keyword = "X-NONE", .command = EHLO_MAIL, .value = EHLO_VALUE_NONE},
    {.keyword = "XVERP", .command = EHLO_MAIL, .value = EHLO_VALUE_OPTIONAL},
    {.keyword = "X-SOME", .command = EHLO_RCPT, .value = EHLO_VALUE_REQUIRED},
    {.keyword = "SIZE", .command = EHLO_MAIL, .value = EHLO_VALUE_OPTIONAL},
};

static int command;
static uint32_t extensions;
static size_t own_count;

static void hold(int is_so, const char *law)
{
    if (is_so)
        return;
    fprintf(stderr, "broken: %s\n", law);
    abort();
}

static int parse(ehlo_params *out, const void *data, size_t size)
{
    return ehlo_params_parse(out, command, extensions, own, own_count, data, size);
}

static int has(const ehlo_params *params, int id)
{
    return (int)(params->given >> id & 1);
}

static int same_text(ehlo_text a, ehlo_text b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

/* Of two sets, that all values of `one` are in `other`, too. */
static int is_within(const ehlo_params *one, const ehlo_params *other)
{
#define SAME(id, field)      (!has(one, EHLO_PARAMETER_##id) || one->field == other->field)
#define SAME_TEXT(id, field) (!has(one, EHLO_PARAMETER_##id) || same_text(one->field, other->field))
    return (one->given & ~other->given) == 0 && SAME(SIZE, size) && SAME(BODY, body) &&
           SAME_TEXT(AUTH, auth) && SAME(RET, ret) && SAME_TEXT(ENVID, envid) && SAME(BY, by) &&
           SAME(BY, by_mode) && SAME(BY, by_trace) && SAME(HOLDFOR, hold_for) &&
           SAME(HOLDUNTIL, hold_until) && SAME(MT_PRIORITY, priority) && SAME_TEXT(SOLICIT, solicit) &&
           SAME(NOTIFY, notify) && SAME_TEXT(ORCPT, orcpt_type) && SAME_TEXT(ORCPT, orcpt) &&
           SAME(RRVS, rrvs) && SAME(RRVS, rrvs_action);
}

/* Printable ASCII, encoded. */
static void check_xtext(ehlo_text text)
{
    char decoded[LONGEST];
    int size = ehlo_xtext_decode(decoded, sizeof decoded, text.data, text.size);

    hold(size >= 0, "what is called xtext can be decoded");
    for (int i = 0; i < size; i++)
        hold(decoded[i] >= 32 && decoded[i] <= 126, "nothing but printable ASCII was encoded");
}

static void check_mailbox(ehlo_text text)
{
    char decoded[LONGEST];
    int size = ehlo_xtext_decode(decoded, sizeof decoded, text.data, text.size);
    ehlo_path path;

    hold(size > 0 && size <= 255, "a mailbox is no longer than that");
    if (size == 2 && memcmp(decoded, "<>", 2) == 0)
        return;
    hold(ehlo_mailbox_parse(&path, decoded, (size_t)size) == EHLO_OK, "what AUTH holds is a mailbox");
    hold(!path.utf8 || extensions & EHLO_EXTENSION_SMTPUTF8, "with UTF-8 only where it was offered");
}

static void check_orcpt(const ehlo_params *params)
{
    int utf8 = params->orcpt_type.size == 5 &&
               (memcmp(params->orcpt_type.data, "utf-8", 5) == 0 || (params->orcpt_type.data[0] | 32) == 'u');

    hold(params->orcpt_type.size > 0 && params->orcpt_type.data[params->orcpt_type.size] == ';' &&
             params->orcpt.data == params->orcpt_type.data + params->orcpt_type.size + 1,
         "an address stands behind its type");
    if (!utf8)
        check_xtext(params->orcpt);
}

static void check_values(const ehlo_params *params)
{
    uint32_t holds = 1u << EHLO_PARAMETER_HOLDFOR | 1u << EHLO_PARAMETER_HOLDUNTIL;

    hold(params->body <= EHLO_BODY_BINARYMIME && (params->body != 0) == has(params, EHLO_PARAMETER_BODY),
         "body");
    hold(params->ret <= EHLO_RET_HDRS && (params->ret != 0) == has(params, EHLO_PARAMETER_RET), "ret");
    hold(params->notify < 16 && (params->notify != 0) == has(params, EHLO_PARAMETER_NOTIFY), "notify");
    hold(!(params->notify & EHLO_NOTIFY_NEVER) || params->notify == EHLO_NOTIFY_NEVER, "NEVER stands alone");
    hold(params->by_mode <= EHLO_BY_RETURN && (params->by_mode != 0) == has(params, EHLO_PARAMETER_BY), "by");
    hold(params->by >= -999999999 && params->by <= 999999999 && params->by_trace <= 1, "the range of BY");
    hold(params->by_mode != EHLO_BY_RETURN || params->by > 0, "a time to return it after is to come");
    hold(params->hold_for <= 999999999 && (params->hold_for != 0) == has(params, EHLO_PARAMETER_HOLDFOR),
         "hold");
    hold((params->given & holds) != holds, "one time to hold it until");
    hold(params->hold_until <= last_date && params->rrvs <= last_date, "no later date can be written");
    hold(params->priority >= -9 && params->priority <= 9, "the range of MT-PRIORITY");
    hold((params->rrvs_action != 0) == has(params, EHLO_PARAMETER_RRVS) && params->rrvs_action <= 2, "rrvs");
    if (has(params, EHLO_PARAMETER_AUTH))
        check_mailbox(params->auth);
    if (has(params, EHLO_PARAMETER_ENVID))
        check_xtext(params->envid);
    if (has(params, EHLO_PARAMETER_ORCPT))
        check_orcpt(params);
}

static void check_attribute(ehlo_text value)
{
    char decoded[LONGEST];
    int size = ehlo_xtext_decode(decoded, sizeof decoded, value.data, value.size);
    const char *octets = size == EHLO_INVALID ? value.data : decoded;
    size_t count = size == EHLO_INVALID ? value.size : (size_t)size;

    hold(size != EHLO_TOO_LONG && count > 0 && count <= 255, "an attribute has 1 to 255 octets");
    for (size_t i = 0; i < count; i++)
        hold((unsigned char)octets[i] >= 32 && octets[i] != 127, "an attribute holds no control character");
}

/* The octets behind the parameter, which must stand at `at`. */
static const char *check_text(const ehlo_param *param, const char *at)
{
    hold(param->keyword.data == at && param->keyword.size > 0,
         "the keyword stands where the parameter starts");
    at += param->keyword.size;
    hold(param->value.size == 0 || (*at == '=' && param->value.data == at + 1), "the value stands behind it");
    return at + (param->value.size > 0 ? 1 + param->value.size : 0);
}

static void check_alone(const ehlo_params *params, const ehlo_param *param, size_t size)
{
    ehlo_params alone;

    hold(parse(&alone, param->keyword.data, size) == EHLO_OK && is_within(&alone, params) &&
             alone.given == (param->id ? (uint32_t)1 << param->id : 0),
         "a parameter alone means the same");
    hold(ehlo_params_parse(&alone, command, 0, NULL, 0, param->keyword.data, size) == EHLO_UNKNOWN_PARAMETER,
         "none is known where nothing was offered");
}

/* The same ones from the last to the first. */
static void check_reversed(const ehlo_params *params)
{
    static char text[LONGEST];
    ehlo_params reversed;
    ehlo_param param;
    size_t at = 0, end = params->text.size, start = end;

    while (ehlo_params_next(params, &at, &param)) {
        size_t size = (size_t)((param.value.size ? param.value.data + param.value.size
                                                 : param.keyword.data + param.keyword.size) -
                               param.keyword.data);
        start = end - size;
        memcpy(text + start, param.keyword.data, size);
        if (start > 0)
            text[start - 1] = ' ';
        end = start - (start > 0);
    }
    hold(start == 0, "turned round they are as many octets");
    hold(parse(&reversed, text, params->text.size) == EHLO_OK && is_within(&reversed, params) &&
             is_within(params, &reversed),
         "the order means nothing");
}

static void check(const ehlo_params *params, const char *data, size_t size)
{
    const char *at = data, *end = data + size;
    ehlo_param param;
    ehlo_params again;
    uint32_t told = 0;
    size_t place = 0;

    while (ehlo_params_next(params, &place, &param)) {
        const char *start = at;
        hold(param.id == 0 || !(told >> param.id & 1), "none is there twice");
        hold(param.id != 0 || own_count > 0, "what is not in the table is the host's own");
        told |= param.id ? (uint32_t)1 << param.id : 0;
        at = check_text(&param, at);
        hold(at == end || (at < end && *at == ' '), "a parameter ends at a space or the end");
        check_alone(params, &param, (size_t)(at - start));
        if (params->command == EHLO_XCLIENT || params->command == EHLO_XFORWARD)
            check_attribute(param.value);
        if (at < end && (size_t)(at - data) + 1 == place)
            at++;
    }
    hold(at == end, "the parameters make up the input");
    hold(told == params->given, "those that are walked are those that were given");
    check_values(params);
    hold(parse(&again, data, size) == EHLO_OK && is_within(&again, params) && is_within(params, &again),
         "the same octets mean the same");
    if (size > 0 && size <= LONGEST)
        check_reversed(params);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    ehlo_params params;
    int status, attributes;

    if (size < PLAN)
        return 0;
    command = commands[data[0] % (sizeof commands / sizeof commands[0])];
    attributes = command == EHLO_XCLIENT || command == EHLO_XFORWARD;
    extensions = data[1] | (uint32_t)data[2] << 8 | (uint32_t)data[3] << 16 | (uint32_t)data[4] << 24;
    own_count = data[5] % (sizeof own / sizeof own[0] + 1);
    data += PLAN;
    size -= PLAN;
    status = parse(&params, data, size);
    hold(status == EHLO_OK || status == EHLO_INVALID || status == EHLO_UNKNOWN_PARAMETER,
         "OK, INVALID or UNKNOWN_PARAMETER");
    hold(size > 0 || (status == EHLO_OK) == !attributes, "nothing at all is well-formed but for attributes");
    if (status != EHLO_OK)
        return 0;
    check(&params, (const char *)data, size);
    hold(size == 0 || size > ABNF_LONGEST || abnf_matches(abnf_parameters, data, size),
         "what is accepted is within the ABNF");
    return 0;
}
