/* unstuff.c - the content decoder: takes stuffed dots out and finds the end (RFC 5321 section 4.5.2).
 *
 * The whole state between calls is whether the next octet starts a line, and how long the line is:
 * what cannot be told yet (a CR, or a dot or dot CR that starts a line) is left with the caller.
 * A line starts behind CRLF and nowhere else, and only CRLF.CRLF ends the content: a bare CR, a bare
 * LF or a NUL never does, whatever is decided about it, so nothing can be smuggled past the end.
 * In chunks (RFC 3030 section 2) a dot is a dot, and the faults of lines are the same.
 */
#include "unstuff.h"

#include "../text/scan.h"

enum { DOT = '.', CR = '\r', LF = '\n' };

void ehlo_unstuff_init(ehlo_unstuff_state *state)
{
    *state = (ehlo_unstuff_state){.line_limit = 1000};
}

static int reports(const ehlo_unstuff_state *state, ehlo_found fault)
{
    return !(state->pass >> fault & 1);
}

/* Octets that a line may have before its CRLF. */
static size_t line_room(const ehlo_unstuff_state *state)
{
    return reports(state, EHLO_FOUND_LONG_LINE) ? state->line_limit - 2 : SIZE_MAX;
}

static void add_columns(ehlo_unstuff_state *state, size_t octets)
{
    state->column = octets < UINT32_MAX - state->column ? state->column + (uint32_t)octets : UINT32_MAX;
}

/* The fault of an octet that ehlo__scan() stopped at and that does not belong to a CRLF; MORE: none. */
static ehlo_found fault_of(const ehlo_unstuff_state *state, unsigned char octet)
{
    ehlo_found fault = octet == CR    ? EHLO_FOUND_BARE_CR
                       : octet == LF  ? EHLO_FOUND_BARE_LF
                       : octet == 0   ? EHLO_FOUND_NUL
                       : octet & 0x80 ? EHLO_FOUND_EIGHT_BIT
                                      : EHLO_FOUND_MORE;
    return fault != EHLO_FOUND_MORE && reports(state, fault) ? fault : EHLO_FOUND_MORE;
}

static int uses_its_octet(ehlo_found fault)
{
    return fault == EHLO_FOUND_BARE_CR || fault == EHLO_FOUND_BARE_LF || fault == EHLO_FOUND_NUL;
}

ehlo_found ehlo__content_scan(ehlo_unstuff_state *state, ehlo__framing framing, const void *data, size_t size,
                              size_t *used, ehlo_text *text)
{
    const unsigned char *start = data, *from = start, *end, *at, *line;
    uint64_t high = reports(state, EHLO_FOUND_EIGHT_BIT) ? EHLO__SCAN_EIGHT_BIT : EHLO__SCAN_CONTROLS;
    ehlo_found fault = EHLO_FOUND_MORE;
    size_t whole = line_room(state), left = whole > state->column ? whole - state->column : 0;

    *used = 0;
    *text = (ehlo_text){(const char *)start, 0};
    if (size == 0) /* and `data` may be NULL */
        return EHLO_FOUND_MORE;
    end = start + size;
    if (framing == EHLO__STUFFED && !state->inside && *from == DOT) {
        if (size == 1 || (size == 2 && from[1] == CR))
            return EHLO_FOUND_MORE;
        if (from[1] == CR && from[2] == LF) {
            *used = 3;
            return EHLO_FOUND_END;
        }
        from++; /* a stuffed dot */
    }

    state->inside = 1;
    for (at = line = from;; at++) {
        at = ehlo__scan(at, end, high);
        if ((size_t)(at - line) > left) {
            at = line + left;
            fault = EHLO_FOUND_LONG_LINE;
            break;
        }
        if (at == end)
            break;
        if (*at == CR && end - at == 1 && framing != EHLO__FINAL)
            break; /* cannot be told yet */
        if (*at == CR && end - at > 1 && at[1] == LF) {
            line = at + 2;
            at++;
            state->column = 0;
            left = whole;
            if (framing == EHLO__STUFFED && (line == end || *line == DOT)) {
                state->inside = 0;
                at = line;
                break;
            }
            continue;
        }
        fault = fault_of(state, *at);
        if ((size_t)(at - line) == left) /* this octet, too, makes the line longer */
            fault = EHLO_FOUND_LONG_LINE;
        if (fault != EHLO_FOUND_MORE)
            break;
    }

    add_columns(state, (size_t)(at - line));
    if (at > from) { /* what came before a fault comes first; the next call finds the fault again */
        *used = (size_t)(at - start);
        *text = (ehlo_text){(const char *)from, (size_t)(at - from)};
        return EHLO_FOUND_TEXT;
    }
    if (uses_its_octet(fault)) {
        add_columns(state, 1);
        *used = (size_t)(at + 1 - start);
        *text = (ehlo_text){(const char *)at, 1};
    } else {
        *used = (size_t)(from - start); /* a stuffed dot is done with, and is not looked at again */
    }
    return fault;
}

ehlo_found ehlo_unstuff(ehlo_unstuff_state *state, const void *data, size_t size, size_t *used,
                        ehlo_text *text)
{
    return ehlo__content_scan(state, EHLO__STUFFED, data, size, used, text);
}
