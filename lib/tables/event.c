/* event.c - the table of events: the engine's own replies, and what is reported. */
#include "event.h"

static const ehlo__event_row rows[EHLO_EVENT_COUNT] = {
#define X(name, code, enhanced, effect, reply, means) [EHLO_EVENT_##name] = {code, EHLO__EFFECT_##effect},
    EHLO_EVENTS(X)
#undef X
};

static const char names[EHLO_EVENT_COUNT][24] = {
#define X(name, code, enhanced, effect, reply, means) [EHLO_EVENT_##name] = #name,
    EHLO_EVENTS(X)
#undef X
};

static const char enhanced_codes[EHLO_EVENT_COUNT][8] = {
#define X(name, code, enhanced, effect, reply, means) [EHLO_EVENT_##name] = enhanced,
    EHLO_EVENTS(X)
#undef X
};

static const char replies[EHLO_EVENT_COUNT][80] = {
#define X(name, code, enhanced, effect, reply, means) [EHLO_EVENT_##name] = reply,
    EHLO_EVENTS(X)
#undef X
};

static const char meanings[EHLO_EVENT_COUNT][72] = {
#define X(name, code, enhanced, effect, reply, means) [EHLO_EVENT_##name] = means,
    EHLO_EVENTS(X)
#undef X
};

static const char ends[EHLO_END_COUNT][48] = {
#define X(name, means) [EHLO_END_##name] = means,
    EHLO_ENDS(X)
#undef X
};

const ehlo__event_row *ehlo__event(int reason)
{
    return &rows[reason];
}

const char *ehlo__event_name(int reason)
{
    return names[reason];
}

const char *ehlo__event_enhanced(int reason)
{
    return enhanced_codes[reason];
}

const char *ehlo__event_reply(int reason)
{
    return replies[reason];
}

const char *ehlo_event_text(int reason)
{
    return reason > EHLO_EVENT_NONE && reason < EHLO_EVENT_COUNT ? meanings[reason] : "";
}

const char *ehlo_end_text(int end)
{
    return end > EHLO_END_NONE && end < EHLO_END_COUNT ? ends[end] : "";
}
