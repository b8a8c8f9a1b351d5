/* config.c - the config: safe defaults, and what may be wrong with one. */
#include <string.h>

#include "../tables/extension.h"
#include "../tables/leniency.h"
#include "../tables/limit.h"
#include "../tables/parameter.h"
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

/* A preset: what this service may not offer goes. */
static void serve(ehlo_server_config *config, int service)
{
    config->service = service;
    config->extensions &= ehlo__extensions_of(service);
}

void ehlo_server_config_submission(ehlo_server_config *config)
{
    serve(config, EHLO_SERVICE_SUBMISSION);
    config->extensions |= EHLO_EXTENSION_AUTH;
    config->demands |= EHLO_DEMAND_AUTH; /* RFC 6409 section 4.3 */
}

void ehlo_server_config_lmtp(ehlo_server_config *config)
{
    serve(config, EHLO_SERVICE_LMTP);
}

void ehlo_server_config_interop(ehlo_server_config *config)
{
    config->leniencies |= ehlo__leniencies_interop();
}

int ehlo__is_lmtp(const ehlo_server *server)
{
    return server->config->service == EHLO_SERVICE_LMTP;
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
    uint32_t set = config->extensions;

    if (config->service < EHLO_SERVICE_SMTP || config->service > EHLO_SERVICE_LMTP)
        return "service is not a service";
    if (set & ~ehlo__extensions_of(config->service))
        return "extensions holds one that this service may not offer";
    if (config->profile != EHLO_PROFILE_HISTORIC && (set & ehlo__extensions_historic()))
        return "extensions holds SEND, SOML, SAML or TURN, which need EHLO_PROFILE_HISTORIC";
    for (size_t i = 0; i < EHLO__EXTENSION_COUNT; i++)
        if ((set & ehlo__extension(i)->bit) && (ehlo__extension(i)->requires & ~set))
            return "extensions holds one that requires another: 8BITMIME for SMTPUTF8 and BURL, CHUNKING for "
                   "BINARYMIME, AUTH for ATRN";
    if (config->demands & ~(uint32_t)(EHLO_DEMAND_TLS | EHLO_DEMAND_AUTH))
        return "demands holds a bit that is no demand";
    if ((config->demands & EHLO_DEMAND_AUTH) && !(set & EHLO_EXTENSION_AUTH))
        return "demands holds AUTH, which extensions does not";
    return NULL;
}

/* Words parted by single spaces, of the octets that `classes` allow, and short enough for a line of EHLO's
 * reply. */
static int is_words(const char *text, int classes, const char *also)
{
    enum { LONGEST = EHLO__REPLY_LINE - sizeof "250-ENHANCEDSTATUSCODES \r\n" };
    size_t size = ehlo__text_size(text);

    if (!size || size > LONGEST)
        return 0;
    for (size_t i = 0; i < size; i++) {
        int is_apart = text[i] == ' ' && i && i + 1 < size && text[i - 1] != ' ';
        if (!is_apart && !ehlo__is((unsigned char)text[i], classes) && text[i] != also[0] &&
            text[i] != also[1])
            return 0;
    }
    return 1;
}

/* Mechanisms are 1 to 20 octets long: RFC 4422 section 3.1. */
static int are_mechanisms(const ehlo_server_config *config)
{
    enum { LONGEST = 20, MOST = 100 };
    ehlo_text name;

    if (!config->auth_mechanisms || !is_words(config->auth_mechanisms, EHLO__LDH, "__"))
        return 0;
    for (unsigned i = 0; (name = ehlo__mechanism(config, i)).size; i++)
        if (name.size > LONGEST || i == MOST)
            return 0;
    return 1;
}

/* RFC 6710 section 7. */
static int is_policy_name(const char *name)
{
    enum { LONGEST = 20 };
    size_t size = ehlo__text_size(name);

    for (size_t i = 0; i < size; i++)
        if (name[i] == ' ')
            return 0;
    return size <= LONGEST && is_words(name, EHLO__LDH, "._");
}

static const char *words_problem(const ehlo_server_config *config)
{
    const int graphic = EHLO__DCONTENT | EHLO__VALUE;

    if ((config->extensions & EHLO_EXTENSION_AUTH) && !are_mechanisms(config))
        return "auth_mechanisms is not set, or not names of SASL mechanisms parted by single spaces";
    if (config->priority_policy && !is_policy_name(config->priority_policy))
        return "priority_policy is not a name of 1 to 20 letters, digits, and - . _";
    if (config->solicitation_classes && !is_words(config->solicitation_classes, graphic, "=="))
        return "solicitation_classes is not words parted by single spaces";
    if (config->burl_sources && !is_words(config->burl_sources, graphic, "=="))
        return "burl_sources is not words parted by single spaces";
    return NULL;
}

/* The octets of the ehlo-keyword or esmtp-keyword that a text starts with (RFC 5321 sections 4.1.1.1
 * and 4.1.2); 0: it does not. */
static size_t keyword_size(const char *text)
{
    size_t size = 0;

    while (ehlo__is((unsigned char)text[size], EHLO__LDH))
        size++;
    return text[0] != '-' && (!text[size] || text[size] == ' ') ? size : 0;
}

/* A line of the reply to EHLO, of a keyword that no extension has. */
static int is_own_keyword(const char *line)
{
    size_t size = keyword_size(line);

    return size && is_words(line, EHLO__DCONTENT | EHLO__VALUE, "==") && !ehlo_extension_named(line, size);
}

static int is_own_parameter(const ehlo_host_parameter *row)
{
    enum { LONGEST = 255 };
    size_t size = row->keyword ? keyword_size(row->keyword) : 0;

    return size && size <= LONGEST && !row->keyword[size] && !row->reserved &&
           (row->command == EHLO_MAIL || row->command == EHLO_RCPT) && row->value >= EHLO_VALUE_NONE &&
           row->value <= EHLO_VALUE_OPTIONAL && !ehlo__parameter_find(row->command, row->keyword, size);
}

/* What the host adds besides commands. */
static const char *additions_problem(const ehlo_server_config *config)
{
    enum { MOST = 32 };

    if (config->parameter_count > MOST || (config->parameter_count && !config->parameters))
        return "parameters is not set, or has more than 32";
    for (uint32_t i = 0; i < config->parameter_count; i++)
        if (!is_own_parameter(&config->parameters[i]))
            return "parameters: one is malformed, or is one already";
    if (config->keyword_count > MOST || (config->keyword_count && !config->keywords))
        return "keywords is not set, or has more than 32";
    for (uint32_t i = 0; i < config->keyword_count; i++)
        if (!config->keywords[i] || !is_own_keyword(config->keywords[i]))
            return "keywords: one is not a keyword of its own and words parted by single spaces";
    return ehlo__host_problem(config);
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
        (problem = extensions_problem(config)) || (problem = words_problem(config)) ||
        (problem = additions_problem(config)) || (problem = policy_problem(config)))
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

size_t ehlo__line_limit(const ehlo_server_config *config)
{
    return (size_t)ehlo__limit_in_force(config, EHLO__LIMIT_max_line);
}

size_t ehlo_server_line_limit(const ehlo_server_config *config)
{
    size_t limit = ehlo__line_limit(config);

    return (config->extensions & EHLO_EXTENSION_AUTH) && limit < EHLO__AUTH_LINE ? EHLO__AUTH_LINE : limit;
}
