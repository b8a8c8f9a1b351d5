/* content.c - the content of a message, however it comes: RFC 5321
 * sections 4.1.1.4, 4.5.2, 4.5.3.1.6, 4.5.3.1.7.
 *
 * The decoder finds what there is to decide; the config's policies decide.  A refused message is
 * swallowed up to its true end, and its verdict asked for there all the same (R7): the host is handed
 * exactly the octets before the first offence, however the input was cut.
 */
#include <string.h>

#include "../tables/event.h"
#include "../tables/limit.h"
#include "../tables/parameter.h"
#include "../tables/phase.h"
#include "../text/ascii.h"
#include "session.h"

enum { EVERYTHING = 0xff }; /* of ehlo_unstuff_state.pass */

void ehlo__content_begin(ehlo_server *server)
{
    ehlo__transaction *transaction = &server->transaction;

    ehlo_unstuff_init(&transaction->content);
    transaction->content.line_limit =
        (uint32_t)ehlo__limit_in_force(server->config, EHLO__LIMIT_max_text_line);
    transaction->content.pass = ehlo__body_passes(transaction->body);
    if (transaction->smtputf8)
        transaction->content.pass |= 1 << EHLO_FOUND_EIGHT_BIT; /* RFC 6532 */
}

/* From here on nothing is handed out, and nothing but the end and the size matters. */
static void refuse(ehlo__transaction *transaction, int code, int reason, const char *enhanced)
{
    if (transaction->refused)
        return;
    transaction->refused = (uint16_t)code;
    transaction->reason = (uint8_t)reason;
    transaction->content.pass = EVERYTHING;
    if (enhanced) /* one that fits has at most 9 octets */
        memcpy(transaction->enhanced, enhanced, ehlo__text_size(enhanced) + 1);
}

static void refuse_for(ehlo_server *server, int reason, uint64_t number)
{
    ehlo__event_out(server, reason, EHLO_DATA_RECEIVED, ehlo__event(reason)->code, number);
    refuse(&server->transaction, ehlo__event(reason)->code, reason, NULL);
}

/* The host refuses by a code of its own, or by failing (R1). */
static void refuse_by_host(ehlo_server *server, int code, const char *enhanced)
{
    ehlo__verdict verdict = ehlo__judge_refusal(server, code, enhanced);

    refuse(&server->transaction, verdict.code, 0, verdict.enhanced);
}

void ehlo__piece_answer(ehlo_server *server, int code, const char *enhanced)
{
    server->asked = 0;
    if (code != EHLO_DEFAULT)
        refuse_by_host(server, code, enhanced);
}

/* Hands one piece to the host. */
static void hand_out(ehlo_server *server, const char *data, size_t size)
{
    ehlo_piece piece = {.data = data, .size = size, .offset = server->transaction.size};
    int answer;

    if (!server->config->callbacks.content || (server->flags & EHLO__PEER_GONE_NOTED))
        return;
    piece.id = ehlo__next_id(server);
    server->call->place = EHLO__IN_CONTENT;
    answer = server->config->callbacks.content(server->ctx, server, &piece);
    server->call->place = EHLO__IN_ENGINE;
    if (answer == EHLO_PENDING)
        server->asked = EHLO__PIECE;
    else if (answer != EHLO_DEFAULT)
        refuse_by_host(server, answer, NULL);
}

/* Takes octets of content: handed out up to the size limit, counted beyond it. */
static void take(ehlo_server *server, const char *data, size_t size)
{
    ehlo__transaction *transaction = &server->transaction;
    uint64_t left = transaction->size < server->max_size ? server->max_size - transaction->size : 0;
    size_t within = size < left ? size : (size_t)left;

    if (within && !transaction->refused)
        hand_out(server, data, within);
    transaction->size = size < UINT64_MAX - transaction->size ? transaction->size + size : UINT64_MAX;
}

/* Content over the limit is refused, and past the drain limit the session ends.  Not while a piece is
 * pending, whose answer comes first wherever the input was cut. */
