/* phase.h - the order machine: which command is allowed when, and where its reply leads. */
#ifndef EHLO_TABLES_PHASE_H
#define EHLO_TABLES_PHASE_H

#include "phases.def"

typedef enum ehlo__phase {
#define X(name, means) EHLO__PHASE_##name,
    EHLO_PHASE_LIST(X)
#undef X
        EHLO__PHASE_COUNT
} ehlo__phase;

/* 1: allowed.  `command` may be 0 (no command), which never is. */
int ehlo__phase_allows(int phase, int command);

/* Where a reply to a command leads that is allowed in this phase: 2yz or 3yz; 4yz or 5yz. */
int ehlo__phase_after_success(int phase, int command);
int ehlo__phase_after_failure(int phase, int command);

/* Why a command, or 0, is not allowed: an ehlo_reason. */
int ehlo__phase_denial(int phase, int command);

/* A phase's name and its meaning, for documents. */
const char *ehlo__phase_name(int phase);
const char *ehlo__phase_means(int phase);

#endif
