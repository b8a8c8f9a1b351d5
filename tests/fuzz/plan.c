/* plan.c - octets to a config and a host's ways.  Every header is a plan: what a config may not hold is left
 * out of it. */
#include "plan.h"

#include <string.h>

static const ehlo_host_command commands[] = {
    {.verb = "XSTATE", .phases = EHLO_HOST_BEFORE_HELLO | EHLO_HOST_BETWEEN, .codes = {250, 450, 550}},
    {.verb = "XFLAG", .phases = EHLO_HOST_TRANSACTION, .codes = {554, 259, 253}},
    {.verb = "XRIGHTS9", .phases = EHLO_HOST_BETWEEN, .needs = EHLO_DEMAND_AUTH, .codes = {252, 535}},
    {.verb = "X",
     .phases = 7,
     .needs = EHLO_DEMAND_TLS,
     .codes = {200, 201, 202, 203, 204, 205, 206, 207, 208, 209, 450, 451}},
};
static const ehlo_host_parameter parameters[] = {
    {.keyword = "XVERP", .command = EHLO_MAIL, .value = EHLO_VALUE_OPTIONAL},
    {.keyword = "X-NONE", .command = EHLO_MAIL, .value = EHLO_VALUE_NONE},
    {.keyword = "XTAG", .command = EHLO_RCPT, .value = EHLO_VALUE_REQUIRED},
};
static const char *const keywords[] = {"XSTATE", "XVERP some words", "9-LONG a=b c~d"};

/* Words of EHLO's reply, as many as a line holds: the longest text that a config may have. */
static const char *long_words(void)
{
    static char text[512 - sizeof "250-ENHANCEDSTATUSCODES \r\n" + 1];

    for (size_t i = 0; i + 1 < sizeof text; i++)
        text[i] = i % 20 == 19 && i + 2 < sizeof text ? ' ' : 'c';
    return text;
}

static const char *hostname_of(int is_long)
{
    static char longest[256];

    if (!is_long)
        return "mx.server.example";
    for (size_t i = 0; i < 255; i++)
        longest[i] = i % 2 ? (i % 60 == 59 ? '.' : '-') : 'a';
    return longest;
}

static int nothing_is_written(void *ctx, ehlo_server *server, const void *data, size_t size)
{
    (void)ctx, (void)server, (void)data, (void)size;
    return EHLO_DEFAULT;
}

static int nothing_is_decided(void *ctx, ehlo_server *server, const ehlo_request *request)
{
    (void)ctx, (void)server, (void)request;
    return EHLO_DEFAULT;
}

/* Those of the set that this config may have. */
static void offer(ehlo_server_config *config, uint32_t set)
{
    ehlo_server_config tried = *config;

    tried.callbacks.write = nothing_is_written;
    tried.callbacks.decide = nothing_is_decided;
    tried.extensions = 0;
    for (uint32_t bit = 1; bit && bit <= EHLO_EXTENSION_XFORWARD; bit <<= 1) {
        if (!(set & bit))
            continue;
        tried.extensions |= bit;
        tried.demands = 0;
        if (ehlo_server_config_problem(&tried))
            tried.extensions &= ~bit;
    }
    config->extensions = tried.extensions;
}

static uint32_t wanted_of(const unsigned char header[HEADER])
{
    static const uint32_t first[8] = {EHLO_EXTENSION_BINARYMIME,  EHLO_EXTENSION_STARTTLS,
                                      EHLO_EXTENSION_AUTH,        EHLO_EXTENSION_DSN,
                                      EHLO_EXTENSION_DELIVERBY,   EHLO_EXTENSION_FUTURERELEASE,
                                      EHLO_EXTENSION_MT_PRIORITY, EHLO_EXTENSION_REQUIRETLS};
    static const uint32_t second[8] = {
        EHLO_EXTENSION_RRVS, EHLO_EXTENSION_NO_SOLICITING, EHLO_EXTENSION_LIMITS, EHLO_EXTENSION_BURL,
        EHLO_EXTENSION_ETRN, EHLO_EXTENSION_ATRN,          EHLO_EXTENSION_PRDR,   EHLO_EXTENSION_XCLIENT};
    uint32_t set = 0;

    for (int i = 0; i < 8; i++) {
        set |= header[9] >> i & 1 ? first[i] : 0;
        set |= header[10] >> i & 1 ? second[i] : 0;
    }
    set |= header[11] & 0x01 ? (uint32_t)EHLO_EXTENSION_XFORWARD : 0;
    set |= header[11] & 0x20 ? (uint32_t)EHLO_EXTENSION_EXPN : 0;
    if (header[0] & 0x80)
        set |= EHLO_EXTENSION_SEND | EHLO_EXTENSION_SOML | EHLO_EXTENSION_SAML | EHLO_EXTENSION_TURN |
               EHLO_EXTENSION_EXPN;
    return set;
}

