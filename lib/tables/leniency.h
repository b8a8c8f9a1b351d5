/* leniency.h - the leniencies, as sets.  What each allows and reopens is in leniencies.def. */
#ifndef EHLO_TABLES_LENIENCY_H
#define EHLO_TABLES_LENIENCY_H

#include <stdint.h>

/* Sets of ehlo_leniency: all; those that real mail needs. */
uint32_t ehlo__leniencies_all(void);
uint32_t ehlo__leniencies_interop(void);

#endif
