/* host.c - the commands that a host adds through its config (R24): one line each, in order where their row
 * says, answered only by the codes that are in it.
 */
#include <string.h>

#include "../tables/command.h"
#include "../tables/phase.h"
#include "../text/ascii.h"
#include "session.h"

enum { MOST_CODES = sizeof((ehlo_host_command *)0)->codes / sizeof(uint16_t) };

static const ehlo_host_command *row_of(const ehlo_server_config *config, int command)
{
    return &config->commands[command - EHLO_HOST_COMMAND];
}

int ehlo__host_verb_find(const ehlo_server_config *config, ehlo_text verb)
{
    for (uint32_t i = 0; i < config->command_count; i++)
        if (ehlo__same_word(verb.data, verb.size, config->commands[i].verb,
                            ehlo__text_size(config->commands[i].verb)))
            return EHLO_HOST_COMMAND + (int)i;
    return 0;
}

/* The ehlo_host_phase of a phase, 0 where a command of a host's is never in order. */
static uint32_t host_phase_of(int phase)
{
    switch (ehlo__phase_place(phase)) {
    case EHLO__PLACE_BEGINNING: return EHLO_HOST_BEFORE_HELLO;
    case EHLO__PLACE_BETWEEN: return EHLO_HOST_BETWEEN;
    case EHLO__PLACE_TRANSACTION: return EHLO_HOST_TRANSACTION;
    default: return 0;
    }
}

int ehlo__host_refusal(const ehlo_server *server, int command)
{
    const ehlo_host_command *row = row_of(server->config, command);
    uint32_t demands = row->needs | server->config->demands;

    if ((demands & EHLO_DEMAND_TLS) && !(server->flags & EHLO__TLS))
        return EHLO_EVENT_TLS_REQUIRED;
    if (!(row->phases & host_phase_of(server->phase)))
        return EHLO_EVENT_OUT_OF_ORDER;
    return (demands & EHLO_DEMAND_AUTH) && !(server->flags & EHLO__AUTHENTICATED) ? EHLO_EVENT_AUTH_REQUIRED
                                                                                  : 0;
}

int ehlo__host_permits(const ehlo_server_config *config, int command, int code)
{
    const ehlo_host_command *row = row_of(config, command);

    for (size_t i = 0; i < MOST_CODES && row->codes[i]; i++)
        if (row->codes[i] == code)
            return 1;
    return 0;
}

int ehlo__host_default(const ehlo_server_config *config, int command)
{
    return row_of(config, command)->codes[0];
}

int ehlo__host_stand_in(const ehlo_server_config *config, int command)
{
    const ehlo_host_command *row = row_of(config, command);

    for (size_t i = 0; i < MOST_CODES && row->codes[i]; i++)
        if (row->codes[i] / 100 == EHLO_SEVERITY_TEMPORARY)
            return row->codes[i];
    return EHLO__SERVICE_CLOSING;
}

static int is_verb(const char *verb)
{
    enum { LONGEST = 12 };
    size_t size = verb ? ehlo__text_size(verb) : 0;

    for (size_t i = 0; i < size; i++)
        if (!ehlo__is((unsigned char)verb[i], EHLO__LET_DIG) || (verb[i] >= 'a' && verb[i] <= 'z'))
            return 0;
    return size && size <= LONGEST && !ehlo__verb_find(verb, size) && !ehlo__verb_is_foreign(verb, size);
}

static int are_codes(const ehlo_host_command *row)
{
    for (size_t i = 0; i < MOST_CODES && row->codes[i]; i++)
        if (ehlo_reply_severity(row->codes[i]) == EHLO_SEVERITY_NONE ||
            ehlo_reply_severity(row->codes[i]) == EHLO_SEVERITY_INTERMEDIATE)
            return 0;
    return row->codes[0] != 0;
}

const char *ehlo__host_problem(const ehlo_server_config *config)
{
    enum { MOST = 32 };
    const uint32_t phases = EHLO_HOST_BEFORE_HELLO | EHLO_HOST_BETWEEN | EHLO_HOST_TRANSACTION;

    if (config->command_count > MOST || (config->command_count && !config->commands))
        return "commands is not set, or has more than 32";
    for (uint32_t i = 0; i < config->command_count; i++) {
        const ehlo_host_command *row = &config->commands[i];
        if (!is_verb(row->verb))
            return "commands: a verb is not 1 to 12 capital letters and digits, or is one already";
        if (ehlo__host_verb_find(config, (ehlo_text){row->verb, ehlo__text_size(row->verb)}) !=
            EHLO_HOST_COMMAND + (int)i)
            return "commands: a verb is there twice";
        if (!row->phases || (row->phases & ~phases) ||
            (row->needs & ~(uint32_t)(EHLO_DEMAND_TLS | EHLO_DEMAND_AUTH)))
            return "commands: phases or needs are not among those that there are";
        if (!are_codes(row))
            return "commands: codes are none, or not all 2yz, 4yz or 5yz";
        if (row->reserved)
            return "commands: a reserved field is not zero";
    }
    return NULL;
}
