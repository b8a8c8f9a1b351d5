/* event.h - the events: what each does to the session, and the reply that goes with it. */
#ifndef EHLO_TABLES_EVENT_H
#define EHLO_TABLES_EVENT_H

#include <stdint.h>

enum {
    EHLO__EFFECT_REPORT, /* nothing more */
    EHLO__EFFECT_ERROR,  /* counts towards max_errors */
    EHLO__EFFECT_CLOSE,  /* ends the session */
    EHLO__EFFECT_CONTENT /* refuses the message, where the config says so */
};

typedef struct ehlo__event_row {
    uint16_t code; /* of the reply, or 0 */
    uint8_t effect;
} ehlo__event_row;

/* The row of an event and the words of its reply, "" where it has none; `reason` is an ehlo_reason. */
const ehlo__event_row *ehlo__event(int reason);
const char *ehlo__event_enhanced(int reason);
const char *ehlo__event_reply(int reason);

#endif
