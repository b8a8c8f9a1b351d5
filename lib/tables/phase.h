/* phase.h - the machine of a session: what is allowed now, and what comes of it. */
#ifndef EHLO_TABLES_PHASE_H
#define EHLO_TABLES_PHASE_H

#include "phases.def"

/* CLOSED is 0, so that zeroed memory is a session that is over. */
#define EHLO__PHASE(name, place, means) EHLO__PHASE_##name,
typedef enum ehlo__phase { EHLO_PHASE_LIST(EHLO__PHASE) EHLO__PHASE_COUNT } ehlo__phase;
#undef EHLO__PHASE

/* Where in a session's course a phase is. */
typedef enum ehlo__place {
    EHLO__PLACE_NOWHERE,
    EHLO__PLACE_BEGINNING,
    EHLO__PLACE_BETWEEN,
    EHLO__PLACE_TRANSACTION,
    EHLO__PLACE_MESSAGE /* which is in a transaction, too */
} ehlo__place;

int ehlo__phase_place(int phase);

/* Whether the command is allowed; EHLO_ANY_COMMAND, the unknown one, never is. */
int ehlo__phase_allows(int phase, int command);

/* The ehlo_reason why it is not, in a session of that ehlo_service. */
int ehlo__phase_denial(int phase, int command, int service);

/* The phase after a good or a bad reply to a command; where it is not allowed, the same one. */
int ehlo__phase_after_success(int phase, int command);
int ehlo__phase_after_failure(int phase, int command);

/* The same for a reply of that code, the exceptions heeded. */
int ehlo__phase_after(int phase, int command, int code);

#endif
