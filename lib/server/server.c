/* server.c - the session as its host holds it: every public call but those about its config.
 *
 * The loop is in ehlo_server_feed(): while nothing is pending and the block has room, take the next
 * command line or the next piece of content, then write all replies at once (R2, R10, R15).
 */
#include <string.h>

#include "../tables/command.h"
#include "../tables/event.h"
#include "../tables/phase.h"
#include "../text/date.h"
#include "session.h"

_Static_assert(sizeof(ehlo_server) <= EHLO_SERVER_SIZE, "a session has grown past what hosts give it");
_Static_assert(sizeof(ehlo_server_memory) == EHLO_SERVER_SIZE, "the memory that hosts declare");

enum {
    ROOM_FOR_A_REPLY = 512, /* of the block, before feed takes another command (R10) */
    ALIGNMENT = 8
};

size_t ehlo_server_size(void)
{
    return EHLO_SERVER_SIZE;
}

int ehlo_server_init(ehlo_server *server, const ehlo_server_config *config, void *ctx)
{
    if (!server || !config || (uintptr_t)server % ALIGNMENT)
        return EHLO_MISUSE;
    memset(server, 0, sizeof *server);
    if (ehlo_server_config_problem(config))
        return EHLO_BAD_CONFIG;
    server->config = config;
    server->ctx = ctx;
    server->max_size = server->next_max_size = ehlo__limit_of(config->max_size);
    server->extensions = server->next_extensions = config->extensions;
    server->phase = EHLO__PHASE_OPENING;
    return EHLO_OK;
}

int ehlo_server_first_id(ehlo_server *server, uint64_t id)
{
    if (!server || !id || server->phase != EHLO__PHASE_OPENING || (server->flags & EHLO__STARTED))
        return EHLO_MISUSE;
    if (server->call)
        return EHLO_BUSY;
    server->last_id = id - 1;
    return EHLO_OK;
}

int ehlo_server_start(ehlo_server *server)
{
    ehlo__call call;
    int status = server ? ehlo__begin(server, &call) : EHLO_MISUSE;

    if (status != EHLO_OK)
        return status;
    if (server->phase != EHLO__PHASE_OPENING || (server->flags & EHLO__STARTED)) {
        ehlo__end(server);
        return EHLO_MISUSE;
    }
    server->flags |= EHLO__STARTED;
    if (ehlo__is_too_early(server)) {
        int code = ehlo__event(EHLO_EVENT_EARLY_TALKER)->code;
        ehlo__reply_out(server, EHLO_CONNECTED, code, EHLO_EVENT_EARLY_TALKER, NULL, NULL);
        ehlo__settle(server, EHLO_CONNECTED, code);
    } else {
        ehlo__fresh_request(server);
        ehlo__ask(server, EHLO_CONNECTED);
    }
    if ((server->flags & EHLO__EARLY) && server->phase != EHLO__PHASE_CLOSED)
        server->flags |= EHLO__MORE; /* what was shown before is to be shown again */
    ehlo__end(server);
    return EHLO_OK;
}

/* Octets before the greeting is out: none is taken, and it is remembered (R17). */
static void talked_early(ehlo_server *server)
{
    if (server->flags & EHLO__EARLY)
        return;
    server->flags |= EHLO__EARLY;
    ehlo__event_out(server, EHLO_EVENT_EARLY_TALKER, EHLO_CONNECTED, 0, 0);
    if (server->config->leniencies & EHLO_LENIENT_EARLY_TALKER)
        ehlo__leniency_out(server, EHLO_LENIENT_EARLY_TALKER);
}

/* Whether the loop may go on; where it stops for want of room only, it wants FEED. */
static int may_go_on(ehlo_server *server)
{
    if (server->phase == EHLO__PHASE_CLOSED || server->phase == EHLO__PHASE_TURNED ||
        server->phase == EHLO__PHASE_TLS || server->asked)
        return 0;
    if (server->call->is_over || sizeof server->call->block - server->call->used < ROOM_FOR_A_REPLY) {
        server->flags |= EHLO__MORE;
        return 0;
    }
    return 1;
}

