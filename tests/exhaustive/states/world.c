/* world.c - the configs that are explored, each with small numbers, so that every limit is reached. */
#include "states.h"

enum { COMMAND_TIMEOUT = 301, CONTENT_TIMEOUT = 302 };

static void everything(ehlo_server_config *config)
{
    config->extensions |= EHLO_EXTENSION_EXPN | EHLO_EXTENSION_BINARYMIME | EHLO_EXTENSION_STARTTLS |
                          EHLO_EXTENSION_AUTH | EHLO_EXTENSION_ETRN | EHLO_EXTENSION_ATRN |
                          EHLO_EXTENSION_XCLIENT | EHLO_EXTENSION_XFORWARD;
}

static void demanding_tls(ehlo_server_config *config)
{
    everything(config);
    config->demands = EHLO_DEMAND_TLS;
    config->leniencies = EHLO_LENIENT_EARLY_TALKER;
}

static void submission(ehlo_server_config *config)
{
    ehlo_server_config_submission(config);
    config->extensions |= EHLO_EXTENSION_BURL;
    config->leniencies = EHLO_LENIENT_AUTH_WITHOUT_TLS;
    config->demands |= EHLO_DEMAND_AUTH;
}

static void lmtp(ehlo_server_config *config)
{
    ehlo_server_config_lmtp(config);
}

static void prdr(ehlo_server_config *config)
{
    config->extensions |= EHLO_EXTENSION_PRDR;
}

static void historic(ehlo_server_config *config)
{
    config->profile = EHLO_PROFILE_HISTORIC;
    config->extensions |=
        EHLO_EXTENSION_SEND | EHLO_EXTENSION_SOML | EHLO_EXTENSION_SAML | EHLO_EXTENSION_TURN;
    config->extensions &= ~(uint32_t)EHLO_EXTENSION_CHUNKING;
}

static void refusing_pipelined(ehlo_server_config *config)
{
    config->pipelined = EHLO_REFUSE;
}

static void narrowed(ehlo_server_config *config)
{
    config->extensions |= EHLO_EXTENSION_AUTH;
    config->leniencies = EHLO_LENIENT_AUTH_WITHOUT_TLS;
}

static void small_budgets(ehlo_server_config *config)
{
    config->max_errors = 2;
    config->max_idle_commands = 3;
    config->max_recipients = 1;
}

static void few_transactions(ehlo_server_config *config)
{
    config->extensions |= EHLO_EXTENSION_AUTH;
    config->extensions &= ~(uint32_t)EHLO_EXTENSION_CHUNKING;
    config->leniencies = EHLO_LENIENT_AUTH_WITHOUT_TLS;
    config->max_auth_failures = 2;
    config->max_transactions = 2;
    config->max_recipients = 1;
}

a_world worlds[] = {
    {.name = "everything", .set = everything},
    {.name = "demanding TLS", .set = demanding_tls},
    {.name = "submission", .set = submission},
    {.name = "LMTP", .set = lmtp},
    {.name = "PRDR", .set = prdr},
    {.name = "historic", .set = historic},
    {.name = "pipelined refused", .set = refusing_pipelined},
    {.name = "narrowed", .set = narrowed, .narrows = 1},
    {.name = "small budgets", .set = small_budgets},
    {.name = "few transactions", .set = few_transactions},
};
const size_t world_count = sizeof worlds / sizeof worlds[0];

void worlds_set_up(void)
{
    for (size_t i = 0; i < world_count; i++) {
        ehlo_server_config *config = &worlds[i].config;
        ehlo_server_config_init(config);
        config->hostname = "mx.example";
        config->auth_mechanisms = "PLAIN CRAM-MD5";
        config->max_size = MAX_SIZE;
        config->drain_limit = DRAIN_LIMIT;
        config->max_line = MAX_LINE;
        config->max_errors = config->max_idle_commands = config->max_auth_failures = 0;
        config->command_timeout = COMMAND_TIMEOUT;
        config->content_timeout = CONTENT_TIMEOUT;
        if (i) /* one world is enough for what SMTPUTF8 does */
            config->extensions &= ~(uint32_t)EHLO_EXTENSION_SMTPUTF8;
        worlds[i].set(config);
        host_set(config);
    }
}
