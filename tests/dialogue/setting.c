/* setting.c - config lines: the fields of ehlo_server_config by their names. */
#include "parse.h"

#include <string.h>

#include "../../lib/tables/extensions.def"

/* ---- sets of names ------------------------------------------------------------------------------ */

static int is_name(const char *text, size_t size, const char *name)
{
    return strlen(name) == size && memcmp(text, name, size) == 0;
}

uint32_t set_of(reader *in, const char *text, size_t size, const named_sets *names)
{
    uint32_t set = 0;
    while (size) {
        size_t length = 0, less = *text == '-';
        uint32_t some;
        while (length < size && text[length] != ',')
            length++;
        if (is_name(text, length, "all"))
            some = names->all;
        else if (is_name(text, length, "default"))
            some = names->defaults;
        else if (is_name(text, length, "none"))
            some = 0;
        else if (!(some = names->named(text + less, length - less)))
            wrong(in, "no such name: %.*s", (int)length, text);
        set = less ? set & ~some : set | some;
        length += length < size;
        text += length;
        size -= length;
    }
    return set;
}

/* Where the table says that an extension may be offered. */
enum {
    SERVICES_ALL = 1 << EHLO_SERVICE_SMTP | 1 << EHLO_SERVICE_SUBMISSION | 1 << EHLO_SERVICE_LMTP,
    SERVICES_MAIL = 1 << EHLO_SERVICE_SMTP | 1 << EHLO_SERVICE_SUBMISSION,
    SERVICES_RELAY = 1 << EHLO_SERVICE_SMTP,
    SERVICES_SUBMISSION = 1 << EHLO_SERVICE_SUBMISSION
};

/* All that this service may offer, but XCLIENT and XFORWARD: those are for clients that are trusted. */
static uint32_t all_extensions(const ehlo_server_config *config)
{
    static const struct {
        uint32_t bit;
        int services, profile;
    } rows[] = {
#define ROW(name, keyword, value, requires, services, when, standing, offered, source)                       \
    {EHLO_EXTENSION_##name, SERVICES_##services, EHLO_PROFILE_##standing},
        EHLO_EXTENSIONS(ROW)
#undef ROW
    };
    uint32_t set = 0;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].services >> config->service & 1 && rows[i].profile <= config->profile)
            set |= rows[i].bit;
    return set & ~(uint32_t)(EHLO_EXTENSION_XCLIENT | EHLO_EXTENSION_XFORWARD);
}

uint32_t extensions_of(reader *in, const char *text, size_t size)
{
    const ehlo_server_config *config = &in->out->config;
    ehlo_server_config defaults;

    ehlo_server_config_init(&defaults);
    if (config->service == EHLO_SERVICE_SUBMISSION)
        ehlo_server_config_submission(&defaults);
    if (config->service == EHLO_SERVICE_LMTP)
        ehlo_server_config_lmtp(&defaults);
    return set_of(in, text, size,
                  &(named_sets){all_extensions(config), defaults.extensions, ehlo_extension_named});
}

static uint32_t leniencies_of(reader *in, const char *text, size_t size)
{
    ehlo_server_config interop;
    ehlo_server_config_init(&interop);
    ehlo_server_config_interop(&interop);
    if (is_name(text, size, "interop"))
        return interop.leniencies;
    return set_of(in, text, size, &(named_sets){0, interop.leniencies, ehlo_leniency_named});
}

static uint32_t demand_named(const void *name, size_t size)
{
    return is_name(name, size, "tls") ? EHLO_DEMAND_TLS : is_name(name, size, "auth") ? EHLO_DEMAND_AUTH : 0;
}

uint32_t demands_of(reader *in, const char *text, size_t size)
{
    return set_of(in, text, size, &(named_sets){0, 0, demand_named});
}

/* ---- one KEY=VALUE ------------------------------------------------------------------------------ */

static int one_of(reader *in, const char *text, const char *const *words, int count)
{
    for (int i = 0; i < count; i++)
        if (strcmp(text, words[i]) == 0)
            return i;
    wrong(in, "not a value for this: %s", text);
    return 0;
}

/* The preset of a service takes a config as ehlo_server_config_init() left it, so this key comes first. */
static void service(reader *in, const char *value)
{
    static const char *const services[] = {"smtp", "submission", "lmtp"};
    int which = one_of(in, value, services, 3);

    if (in->configured)
        wrong(in, "service= comes before the other keys");
    if (which == EHLO_SERVICE_SUBMISSION)
        ehlo_server_config_submission(&in->out->config);
    if (which == EHLO_SERVICE_LMTP)
        ehlo_server_config_lmtp(&in->out->config);
}