/* What the phase makes of the octets; how many it used. */
static size_t take_step(ehlo_server *server, const unsigned char *data, size_t size)
{
    switch (server->phase) {
    case EHLO__PHASE_CONTENT: return ehlo__content_feed(server, data, size);
    case EHLO__PHASE_CHUNK: return ehlo__chunk_feed(server, data, size);
    case EHLO__PHASE_VERDICTS: ehlo__verdict_next(server); return 0;
    default: return ehlo__command_feed(server, data, size);
    }
}

/* Takes octets for as long as it may; returns how many it used. */
static size_t take(ehlo_server *server, const unsigned char *octets, size_t size)
{
    size_t used = 0;
    int has_moved = 1;

    server->flags &= ~(uint32_t)EHLO__MORE;
    if (size < server->looked) {
        ehlo__event_out(server, EHLO_EVENT_SHOWN_LESS, 0, 0, size);
        ehlo__close(server, EHLO_END_DISCONNECTED);
    }
    while (has_moved && may_go_on(server)) {
        int phase = server->phase;
        size_t step = take_step(server, size ? octets + used : octets, size - used);
        ehlo__notes(server);
        used += step;
        has_moved = step || server->phase != phase || phase == EHLO__PHASE_VERDICTS;
    }
    return used;
}

size_t ehlo_server_feed(ehlo_server *server, const void *data, size_t size)
{
    size_t used = 0;
    ehlo__call call;

    if (!server || ehlo__begin(server, &call) != EHLO_OK)
        return 0;
    if (server->phase == EHLO__PHASE_OPENING && size)
        talked_early(server);
    else if (server->phase == EHLO__PHASE_TLS && size)
        ehlo__close_with(server, EHLO_STARTTLS, EHLO_EVENT_AHEAD_OF_TLS, 0);
    else if (server->asked == EHLO_STARTTLS && size)
        server->flags |= EHLO__BEHIND;
    else if (!server->asked && server->phase != EHLO__PHASE_OPENING)
        used = take(server, data, size);
    ehlo__end(server);
    return used;
}

int ehlo_server_wants(const ehlo_server *server)
{
    if (!server || server->phase == EHLO__PHASE_CLOSED)
        return EHLO_WANTS_CLOSE;
    if (server->asked)
        return EHLO_WANTS_REPLY;
    if (server->phase == EHLO__PHASE_TURNED)
        return EHLO_WANTS_TURN;
    if (server->phase == EHLO__PHASE_TLS && !server->call) /* once the 220 was written */
        return EHLO_WANTS_TLS;
    return server->flags & EHLO__MORE ? EHLO_WANTS_FEED : EHLO_WANTS_INPUT;
}

/* Whether an answer to that request may be given now: EHLO_OK or why not (R3, R6). */
static int may_answer(const ehlo_server *server, uint64_t id)
{
    const ehlo__call *call = server ? server->call : NULL;

    if (!server)
        return EHLO_MISUSE;
    if (call && call->place != EHLO__IN_DECIDE)
        return EHLO_BUSY;
    if (server->phase == EHLO__PHASE_CLOSED)
        return EHLO_GONE;
    return !server->asked || id != server->last_id || (call && call->code) ? EHLO_STALE : EHLO_OK;
}

/* Behind an answer that was given outside of `decide`, or inside, where it is settled when that returns. */
static int answered(ehlo_server *server, int is_inside, int status)
{
    if (!is_inside) {
        if (status == EHLO_OK && server->asked)
            ehlo__settle_answer(server);
        if (status == EHLO_OK && server->phase != EHLO__PHASE_CLOSED)
            server->flags |= EHLO__MORE;
        ehlo__end(server);
    }
    return status == EHLO_OK ? EHLO_REPLIED : status;
}

