/* run.h - the two ways to serve; both return once the last session is over. */
#ifndef RUN_H
#define RUN_H

#include "session.h"

void run_loop(struct service *service);  /* loop.c: any number of connections to a socket */
void run_stdio(struct service *service); /* stdio.c: one session on standard input and output */

#endif
