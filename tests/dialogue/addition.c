/* addition.c - what the host adds to the config: commands, parameters and keywords of its own (R24); and
 * the secrets that nothing may hold. */
#include "parse.h"

#include <string.h>

static uint32_t phase_named(const void *name, size_t size)
{
    static const char *const names[] = {"before", "between", "transaction"};
    for (uint32_t i = 0; i < 3; i++)
        if (strlen(names[i]) == size && memcmp(name, names[i], size) == 0)
            return (uint32_t)EHLO_HOST_BEFORE_HELLO << i;
    return 0;
}

static void codes_of(reader *in, ehlo_host_command *out, const char *text, size_t size)
{
    size_t count = 0;
    for (size_t at = 0; at < size && !in->failed; at += 4) {
        if (count == sizeof out->codes / sizeof *out->codes)
            wrong(in, "a command has 12 codes at most");
        else
            out->codes[count++] = (uint16_t)number(in, text + at, size - at < 3 ? size - at : 3);
        if (at + 3 < size && text[at + 3] != ',')
            wrong(in, "codes are parted by commas: %s", text);
    }
}

/* The value behind "KEY=" where the word begins with that. */
static const char *value_of(const char *word, const char *key, size_t *size)
{
    size_t length = strlen(key);
    if (!starts_with(word, key))
        return NULL;
    *size -= length;
    return word + length;
}

/* "command XSTATE phases=before,between needs=tls codes=250,550" */
void own_command_line(reader *in, const char *text)
{
    struct dialogue *out = in->out;
    ehlo_host_command *command = &out->commands[out->config.command_count];
    size_t size = word_size(text);
    const char *value;

    if (out->step_count || out->config.command_count == sizeof out->commands / sizeof *out->commands) {
        wrong(in, "at most 32 commands, and these lines come first");
        return;
    }
    command->verb = pool_copy(&out->pool, text, size);
    for (text = after_blanks(text + size); *text; text = after_blanks(text)) {
        size_t word = size = word_size(text);
        if ((value = value_of(text, "phases=", &size)) != NULL)
            command->phases = set_of(in, value, size, &(named_sets){7, 0, phase_named});
        else if ((value = value_of(text, "needs=", &size)) != NULL)
            command->needs = demands_of(in, value, size);
        else if ((value = value_of(text, "codes=", &size)) != NULL)
            codes_of(in, command, value, size);
        else
            wrong(in, "not phases=LIST, needs=LIST or codes=LIST: %s", text);
        text += word;
    }
    out->config.commands = out->commands;
    out->config.command_count++;
    out->only_engine = "command";
}

/* "parameter MAIL XTAG required" */
void own_parameter_line(reader *in, const char *text)
{
    static const char *const values[] = {"none", "required", "optional"};
    struct dialogue *out = in->out;
    ehlo_host_parameter *parameter = &out->parameters[out->config.parameter_count];
    size_t size = word_size(text);

    if (out->step_count || out->config.parameter_count == sizeof out->parameters / sizeof *out->parameters) {
        wrong(in, "at most 32 parameters, and these lines come first");
        return;
    }
    parameter->command = ehlo_command_number(text, size);
    text = after_blanks(text + size);
    size = word_size(text);
    parameter->keyword = keep(in, text, size, NULL);
    text = after_blanks(text + size);
    parameter->value = -1;
    for (int i = 0; i < 3; i++)
        if (strcmp(text, values[i]) == 0)
            parameter->value = i;
    if (parameter->value < 0)
        wrong(in, "its value is none, required or optional: %s", text);
    out->config.parameters = out->parameters;
    out->config.parameter_count++;
    out->only_engine = "parameter";
}

/* "keyword "XSTATE 1"" */
void own_keyword_line(reader *in, const char *text)
{
    struct dialogue *out = in->out;

    if (out->step_count || out->config.keyword_count == sizeof out->keywords / sizeof *out->keywords) {
        wrong(in, "at most 32 keywords, and these lines come first");
        return;
    }
    out->keywords[out->config.keyword_count++] = quoted(in, text, NULL);
    out->config.keywords = out->keywords;
    out->only_engine = "keyword";
}

void secret_line(reader *in, const char *text)
{
    struct dialogue *out = in->out;
    struct secret *secret = &out->secrets[out->secret_count];

    if (out->secret_count == sizeof out->secrets / sizeof *out->secrets) {
        wrong(in, "more secrets than the runner has room for");
        return;
    }
    secret->data = keep(in, text, strlen(text), &secret->size);
    out->secret_count += secret->size > 0;
}