static void check_size(ehlo_server *server)
{
    ehlo__transaction *transaction = &server->transaction;
    uint64_t drain = ehlo__limit_of(server->config->drain_limit);

    if (transaction->size <= server->max_size || server->asked)
        return;
    if (!transaction->oversize) {
        transaction->oversize = 1;
        refuse_for(server, EHLO_EVENT_TOO_BIG, server->max_size);
    }
    if (transaction->size - server->max_size > drain)
        ehlo__close_with(server, server->phase == EHLO__PHASE_CHUNK ? EHLO_BDAT : EHLO_DATA_RECEIVED,
                         EHLO_EVENT_DRAIN_LIMIT, drain);
}

/* What the config says about a fault, and the event that reports it. */
static int policy_of(const ehlo_server_config *config, ehlo_found fault, int *reason)
{
    switch (fault) {
    case EHLO_FOUND_BARE_CR: *reason = EHLO_EVENT_BARE_CR; return config->bare_cr;
    case EHLO_FOUND_BARE_LF: *reason = EHLO_EVENT_BARE_LF; return config->bare_lf;
    case EHLO_FOUND_NUL: *reason = EHLO_EVENT_NUL; return config->nul;
    case EHLO_FOUND_LONG_LINE: *reason = EHLO_EVENT_LONG_LINE; return config->long_line;
    default: *reason = EHLO_EVENT_EIGHT_BIT; return config->eight_bit;
    }
}

static void settle_fault(ehlo_server *server, ehlo_found fault, ehlo_text octet)
{
    ehlo__transaction *transaction = &server->transaction;
    int reason, policy = policy_of(server->config, fault, &reason);
    int is_handed_out = fault == EHLO_FOUND_BARE_CR && !octet.size; /* at the end of the chunk before */
    uint64_t before = transaction->size - (uint64_t)is_handed_out;

    if (policy == EHLO_REFUSE) {
        refuse_for(server, reason, before);
        take(server, octet.data, octet.size);
        return;
    }
    if (!(transaction->told >> fault & 1)) {
        transaction->told |= (uint8_t)(1 << fault);
        ehlo__event_out(server, reason, EHLO_DATA_RECEIVED, 0, before);
    }
    if (policy == EHLO_NORMALIZE) { /* a line's end for the host, but no place for CRLF.CRLF to begin */
        transaction->content.column = 0;
        take(server, is_handed_out ? "\n" : "\r\n", is_handed_out ? 1 : 2);
        return;
    }
    transaction->content.pass |= (uint8_t)(1 << fault);
    take(server, octet.data, octet.size);
}

int ehlo__is_receiving(ehlo_server *server)
{
    if (server->flags & EHLO__PEER_GONE_NOTED)
        return 0;
    check_size(server);
    return (server->phase == EHLO__PHASE_CONTENT || server->phase == EHLO__PHASE_CHUNK) && !server->asked;
}

void ehlo__content_found(ehlo_server *server, ehlo_found found, ehlo_text text)
{
    if (found == EHLO_FOUND_TEXT)
        take(server, text.data, text.size);
    else
        settle_fault(server, found, text);
}

/* Takes content up to its end or the end of the octets; returns how many it used. */
size_t ehlo__content_feed(ehlo_server *server, const unsigned char *data, size_t size)
{
    size_t used = 0, step;

    server->looked = 0;
    while (ehlo__is_receiving(server)) {
        ehlo_text text;
        ehlo_found found =
            ehlo_unstuff(&server->transaction.content, size ? data + used : data, size - used, &step, &text);

        used += step;
        if (found == EHLO_FOUND_MORE) {
            server->looked = (uint32_t)(size - used);
            break;
        }
        if (found == EHLO_FOUND_END) {
            ehlo__trace_out(server, EHLO_FROM_PEER, NULL, 0, server->transaction.size);
            ehlo__message_complete(server);
        } else {
            ehlo__content_found(server, found, text);
        }
    }
    return used;
}
