/* event.c - the events: their rows and their words; and the words for the end of a transaction. */
#include "event.h"

#include <ehlo/server.h>

#include "events.def"

#define ROW(name, reply_code, enhanced, what, reply, means)                                                  \
    [EHLO_EVENT_##name] = {.code = reply_code, .effect = EHLO__EFFECT_##what},
static const ehlo__event_row rows[] = {EHLO_EVENTS(ROW)};

_Static_assert(sizeof rows / sizeof rows[0] == EHLO_EVENT_COUNT, "the last event has no row");

/* All characters in one run, and where each row's begin; its first is "", for EHLO_EVENT_NONE. */
#define FIELDS(name, code, enhanced, effect, reply, means)                                                   \
    char name##_reply[sizeof reply];                                                                         \
    char name##_means[sizeof means];
#define VALUES(name, code, enhanced, effect, reply, means) reply, means,
static const struct pool {
    char none[1];
    EHLO_EVENTS(FIELDS)
} pool = {"", EHLO_EVENTS(VALUES)};

_Static_assert(sizeof pool <= UINT16_MAX, "offsets are 16 bits wide");

#define WORDS(name, code, enhanced, effect, reply, means)                                                    \
    [EHLO_EVENT_##                                                                                           \
        name] = {offsetof(struct pool, name##_reply), offsetof(struct pool, name##_means), enhanced},
static const struct words {
    uint16_t reply;
    uint16_t means;
    char enhanced[sizeof "5.7.11"];
} words[] = {EHLO_EVENTS(WORDS)};

#define FITS(name, code, enhanced_code, effect, reply, means)                                                \
    &&sizeof enhanced_code <= sizeof words[0].enhanced
_Static_assert(1 EHLO_EVENTS(FITS), "an enhanced code is wider than its column");

#define END(name, means) [EHLO_END_##name] = means,
static const char ends[][sizeof "disconnected with the end of data unanswered"] = {EHLO_ENDS(END)};

_Static_assert(sizeof ends / sizeof ends[0] == EHLO_END_COUNT, "the last end has no words");

const ehlo__event_row *ehlo__event(int reason)
{
    return &rows[reason];
}

const char *ehlo__event_enhanced(int reason)
{
    return words[reason].enhanced;
}

const char *ehlo__event_reply(int reason)
{
    return (const char *)&pool + words[reason].reply;
}

const char *ehlo_event_text(int reason)
{
    return (const char *)&pool + (reason > 0 && reason < EHLO_EVENT_COUNT ? words[reason].means : 0);
}

const char *ehlo_end_text(int end)
{
    return end > 0 && end < EHLO_END_COUNT ? ends[end] : ends[EHLO_END_NONE];
}
