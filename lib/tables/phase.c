/* phase.c - the order machine as three small arrays.  It touches no octets and keeps no state: a phase
 * and a command go in, a phase or a reason comes out. */
#include "phase.h"

#include <ehlo/server.h>

#include "command.h"

/* The phases that replies lead to, each plus 1; 0: not allowed. */
static const uint8_t after_success[EHLO__PHASE_COUNT][EHLO__COMMAND_COUNT] = {
#define X(phase, command, success, failure) [EHLO__PHASE_##phase][EHLO_##command] = EHLO__PHASE_##success + 1,
    EHLO_MOVES(X)
#undef X
};

static const uint8_t after_failure[EHLO__PHASE_COUNT][EHLO__COMMAND_COUNT] = {
#define X(phase, command, success, failure) [EHLO__PHASE_##phase][EHLO_##command] = EHLO__PHASE_##failure + 1,
    EHLO_MOVES(X)
#undef X
};

/* Reasons that are not OUT_OF_ORDER: for one command, and for all of a phase. */
static const uint8_t denials[EHLO__PHASE_COUNT][EHLO__COMMAND_COUNT] = {
#define X(phase, command, event) [EHLO__PHASE_##phase][EHLO_##command] = EHLO_EVENT_##event,
    EHLO_DENIALS(X)
#undef X
};

static const uint8_t closed_doors[EHLO__PHASE_COUNT] = {
#define X(phase, event) [EHLO__PHASE_##phase] = EHLO_EVENT_##event,
    EHLO_CLOSED_DOORS(X)
#undef X
};

static const char names[EHLO__PHASE_COUNT][16] = {
#define X(name, means) #name,
    EHLO_PHASE_LIST(X)
#undef X
};

static const char meanings[EHLO__PHASE_COUNT][48] = {
#define X(name, means) means,
    EHLO_PHASE_LIST(X)
#undef X
};

int ehlo__phase_allows(int phase, int command)
{
    return after_success[phase][command] != 0;
}

int ehlo__phase_after_success(int phase, int command)
{
    return after_success[phase][command] - 1;
}

int ehlo__phase_after_failure(int phase, int command)
{
    return after_failure[phase][command] - 1;
}

int ehlo__phase_denial(int phase, int command)
{
    if (denials[phase][command])
        return denials[phase][command];
    return closed_doors[phase] ? closed_doors[phase] : EHLO_EVENT_OUT_OF_ORDER;
}

const char *ehlo__phase_name(int phase)
{
    return names[phase];
}

const char *ehlo__phase_means(int phase)
{
    return meanings[phase];
}
