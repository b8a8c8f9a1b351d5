/* chunk.c - BDAT and BURL: content in chunks, RFC 3030 section 2, RFC 4468 section 3.
 *
 * Law P9: whatever is thought of a BDAT, exactly its octets are content or swallowed, never a command; and
 * where their number cannot be read, nothing that follows can be trusted, and the session ends.
 */
#include "../tables/event.h"
#include "../tables/phase.h"
#include "../text/ascii.h"
#include "../text/number.h"
#include "../text/view.h"
#include "../wire/chunk.h"
#include "session.h"

/* The end-marker: 1 where it stands there, 0 where nothing does, -1 for anything else. */
static int last_of(ehlo_text tail)
{
    if (!tail.size)
        return 0;
    return ehlo__same_word(tail.data, tail.size, "LAST", 4) ? 1 : -1;
}

static void set_last(ehlo_server *server, int last)
{
    server->flags &= ~(uint32_t)EHLO__LAST_CHUNK;
    if (last)
        server->flags |= EHLO__LAST_CHUNK;
}

/* Octets that may still come before the session ends for it. */
static uint64_t left_to_drain(const ehlo_server *server)
{
    uint64_t drain = ehlo__limit_of(server->config->drain_limit), size = server->transaction.size;
    uint64_t most = drain < UINT64_MAX - server->max_size ? server->max_size + drain : UINT64_MAX;

    return size < most ? most - size : 0;
}

/* A refused chunk of LMTP that was to be the last has as many replies as there are recipients (RFC 2033
 * section 4.3). */
static int is_refused_by_recipient(const ehlo_server *server)
{
    return (server->flags & EHLO__LAST_CHUNK) && ehlo__is_lmtp(server);
}

/* All octets of a refused chunk were swallowed. */
static void refusal_end(ehlo_server *server)
{
    int reason = server->chunk_reason;

    if (is_refused_by_recipient(server)) {
        ehlo__event_out(server, reason, EHLO_BDAT, ehlo__event(reason)->code, 0);
        if (ehlo__refusal_counts(server, EHLO_BDAT, reason))
            return;
        server->recipient = 0;
        server->phase = EHLO__PHASE_VERDICTS;
        return;
    }
    ehlo__chunk_refused(server);
    ehlo__refuse(server, EHLO_BDAT, reason, 0);
}

/* The chunk is there, to its last octet. */
static void chunk_end(ehlo_server *server)
{
    if (server->chunk_reason) {
        refusal_end(server);
    } else if (server->flags & EHLO__LAST_CHUNK) {
        ehlo__message_complete(server);
    } else {
        ehlo__fresh_request(server);
        ehlo__ask(server, EHLO_BDAT);
    }
}

void ehlo__chunk_begin(ehlo_server *server, int command, ehlo_text argument, int refusal)
{
    ehlo_text number = ehlo__first_word(&argument);
    uint64_t size;
    int last = last_of(argument);

    if (ehlo__number_parse(&size, number.data, number.size) != EHLO_OK) {
        ehlo__close_with(server, command, EHLO_EVENT_BAD_CHUNK_SIZE, 0);
        return;
    }
    if (size > left_to_drain(server)) {
        ehlo__close_with(server, command, EHLO_EVENT_DRAIN_LIMIT,
                         ehlo__limit_of(server->config->drain_limit));
        return;
    }
    if (!refusal && last < 0)
        refusal = EHLO_EVENT_BAD_ARGUMENT;
    if (!size && !last && ++server->idle >= ehlo__limit_of(server->config->max_idle_commands)) {
        ehlo__close_with(server, command, EHLO_EVENT_TOO_MANY_COMMANDS, server->idle);
        return;
    }
    ehlo__trace_out(server, EHLO_FROM_PEER, NULL, 0, size);
    set_last(server, last > 0);
    server->chunk_left = size;
    server->chunk_reason = (uint8_t)refusal;
    server->chunk_phase = refusal ? server->phase : 0;
    if (!refusal && server->phase == EHLO__PHASE_RCPT)
        ehlo__content_begin(server);
    server->phase = EHLO__PHASE_CHUNK;
}

/* Content of the chunk in hand; how many octets were used. */
static size_t content_of_chunk(ehlo_server *server, const unsigned char *data, size_t size)
{
    ehlo_text text;
    size_t used, within = size < server->chunk_left ? size : (size_t)server->chunk_left;
    ehlo__behind behind = within < server->chunk_left               ? EHLO__MORE_OF_CHUNK
                          : (server->flags & EHLO__LAST_CHUNK) != 0 ? EHLO__NOTHING
                                                                    : EHLO__NEXT_CHUNK;
    ehlo_found found = ehlo__chunk_text(&server->transaction.content, data, within, behind, &used, &text);

    server->chunk_left -= used;
    if (found != EHLO_FOUND_MORE)
        ehlo__content_found(server, found, text);
    return used;
}

/* Swallows octets of a refused chunk. */
static size_t swallow(ehlo_server *server, size_t size)
{
    size_t used = size < server->chunk_left ? size : (size_t)server->chunk_left;

    server->chunk_left -= used;
    return used;
}

/* Whether all is said of the chunk: a CR at the end of the message is still to be judged. */
static int is_done(const ehlo_server *server)
{
    return !server->chunk_left &&
           !((server->flags & EHLO__LAST_CHUNK) && server->transaction.content.held_cr);
}

size_t ehlo__chunk_feed(ehlo_server *server, const unsigned char *data, size_t size)
{
    size_t used = server->chunk_reason ? swallow(server, size) : 0;

    while (!server->chunk_reason && ehlo__is_receiving(server) && !is_done(server) &&
           (used < size || !server->chunk_left))
        used += content_of_chunk(server, size ? data + used : data, size - used);
    if (server->phase == EHLO__PHASE_CHUNK && !server->asked && !server->chunk_left &&
        !(server->flags & EHLO__PEER_GONE_NOTED) && (server->chunk_reason || is_done(server)))
        chunk_end(server);
    return used;
}

int ehlo__url_parse(ehlo_server *server, ehlo_text argument)
{
    ehlo_request *request = &server->call->request;
    int last;
    size_t scheme = 0;

    request->burl.url = ehlo__first_word(&argument);
    last = last_of(argument);
    while (scheme < request->burl.url.size && request->burl.url.data[scheme] != ':')
        scheme++;
    for (size_t i = 0; i < request->burl.url.size; i++)
        if (!ehlo__is((unsigned char)request->burl.url.data[i], EHLO__PRINTABLE))
            return EHLO_EVENT_BAD_ARGUMENT;
    if (!scheme || request->burl.url.size - scheme < 2 || last < 0) /* absolute-URI: RFC 3986 section 4.3 */
        return EHLO_EVENT_BAD_ARGUMENT;
    request->burl.last = (uint8_t)last;
    set_last(server, last);
    if (server->phase == EHLO__PHASE_RCPT)
        ehlo__content_begin(server);
    server->transaction.content.held_cr = 0; /* what follows a CR there is the host's to know */
    server->phase = EHLO__PHASE_CHUNK;       /* one of no octets */
    return 0;
}
