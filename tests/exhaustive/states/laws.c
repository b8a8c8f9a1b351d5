/* laws.c - what holds in every state, whatever led there: R23, P7, P8, P24, P25. */
#include "states.h"

#include <string.h>

static int is_zero(const void *data, size_t size)
{
    const unsigned char *octets = data;

    while (size && !octets[size - 1])
        size--;
    return !size;
}

const char *laws_of_state(const a_world *world, const ehlo_server *server, const a_model *m)
{
    static const ehlo__transaction nothing;
    const ehlo__transaction *t = &server->transaction;
    const size_t tail = offsetof(ehlo__transaction, delivered) + 1;
    enum { NOTED = EHLO__SHUTDOWN_NOTED | EHLO__PEER_GONE_NOTED };

    if (!is_zero(server->padding, sizeof server->padding) || t->content.padding ||
        !is_zero((const char *)t + tail, sizeof *t - tail))
        return "padding is not zero (R23)";
    if (!is_zero(server + 1, EHLO_SERVER_SIZE - sizeof *server))
        return "octets behind the struct are written to";
    if (server->config != &world->config || server->call)
        return "a pointer is not as it was";
    if (!m->mail && !m->asked_mail && memcmp(t, &nothing, sizeof nothing) != 0)
        return "something is left of a transaction (P7)";
    if (m->mode != CHUNK && (server->chunk_left || server->chunk_reason))
        return "something is left of a chunk (P7)";
    /* What the states' key leaves out must be gone, or a session under TLS has it from before (P8). */
    if (!is_in_message(m) && server->chunk_phase)
        return "the phase of a chunk that is over is left (P7, P8)";
    if (!m->exchange && m->mode != RESPONSES && (server->flags & EHLO__IN_EXCHANGE))
        return "something is left of an AUTH";
    if (m->mode != CLOSED && (server->flags & NOTED))
        return "what was asked for in a callback is not done";
    if ((server->phase == EHLO__PHASE_CLOSED) != (m->mode == CLOSED) || server->asked != m->pending)
        return "closed or pending, but not both in engine and model";
    if (server->looked != m->looked && m->mode != CLOSED)
        return "other octets are known to have been looked at (R15)";
    if (ehlo_server_wants(server) != model_wants(m))
        return "wants does not fit (R2)";
    if (ehlo_server_timeout(server) != model_timeout(m))
        return "timeout does not fit";
    return NULL;
}

/* ---- calls that are out of place ------------------------------------------------------------------ */

static ehlo_server_memory memory;
static ehlo_server *copy = (ehlo_server *)&memory;

static void copy_of(const ehlo_server *server)
{
    static const a_plan by_default;

    memcpy(&memory, server, sizeof memory);
    record_begin(seen.world, &by_default);
}

static int is_unchanged(const ehlo_server *server)
{
    return !memcmp(&memory, server, sizeof memory) && !seen.writes && !seen.count;
}

/* Calls that are refused, and change nothing. */
static const char *refused_calls(const ehlo_server *server, const a_model *m)
{
    int is_before_start = m->mode == OPENING && !m->started;
    int over = m->mode == CLOSED ? EHLO_GONE : 0, stale = over ? over : EHLO_STALE;
    int misuse = over ? over : EHLO_MISUSE;
    int is_asked = m->pending != 0;

    copy_of(server);
    if (!is_before_start &&
        (ehlo_server_start(copy) != misuse || ehlo_server_first_id(copy, 9) != EHLO_MISUSE))
        return "start or first_id is allowed twice";
    if (ehlo_server_first_id(copy, 0) != EHLO_MISUSE)
        return "0 is allowed as an id";
    if (m->mode != HANDSHAKE && !(is_before_start && !m->tls) && ehlo_server_tls_started(copy) != misuse)
        return "tls_started is allowed where it is not due";
    if (ehlo_server_reply(copy, 0, 250, NULL, NULL) != stale ||
        ehlo_server_reply(copy, server->last_id + 1, 250, NULL, NULL) != stale ||
        (server->last_id > 1 && ehlo_server_reply(copy, server->last_id - 1, 250, NULL, NULL) != stale) ||
        ehlo_server_challenge(copy, server->last_id + 1, "", 0) != stale)
        return "an id that is not pending can be answered (R6)";
    if (!is_asked && server->last_id &&
        (ehlo_server_reply(copy, server->last_id, 250, NULL, NULL) != stale ||
         ehlo_server_challenge(copy, server->last_id, "", 0) != stale))
        return "an id can be answered twice (R6)";
    if (is_asked && m->pending != EHLO_AUTH &&
        ehlo_server_challenge(copy, server->last_id, "", 0) != EHLO_MISUSE)
        return "a challenge is allowed where none is due";
    if (ehlo_server_offer(copy, 0) != EHLO_MISUSE || ehlo_server_max_size(copy, 1) != EHLO_MISUSE ||
        ehlo_server_clock(copy, 1) != EHLO_MISUSE)
        return "offer, max_size or clock is allowed outside of decide";
    return is_unchanged(server) ? NULL : "a refused call changed something";
}

