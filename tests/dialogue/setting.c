/* setting.c - config lines: the fields of ehlo_server_config by their names. */
#include "parse.h"

#include <string.h>

/* A list of names, "all", "default", "none", "-NAME". */
static uint32_t set_of(reader *in, const char *text, size_t size, uint32_t all, uint32_t defaults,
                       uint32_t (*named)(const void *, size_t))
{
    uint32_t set = 0;
    while (size) {
        size_t length = 0, less = *text == '-';
        uint32_t some;
        while (length < size && text[length] != ',')
            length++;
        if (length == 3 && memcmp(text, "all", 3) == 0)
            some = all;
        else if (length == 7 && memcmp(text, "default", 7) == 0)
            some = defaults;
        else if (length == 4 && memcmp(text, "none", 4) == 0)
            some = 0;
        else if (!(some = named(text + less, length - less)))
            wrong(in, "no such name: %.*s", (int)length, text);
        set = less ? set & ~some : set | some;
        length += length < size;
        text += length;
        size -= length;
    }
    return set;
}

static uint32_t all_extensions(void)
{
    uint32_t set = 0;
    for (int bit = 0; bit < 32; bit++)
        if (ehlo_extension_keyword((uint32_t)1 << bit))
            set |= (uint32_t)1 << bit;
    return set;
}

uint32_t extensions_of(reader *in, const char *text, size_t size)
{
    ehlo_server_config defaults;
    ehlo_server_config_init(&defaults);
    return set_of(in, text, size, all_extensions(), defaults.extensions, ehlo_extension_named);
}

static uint32_t leniencies_of(reader *in, const char *text, size_t size)
{
    ehlo_server_config interop;
    ehlo_server_config_init(&interop);
    ehlo_server_config_interop(&interop);
    if (size == 7 && memcmp(text, "interop", 7) == 0)
        return interop.leniencies;
    return set_of(in, text, size, 0, interop.leniencies, ehlo_leniency_named);
}

static int one_of(reader *in, const char *text, const char *const *words, int count)
{
    for (int i = 0; i < count; i++)
        if (strcmp(text, words[i]) == 0)
            return i;
    wrong(in, "not a value for this: %s", text);
    return 0;
}

/* One KEY=VALUE. */
static void setting(reader *in, const char *text, size_t size)
{
    static const char *const policies[] = {"refuse", "pass", "normalize"}, *const profiles[] = {"standard",
                                                                                                "historic"};
    ehlo_server_config *config = &in->out->config;
    const struct {
        const char *key;
        uint64_t *wide;
        uint32_t *narrow;
        int *policy;
        int tcp; /* 1: echo-server has an option for it */
    } fields[] = {
        {"max_size", &config->max_size, NULL, NULL, 1},
        {"drain_limit", &config->drain_limit, NULL, NULL, 0},
        {"max_recipients", NULL, &config->max_recipients, NULL, 1},
        {"max_errors", NULL, &config->max_errors, NULL, 1},
        {"max_idle_commands", NULL, &config->max_idle_commands, NULL, 0},
        {"max_line", NULL, &config->max_line, NULL, 1},
        {"max_text_line", NULL, &config->max_text_line, NULL, 0},
        {"command_timeout", NULL, &config->command_timeout, NULL, 0},
        {"content_timeout", NULL, &config->content_timeout, NULL, 0},
        {"bare_cr", NULL, NULL, &config->bare_cr, 0},
        {"bare_lf", NULL, NULL, &config->bare_lf, 0},
        {"nul", NULL, NULL, &config->nul, 0},
        {"long_line", NULL, NULL, &config->long_line, 0},
        {"eight_bit", NULL, NULL, &config->eight_bit, 0},
        {"pipelined", NULL, NULL, &config->pipelined, 0},
    };
    const char *pair = pool_copy(&in->out->pool, text, size), *value = strchr(pair, '=');
    size_t key_size = value ? (size_t)(value - pair) : 0;

    if (!value || !value[1]) {
        wrong(in, "not KEY=VALUE: %s", pair);
        return;
    }
    value++;
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (strlen(fields[i].key) == key_size && memcmp(fields[i].key, pair, key_size) == 0) {
            if (!fields[i].tcp)
                in->out->only_engine = fields[i].key;
            if (fields[i].wide)
                *fields[i].wide = number(in, value, strlen(value));
            else if (fields[i].narrow)
                *fields[i].narrow = (uint32_t)number(in, value, strlen(value));
            else
                *fields[i].policy = one_of(in, value, policies, 3);
            return;
        }
    if (starts_with(pair, "hostname=")) {
        config->hostname = keep(in, value, strlen(value), NULL);
    } else if (starts_with(pair, "extensions=")) {
        config->extensions = extensions_of(in, value, strlen(value));
    } else if (starts_with(pair, "lenient=")) {
        config->leniencies = leniencies_of(in, value, strlen(value));
    } else if (starts_with(pair, "profile=")) {
        config->profile = one_of(in, value, profiles, 2);
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
        text += size;
    }
}
