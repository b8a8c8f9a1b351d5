/* call.c - the frame of every public call that can change something: its block, and what it leaves; and the
 * ids that the host is given within it. */
#include "../tables/phase.h"
#include "session.h"

int ehlo__begin(ehlo_server *server, ehlo__call *call)
{
    if (server->call)
        return EHLO_BUSY;
    if (server->phase == EHLO__PHASE_CLOSED)
        return EHLO_GONE;
    call->place = EHLO__IN_ENGINE;
    call->code = 0;
    call->answer_start = 0;
    call->used = 0;
    call->in_challenge = 0;
    call->is_over = 0;
    server->call = call;
    return EHLO_OK;
}

void ehlo__end(ehlo_server *server)
{
    ehlo__notes(server);
    ehlo__flush(server);
    ehlo__notes(server); /* `write` may have failed, or asked for something */
    ehlo__flush(server);
    server->call = NULL;
}

uint64_t ehlo__next_id(ehlo_server *server)
{
    server->last_id += server->last_id == UINT64_MAX ? 2 : 1; /* never 0 */
    return server->last_id;
}