int ehlo_server_reply(ehlo_server *server, uint64_t id, int code, const char *enhanced, const char *text)
{
    int status = may_answer(server, id), is_inside = server && server->call;
    ehlo__call own;

    if (status == EHLO_OK && !is_inside)
        status = ehlo__begin(server, &own);
    if (status != EHLO_OK)
        return status;
    if (server->asked == EHLO__PIECE)
        ehlo__piece_answer(server, code, enhanced);
    else
        status = ehlo__answer(server, code, enhanced, text);
    return answered(server, is_inside, status);
}

int ehlo_server_challenge(ehlo_server *server, uint64_t id, const void *data, size_t size)
{
    int status = may_answer(server, id), is_inside = server && server->call;
    ehlo__call own;

    if (status == EHLO_OK && server->asked != EHLO_AUTH)
        status = EHLO_MISUSE;
    if (status == EHLO_OK && !is_inside)
        status = ehlo__begin(server, &own);
    if (status != EHLO_OK)
        return status;
    return answered(server, is_inside, ehlo__answer_challenge(server, data, size));
}

/* Whether the host may say now what the session offers (R20). */
static int may_narrow(const ehlo_server *server)
{
    return server && server->call && server->call->place == EHLO__IN_DECIDE && !server->call->code &&
           (server->asked == EHLO_CONNECTED || ehlo__is_extended_hello(server->asked) ||
            server->asked == EHLO_AUTH);
}

int ehlo_server_offer(ehlo_server *server, uint32_t extensions)
{
    if (!may_narrow(server))
        return EHLO_MISUSE;
    server->next_extensions = ehlo__with_requirements(server->next_extensions & extensions);
    return EHLO_OK;
}

int ehlo_server_clock(ehlo_server *server, uint64_t seconds)
{
    if (!may_narrow(server))
        return EHLO_MISUSE;
    server->clock = seconds < EHLO__DATE_LATEST ? seconds : EHLO__DATE_LATEST;
    return EHLO_OK;
}

int ehlo_server_max_size(ehlo_server *server, uint64_t octets)
{
    if (!may_narrow(server))
        return EHLO_MISUSE;
    if (octets && octets < server->next_max_size)
        server->next_max_size = octets;
    return EHLO_OK;
}

/* Notes what is asked for: it is done when the callback returns, or, outside of any, at once (R3). */
static int note(ehlo_server *server, uint32_t what)
{
    ehlo__call own;
    int status = server ? ehlo__begin(server, &own) : EHLO_MISUSE;

    if (status == EHLO_BUSY && server->phase == EHLO__PHASE_CLOSED)
        return EHLO_GONE;
    if (status == EHLO_GONE || status == EHLO_MISUSE)
        return status;
    server->flags |= what;
    if (status == EHLO_OK)
        ehlo__end(server);
    return EHLO_OK;
}

int ehlo_server_shutdown(ehlo_server *server)
{
    return note(server, EHLO__SHUTDOWN_NOTED);
}

int ehlo_server_disconnected(ehlo_server *server)
{
    return note(server, EHLO__PEER_GONE_NOTED);
}

int ehlo_server_timed_out(ehlo_server *server)
{
    ehlo__call call;
    int status = server ? ehlo__begin(server, &call) : EHLO_MISUSE;

    if (status != EHLO_OK)
        return status;
    ehlo__close_with(server, ehlo__pending_command(server), EHLO_EVENT_TIMED_OUT, 0);
    ehlo__end(server);
    return EHLO_OK;
}

uint32_t ehlo_server_timeout(const ehlo_server *server)
{
    if (!server || server->asked || server->phase == EHLO__PHASE_CLOSED ||
        server->phase == EHLO__PHASE_OPENING || server->phase == EHLO__PHASE_TURNED)
        return 0;
    return ehlo__is_in_message(server) ? server->config->content_timeout : server->config->command_timeout;
}