/* A text that does not fit leaves the question as it was. */
static const char *too_long_answers(const ehlo_server *server, const a_model *m)
{
    static char text[4096], data[9212];

    memset(text, 'x', sizeof text - 1);
    copy_of(server);
    if (m->pending && m->pending != PIECE && m->pending != EHLO_HELO && m->pending != EHLO_EHLO &&
        m->pending != EHLO_LHLO &&
        ehlo_server_reply(copy, server->last_id, code_of(m->pending, ACCEPT), NULL, text) != EHLO_TOO_LONG &&
        !(m->pending == EHLO_CONNECTED && m->early) &&
        !((m->pending == EHLO_DATA_RECEIVED || m->pending == EHLO_BDAT) && m->refused))
        return "a text of 4,095 octets is taken";
    if (seen.writes || seen.count)
        return NULL; /* taken in other words */
    if (m->pending == EHLO_AUTH &&
        ehlo_server_challenge(copy, server->last_id, data, sizeof data) != EHLO_TOO_LONG)
        return "a challenge of 9,212 octets is taken";
    return is_unchanged(server) ? NULL : "an answer that is too long changed something";
}

/* A session that is over takes nothing, writes nothing and asks nothing (P25). */
static const char *dead_calls(const ehlo_server *server)
{
    memcpy(&memory, server, sizeof memory);
    if (ehlo_server_feed(copy, NULL, 0) || ehlo_server_feed(copy, "NOOP\r\n", 6) ||
        ehlo_server_shutdown(copy) != EHLO_GONE || ehlo_server_disconnected(copy) != EHLO_GONE ||
        ehlo_server_timed_out(copy) != EHLO_GONE || ehlo_server_wants(copy) != EHLO_WANTS_CLOSE ||
        ehlo_server_timeout(copy) != 0)
        return "a call to a session that is over is not GONE (P25)";
    return memcmp(&memory, server, sizeof memory) ? "a session that is over changed (P25)" : NULL;
}

/* Each way to end the session ends it, then and for good; a shutdown may wait for a message. */
static const char *ending_calls(const ehlo_server *server, const a_model *m)
{
    int (*const ends[])(ehlo_server *) = {ehlo_server_disconnected, ehlo_server_timed_out,
                                          ehlo_server_shutdown};
    const char *fault;

    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        copy_of(server);
        if (ends[i](copy) != EHLO_OK)
            return "disconnected, timed_out or shutdown is not OK";
        if (i == 2 && is_in_message(m))
            continue;
        if (ehlo_server_wants(copy) != EHLO_WANTS_CLOSE || (i == 0 && seen.writes))
            return "a session that was ended goes on";
        copy_of(copy);
        fault = dead_calls(copy);
        if (fault)
            return fault;
    }
    return NULL;
}

const char *laws_of_calls(const a_world *world, const ehlo_server *server, const a_model *m)
{
    const char *fault;

    seen.world = world;
    fault = refused_calls(server, m);
    if (!fault)
        fault = too_long_answers(server, m);
    if (!fault && m->mode == CLOSED) {
        copy_of(server);
        fault = dead_calls(server);
    } else if (!fault) {
        fault = ending_calls(server, m);
    }
    return fault ? fault : seen.fault;
}

/* ---- TLS ------------------------------------------------------------------------------------------ */

/* Once the handshake is done the session is as one that began under TLS, greeted, but for its counters, for
 * what the host narrowed, for whether the client spoke too early, and that feed is wanted (P7, P8, R18). */
const char *laws_of_tls(const a_world *world, const ehlo_server *server, const a_model *m)
{
    static ehlo_server_memory fresh_memory;
    ehlo_server *fresh = (ehlo_server *)&fresh_memory;
    const size_t from = offsetof(ehlo_server, transaction), to = offsetof(ehlo_server, last_id);

    if (m->mode != HANDSHAKE)
        return NULL;
    memset(&fresh_memory, 0, sizeof fresh_memory);
    copy_of(server);
    if (ehlo_server_tls_started(copy) != EHLO_OK || seen.writes || seen.count)
        return "tls_started is not OK, or not silent";
    if (ehlo_server_init(fresh, &world->config, NULL) != EHLO_OK ||
        ehlo_server_tls_started(fresh) != EHLO_OK || ehlo_server_start(fresh) != EHLO_OK)
        return "a session cannot begin under TLS";
    copy->flags &= ~(uint32_t)(EHLO__MORE | EHLO__EARLY);
    copy->extensions = copy->next_extensions = fresh->extensions;
    copy->max_size = copy->next_max_size = fresh->max_size;
    copy->clock = fresh->clock;
    if (memcmp((char *)copy + from, (char *)fresh + from, to - from) != 0 || copy->looked)
        return "something of what came before TLS is left (P7, P8)";
    return NULL;
}
