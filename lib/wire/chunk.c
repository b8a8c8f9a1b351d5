/* chunk.c - the content of chunks: the same lines and the same faults as in DATA, but no dots and no end.
 *
 * Where a CR is the last octet that came, it cannot be told whether it is bare.  Nothing of a chunk may be
 * left unused, since the next octets may belong to another one: so that one octet is held, as a bit.  At the
 * end of a chunk it is handed out, since what comes next may be asked about before any octet is there.
 */
#include "chunk.h"

#include "unstuff.h"

/* ehlo_unstuff_state.held_cr */
enum { NONE, HELD, HANDED_OUT };

static const char crlf[] = "\r\n";

/* The CR that was held, now that there is an octet behind it; it is handed out from here. */
static ehlo_found held_text(ehlo_unstuff_state *state, char next, size_t *used, ehlo_text *text)
{
    size_t taken;
    ehlo_found found;

    if (next == '\n') {
        state->held_cr = NONE;
        state->column = 0;
        *used = 1;
        *text = (ehlo_text){crlf, 2};
        return EHLO_FOUND_TEXT;
    }
    found = ehlo__content_scan(state, EHLO__FINAL, crlf, 1, &taken, text);
    if (taken > 0)
        state->held_cr = NONE;
    return found;
}

/* The CR that ended the chunk before: EHLO_FOUND_MORE where nothing is left to say of it. */
static ehlo_found handed_out(ehlo_unstuff_state *state, const char *data, size_t size, size_t *used,
                             ehlo_text *text)
{
    state->held_cr = NONE;
    if (size && *data == '\n') {
        state->column = 0;
        *used = 1;
        *text = (ehlo_text){data, 1};
        return EHLO_FOUND_TEXT;
    }
    state->column += state->column < UINT32_MAX;
    return state->pass >> EHLO_FOUND_BARE_CR & 1 ? EHLO_FOUND_MORE : EHLO_FOUND_BARE_CR;
}

ehlo_found ehlo__chunk_text(ehlo_unstuff_state *state, const void *data, size_t size, ehlo__behind behind,
                            size_t *used, ehlo_text *text)
{
    ehlo_found found = EHLO_FOUND_MORE;

    *used = 0;
    *text = (ehlo_text){data, 0};
    if (state->held_cr == HELD && size)
        return held_text(state, *(const char *)data, used, text);
    if (state->held_cr == HANDED_OUT && (size || behind == EHLO__NOTHING))
        found = handed_out(state, data, size, used, text);
    if (found != EHLO_FOUND_MORE)
        return found;
    found = ehlo__content_scan(state, behind == EHLO__NOTHING ? EHLO__FINAL : EHLO__PLAIN, data, size, used,
                               text);
    if (found != EHLO_FOUND_MORE || *used == size)
        return found;
    *used = size; /* that is the CR at the end */
    state->held_cr = behind == EHLO__MORE_OF_CHUNK ? HELD : HANDED_OUT;
    if (state->held_cr == HELD)
        return EHLO_FOUND_MORE;
    *text = (ehlo_text){crlf, 1};
    return EHLO_FOUND_TEXT;
}