/* Octets 0 and 8 to 11: what there is. */
static void read_extensions(ehlo_server_config *config, const unsigned char header[HEADER])
{
    static const char *const mechanisms[4] = {"PLAIN LOGIN CRAM-MD5", "SCRAM-SHA-256", "EXTERNAL X_-9 PLAIN",
                                              "DIGEST-MD5 LOGIN"};
    uint32_t dropped = header[0] & 0x3fu;

    if (header[0] & 0x40)
        dropped |= EHLO_EXTENSION_CHUNKING;
    if ((header[8] & 3) == 1)
        ehlo_server_config_submission(config);
    else if ((header[8] & 3) == 2)
        ehlo_server_config_lmtp(config);
    config->demands |= header[8] & 0x04 ? (uint32_t)EHLO_DEMAND_TLS : 0;
    config->demands |= header[8] & 0x08 ? (uint32_t)EHLO_DEMAND_AUTH : 0;
    config->auth_mechanisms = mechanisms[header[11] >> 6];
    config->profile = header[0] & 0x80 ? EHLO_PROFILE_HISTORIC : EHLO_PROFILE_STANDARD;
    if (header[11] & 0x10) {
        config->priority_policy = "MIXER";
        config->solicitation_classes = long_words();
        config->burl_sources = "imap imap://imap.server.example";
    }
    offer(config, (config->extensions | wanted_of(header)) & ~dropped);
    if (!(config->extensions & EHLO_EXTENSION_AUTH))
        config->demands &= ~(uint32_t)EHLO_DEMAND_AUTH;
    if (header[11] & 0x02) {
        config->commands = commands;
        config->command_count = sizeof commands / sizeof *commands;
    }
    if (header[11] & 0x04) {
        config->parameters = parameters;
        config->parameter_count = sizeof parameters / sizeof *parameters;
    }
    if (header[11] & 0x08) {
        config->keywords = keywords;
        config->keyword_count = sizeof keywords / sizeof *keywords;
    }
}

/* Octets 4, 5, 12 and 13: the numbers. */
static void read_limits(ehlo_server_config *config, const unsigned char header[HEADER])
{
    static const uint32_t holds[4] = {604800, 1000, 0, 999999999};

    config->command_timeout = 301; /* so that the two are told apart */
    config->content_timeout = 601;
    if (header[4] & 1)
        config->max_size = 1 + header[4] / 2u;
    if (header[4] & 2)
        config->drain_limit = 1 + header[4] / 2u;
    if (header[5] & 1)
        config->max_recipients = 1 + header[5] / 64u;
    if (header[5] & 2)
        config->max_errors = 1 + header[5] / 32u % 4;
    if (header[5] & 4)
        config->max_idle_commands = 1 + header[5] / 32u;
    if (header[5] & 8)
        config->max_line = 512;
    if (header[5] & 16)
        config->max_errors = config->max_idle_commands = 0;
    if (header[12] & 3)
        config->max_auth_failures = header[12] & 3;
    config->max_transactions = header[12] >> 2 & 3;
    config->min_by = header[12] & 16 ? 60 : 0;
    config->max_hold = holds[header[12] >> 5 & 3];
    if (header[13] & 8)
        config->max_text_line = 0;
}

void plan_read(struct plan *plan, const unsigned char header[HEADER])
{
    static const uint64_t clocks[8] = {
        0, 1, 1700000000, 4294967295, 4294967296, 253402300799, 253402300800, UINT64_MAX};
    static const uint32_t offers[8] = {~(uint32_t)EHLO_EXTENSION_8BITMIME,
                                       ~(uint32_t)(EHLO_EXTENSION_CHUNKING | EHLO_EXTENSION_AUTH),
                                       ~(uint32_t)EHLO_EXTENSION_STARTTLS,
                                       ~(uint32_t)EHLO_EXTENSION_ENHANCEDSTATUSCODES,
                                       0,
                                       UINT32_MAX,
                                       EHLO_EXTENSION_AUTH,
                                       ~(uint32_t)(EHLO_EXTENSION_PIPELINING | EHLO_EXTENSION_DSN)};
    static const uint64_t sizes[4] = {100000, 60, 1, 0};
    ehlo_server_config *config = &plan->config;

    memset(plan, 0, sizeof *plan);
    ehlo_server_config_init(config);
    config->hostname = hostname_of(header[12] >> 7);
    config->leniencies = header[1] & 0x7f;
    config->bare_cr = header[2] % 3;
    config->bare_lf = header[2] / 3 % 3;
    config->nul = header[2] >> 7;
    config->long_line = header[3] & 1 ? EHLO_REFUSE : EHLO_PASS;
    config->eight_bit = header[3] & 2 ? EHLO_REFUSE : EHLO_PASS;
    config->pipelined = header[8] & 0x80 ? EHLO_REFUSE : EHLO_PASS;
    read_extensions(config, header);
    read_limits(config, header);

    plan->early = header[3] >> 2 & 1;
    plan->write_fails = header[3] & 0x80 ? (header[3] >> 3 & 0x0f) + 1u : 0;
    plan->at_write = (enum trouble)(header[14] & 3);
    plan->seed = header[6];
    plan->finish = (enum finish)(header[7] % FINISH_COUNT);
    plan->trouble_at = header[7] / FINISH_COUNT;
    plan->trouble = (enum trouble)(header[13] >> 5 & 3);
    plan->is_traced = !(header[1] & 0x80);
    plan->is_deaf = header[13] >> 4 & 1;
    plan->implicit_tls = header[8] >> 4 & 1;
    plan->handshake = (enum handshake)(header[8] >> 5 & 3);
    plan->clock = clocks[header[13] & 7];
    plan->first_id = header[13] & 0x80 ? UINT64_MAX - 1000000 : 0;
    plan->offer = offers[header[15] & 7];
    plan->max_size = sizes[header[15] >> 3 & 3];
    memcpy(plan->answers, header + HEADER - ANSWERS, ANSWERS);
}
