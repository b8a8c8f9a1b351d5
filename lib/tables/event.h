/* event.h - what the table of events says, by ehlo_reason. */
#ifndef EHLO_TABLES_EVENT_H
#define EHLO_TABLES_EVENT_H

#include <ehlo/server.h>

#include "events.def"

enum { EHLO__EFFECT_REPORT, EHLO__EFFECT_ERROR, EHLO__EFFECT_CLOSE, EHLO__EFFECT_CONTENT };

typedef struct ehlo__event_row {
    uint16_t code; /* of the reply that goes with it, or 0 */
    uint8_t effect;
} ehlo__event_row;

/* The row and the words of a reason; `reason` is one, not EHLO_EVENT_NONE. */
const ehlo__event_row *ehlo__event(int reason);
const char *ehlo__event_name(int reason);
const char *ehlo__event_enhanced(int reason); /* "" where there is none */
const char *ehlo__event_reply(int reason);

#endif
