/* config.c - the config: safe defaults, and what may be wrong with one. */
#include <string.h>

#include "../tables/extension.h"
#include "../tables/leniency.h"
#include "../tables/limit.h"
#include "../text/ascii.h"
#include "session.h"

enum { HOSTNAME_LIMIT = 255 }; /* RFC 5321 section 4.5.3.1.2 */

void ehlo_server_config_init(ehlo_server_config *config)
{
    memset(config, 0, sizeof *config);
    for (size_t i = 0; i < EHLO__LIMIT_COUNT; i++)
        ehlo__limit_set(config, i, ehlo__limit(i)->default_value);
    config->extensions = ehlo__extensions_default();
    config->long_line = EHLO_PASS;
    config->eight_bit = EHLO_PASS;
    config->pipelined = EHLO_PASS;
}

void ehlo_server_config_interop(ehlo_server_config *config)
{
    config->leniencies |= ehlo__leniencies_interop();
}

uint64_t ehlo__limit_of(uint64_t number)
{
    return number ? number : UINT64_MAX;
}

static int is_zero(const void *data, size_t size)
{
    const unsigned char *octets = data;
    unsigned char any = 0;

    for (size_t i = 0; i < size; i++)
        any |= octets[i];
    return !any;
}

static const char *hostname_problem(const char *hostname)
{
    ehlo_domain domain;
    size_t size = hostname ? ehlo__text_size(hostname) : 0;

    if (!size)
        return "hostname is not set";
    if (size > HOSTNAME_LIMIT)
        return "hostname has more than 255 octets";
    if (ehlo_domain_parse(&domain, hostname, size) != EHLO_OK || domain.utf8)
        return "hostname is neither a domain nor an address literal";
    return NULL;
}

/* A message for each limit, so that the field is named. */
static const char *limit_problem(const ehlo_server_config *config)
{
    static const char problems[][52] = {
#define X(field, floor, default_value, ceiling, unit, why) #field " is not within " #floor " to " #ceiling,
        EHLO_LIMITS(X)
#undef X
    };
    for (size_t i = 0; i < EHLO__LIMIT_COUNT; i++) {
        uint64_t value = ehlo__limit_get(config, i);
        if (value && (value < ehlo__limit(i)->floor || value > ehlo__limit(i)->ceiling))
            return problems[i];
    }
    return NULL;
}

static const char *extensions_problem(const ehlo_server_config *config)
{
    if (config->extensions & ~ehlo__extensions_all())
        return "extensions holds a bit that is no extension";
    if (config->profile != EHLO_PROFILE_HISTORIC && (config->extensions & ehlo__extensions_historic()))
        return "extensions holds SEND, SOML, SAML or TURN, which need EHLO_PROFILE_HISTORIC";
    for (size_t i = 0; i < EHLO__EXTENSION_COUNT; i++)
        if ((config->extensions & ehlo__extension(i)->bit) &&
            (ehlo__extension(i)->requires & ~config->extensions))
            return "extensions holds one that requires another: SMTPUTF8 needs 8BITMIME";
    return NULL;
}

static int is_policy(int policy, int highest)
{
    return policy >= EHLO_REFUSE && policy <= highest;
}

static const char *policy_problem(const ehlo_server_config *config)
{
    if (!is_policy(config->bare_cr, EHLO_NORMALIZE))
        return "bare_cr is not a policy";
    if (!is_policy(config->bare_lf, EHLO_NORMALIZE))
        return "bare_lf is not a policy";
    if (!is_policy(config->nul, EHLO_PASS))
        return "nul is neither EHLO_REFUSE nor EHLO_PASS";
    if (!is_policy(config->long_line, EHLO_PASS))
        return "long_line is neither EHLO_REFUSE nor EHLO_PASS";
    if (!is_policy(config->eight_bit, EHLO_PASS))
        return "eight_bit is neither EHLO_REFUSE nor EHLO_PASS";
    if (!is_policy(config->pipelined, EHLO_PASS))
        return "pipelined is neither EHLO_REFUSE nor EHLO_PASS";
    return NULL;
}

const char *ehlo_server_config_problem(const ehlo_server_config *config)
{
    const char *problem;

    if (!config)
        return "there is no config";
    if ((problem = hostname_problem(config->hostname)) || (problem = limit_problem(config)) ||
        (problem = extensions_problem(config)) || (problem = policy_problem(config)))
        return problem;
    if (!config->callbacks.write)
        return "callbacks.write is not set";
    if (!config->callbacks.decide)
        return "callbacks.decide is not set";
    if (config->leniencies & ~ehlo__leniencies_all())
        return "leniencies holds a bit that is no leniency";
    if (config->profile != EHLO_PROFILE_STANDARD && config->profile != EHLO_PROFILE_HISTORIC)
        return "profile is not a profile";
    if (config->reserved_number || !is_zero(config->reserved, sizeof config->reserved) ||
        !is_zero(config->callbacks.reserved, sizeof config->callbacks.reserved))
        return "a reserved field is not zero: call ehlo_server_config_init() first";
    return NULL;
}

size_t ehlo_server_line_limit(const ehlo_server_config *config)
{
    return config->max_line ? config->max_line : (size_t)ehlo__limit(EHLO__LIMIT_max_line)->ceiling;
}