/* Words of the reply to EHLO: a comma stands for the space between two. */
static const char *words_of(reader *in, const char *value)
{
    char *words = pool_copy(&in->out->pool, value, strlen(value));
    for (char *at = words; *at; at++)
        if (*at == ',')
            *at = ' ';
    return words;
}

/* A number, a policy or a text: 1 where the key is one of those. */
static int field(reader *in, const char *key, size_t size, const char *value)
{
    static const char *const policies[] = {"refuse", "pass", "normalize"};
    ehlo_server_config *config = &in->out->config;
    const struct {
        const char *key;
        uint64_t *wide;
        uint32_t *narrow;
        int *policy;
        const char **text;
        int tcp; /* 1: echo-server has an option for it */
    } fields[] = {
        {"max_size", &config->max_size, NULL, NULL, NULL, 1},
        {"drain_limit", &config->drain_limit, NULL, NULL, NULL, 0},
        {"max_recipients", NULL, &config->max_recipients, NULL, NULL, 1},
        {"max_errors", NULL, &config->max_errors, NULL, NULL, 1},
        {"max_idle_commands", NULL, &config->max_idle_commands, NULL, NULL, 0},
        {"max_auth_failures", NULL, &config->max_auth_failures, NULL, NULL, 0},
        {"max_transactions", NULL, &config->max_transactions, NULL, NULL, 0},
        {"max_line", NULL, &config->max_line, NULL, NULL, 1},
        {"max_text_line", NULL, &config->max_text_line, NULL, NULL, 0},
        {"command_timeout", NULL, &config->command_timeout, NULL, NULL, 0},
        {"content_timeout", NULL, &config->content_timeout, NULL, NULL, 0},
        {"min_by", NULL, &config->min_by, NULL, NULL, 1},
        {"max_hold", NULL, &config->max_hold, NULL, NULL, 1},
        {"bare_cr", NULL, NULL, &config->bare_cr, NULL, 0},
        {"bare_lf", NULL, NULL, &config->bare_lf, NULL, 0},
        {"nul", NULL, NULL, &config->nul, NULL, 0},
        {"long_line", NULL, NULL, &config->long_line, NULL, 0},
        {"eight_bit", NULL, NULL, &config->eight_bit, NULL, 0},
        {"pipelined", NULL, NULL, &config->pipelined, NULL, 0},
        {"auth_mechanisms", NULL, NULL, NULL, &config->auth_mechanisms, 1},
        {"burl_sources", NULL, NULL, NULL, &config->burl_sources, 0},
    };

    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        if (!is_name(key, size, fields[i].key))
            continue;
        if (!fields[i].tcp)
            in->out->only_engine = fields[i].key;
        if (fields[i].wide)
            *fields[i].wide = number(in, value, strlen(value));
        else if (fields[i].narrow)
            *fields[i].narrow = (uint32_t)number(in, value, strlen(value));
        else if (fields[i].policy)
            *fields[i].policy = one_of(in, value, policies, 3);
        else
            *fields[i].text = words_of(in, value);
        return 1;
    }
    return 0;
}

static void setting(reader *in, const char *text, size_t size)
{
    static const char *const profiles[] = {"standard", "historic"};
    ehlo_server_config *config = &in->out->config;
    const char *pair = pool_copy(&in->out->pool, text, size), *value = strchr(pair, '=');

    if (!value || !value[1]) {
        wrong(in, "not KEY=VALUE: %s", pair);
        return;
    }
    size = (size_t)(value++ - pair);
    if (field(in, pair, size, value))
        return;
    if (is_name(pair, size, "service")) {
        service(in, value);
    } else if (is_name(pair, size, "demands")) {
        config->demands = demands_of(in, value, strlen(value));
    } else if (is_name(pair, size, "hostname")) {
        config->hostname = keep(in, value, strlen(value), NULL);
    } else if (is_name(pair, size, "extensions")) {
        config->extensions = extensions_of(in, value, strlen(value));
    } else if (is_name(pair, size, "lenient")) {
        config->leniencies = leniencies_of(in, value, strlen(value));
    } else if (is_name(pair, size, "profile")) {
        config->profile = one_of(in, value, profiles, 2);
    } else if (is_name(pair, size, "priority_policy")) { /* these two are one word, whatever its commas */
        config->priority_policy = in->out->only_engine = keep(in, value, strlen(value), NULL);
    } else if (is_name(pair, size, "solicitation_classes")) {
        config->solicitation_classes = in->out->only_engine = keep(in, value, strlen(value), NULL);
    } else {
        wrong(in, "no such field of the config: %s", pair);
    }
}

void config_line(reader *in, const char *text)
{
    if (in->out->step_count)
        wrong(in, "config lines come first");
    for (text = after_blanks(text); *text; text = after_blanks(text)) {
        size_t size = word_size(text);
        setting(in, text, size);
        in->configured = 1;
        text += size;
    }
}
