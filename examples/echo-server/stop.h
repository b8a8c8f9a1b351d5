/* stop.h - SIGTERM and SIGINT as something that can be waited for like everything else. */
#ifndef STOP_H
#define STOP_H

/* 1 once one of them has come. */
int stop_asked(void);

/* From now on these signals end nothing, and the descriptor that is returned becomes readable with
 * the first of them, and stays so.  Also ignores SIGPIPE: who writes to a peer that is gone gets
 * an error, and that is enough. */
int stop_descriptor(void);

#endif
