/* phase.c - the machine of a session, as a matrix: RFC 5321 sections 3.1, 3.3, 4.1.4.
 *
 * It looks at no octet and knows no session: a phase and a command in, a phase out.
 */
#include "phase.h"

#include <ehlo/server.h>

#include "command.h"

#define PLACE(name, place, means) [EHLO__PHASE_##name] = EHLO__PLACE_##place,
static const uint8_t places[EHLO__PHASE_COUNT] = {EHLO_PHASE_LIST(PLACE)};

int ehlo__phase_place(int phase)
{
    return places[phase];
}

typedef struct move {
    uint8_t allowed;
    uint8_t success;
    uint8_t failure;
} move;

#define MOVE(phase, command, success_phase, failure_phase)                                                   \
    [EHLO__PHASE_##phase][EHLO_##command] = {                                                                \
        .allowed = 1, .success = EHLO__PHASE_##success_phase, .failure = EHLO__PHASE_##failure_phase},
static const move moves[EHLO__PHASE_COUNT][EHLO__COMMAND_COUNT] = {EHLO_MOVES(MOVE)};

/* A host's own commands are in no move: they change nothing, and config.c says where they are in order. */
static const move *move_of(int phase, int command)
{
    return &moves[phase][command < EHLO_HOST_COMMAND ? command : EHLO_ANY_COMMAND];
}

int ehlo__phase_allows(int phase, int command)
{
    return move_of(phase, command)->allowed;
}

int ehlo__phase_denial(int phase, int command, int service)
{
#define DENIAL(denying, denied, services, event)                                                             \
    if (phase == EHLO__PHASE_##denying && command == EHLO_##denied &&                                        \
        (EHLO__SERVICES_##services >> service & 1))                                                          \
        return EHLO_EVENT_##event;
    EHLO_DENIALS(DENIAL)

    switch (phase) {
#define DOOR(closed, event)                                                                                  \
    case EHLO__PHASE_##closed: return EHLO_EVENT_##event;
        EHLO_CLOSED_DOORS(DOOR)
    default: return EHLO_EVENT_OUT_OF_ORDER;
    }
}

int ehlo__phase_after_success(int phase, int command)
{
    return ehlo__phase_allows(phase, command) ? move_of(phase, command)->success : phase;
}

int ehlo__phase_after_failure(int phase, int command)
{
    return ehlo__phase_allows(phase, command) ? move_of(phase, command)->failure : phase;
}

int ehlo__phase_after(int phase, int command, int code)
{
#define EXCEPTION(leaving, answered, given, next)                                                            \
    if (phase == EHLO__PHASE_##leaving && command == EHLO_##answered && code == (given))                     \
        return EHLO__PHASE_##next;
    EHLO_EXCEPTIONS(EXCEPTION)

    return code / 100 <= EHLO_SEVERITY_INTERMEDIATE ? ehlo__phase_after_success(phase, command)
                                                    : ehlo__phase_after_failure(phase, command);
}
