/* leniency.h - what the table of leniencies says, by index: 0 to below EHLO__LENIENCY_COUNT. */
#ifndef EHLO_TABLES_LENIENCY_H
#define EHLO_TABLES_LENIENCY_H

#include <ehlo/server.h>

#include "leniencies.def"

#define X(name, word, interop, allows, reopens) +1
enum { EHLO__LENIENCY_COUNT = 0 EHLO_LENIENCIES(X) };
#undef X

const char *ehlo__leniency_allows(size_t index);
const char *ehlo__leniency_reopens(size_t index);

/* Sets of them: all; those of ehlo_server_config_interop(). */
uint32_t ehlo__leniencies_all(void);
uint32_t ehlo__leniencies_interop(void);

#endif
