/* names.c - the words for events, ends of transactions, wants and statuses. */
#include "dialogue.h"

#include <string.h>

#include "../../lib/tables/events.def"

#define NAME(name, ...) #name,
static const char *const event_names[] = {"NONE", EHLO_EVENTS(NAME)};
static const char *const end_names[] = {"NONE", EHLO_ENDS(NAME)};
#undef NAME

const char *const wants_names[6] = {"CLOSE", "FEED", "INPUT", "REPLY", "TLS", "TURN"};

static const struct {
    const char *name;
    int status;
} statuses[] = {
    {"OK", EHLO_OK},           {"BUSY", EHLO_BUSY},         {"STALE", EHLO_STALE},
    {"GONE", EHLO_GONE},       {"TOO_LONG", EHLO_TOO_LONG}, {"MISUSE", EHLO_MISUSE},
    {"INVALID", EHLO_INVALID}, {"REPLIED", EHLO_REPLIED},   {"UNKNOWN_REPLY", EHLO_UNKNOWN_REPLY},
};

const char *command_name(const struct dialogue *of, int command)
{
    uint32_t index = (uint32_t)command - EHLO_HOST_COMMAND;
    return index < of->config.command_count ? of->commands[index].verb : ehlo_command_name(command);
}

int command_named(const struct dialogue *of, const char *name, size_t size)
{
    for (uint32_t i = 0; i < of->config.command_count; i++)
        if (strlen(of->commands[i].verb) == size && memcmp(of->commands[i].verb, name, size) == 0)
            return EHLO_HOST_COMMAND + (int)i;
    return ehlo_command_number(name, size);
}

const char *event_name(int reason)
{
    return reason >= 0 && reason < EHLO_EVENT_COUNT ? event_names[reason] : "no event";
}

int event_named(const char *name)
{
    for (int i = 1; i < EHLO_EVENT_COUNT; i++)
        if (strcmp(event_name(i), name) == 0)
            return i;
    return 0;
}

const char *end_name(int end)
{
    return end >= 0 && end < EHLO_END_COUNT ? end_names[end] : "no end";
}

const char *status_name(int status)
{
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
        if (statuses[i].status == status)
            return statuses[i].name;
    return "another status";
}

/* AHEAD_OF_TLS does not: here the host shows whatever came, before the handshake. */
int event_depends_on_cut(int reason)
{
    return reason == EHLO_EVENT_PIPELINED || reason == EHLO_EVENT_EARLY_TALKER;
}

int status_named(const char *name, int *status)
{
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
        if (strcmp(statuses[i].name, name) == 0) {
            *status = statuses[i].status;
            return 1;
        }
    return 0;
}
