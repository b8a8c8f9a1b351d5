/* content.c - the content of DATA and of chunks, one octet at a time: RFC 5321 section 4.5.2, RFC 3030
 * section 2.
 */
#include "states.h"

static uint64_t max_size(const a_run *run)
{
    return run->model->narrow ? NARROWED_SIZE : MAX_SIZE;
}

/* The piece in hand is complete: what `content` answered. */
static void piece_end(a_run *run, const a_token *piece)
{
    a_model *m = run->model;

    run->shutdown_noted |= piece->note == SHUTDOWN;
    run->is_gone |= piece->note == GONE;
    if (piece->answer == PENDING)
        m->pending = PIECE;
    else if (piece->answer != BY_DEFAULT)
        m->refused = (uint16_t)(piece->answer == PERMANENT ? 550 : piece->answer == CLOSING ? 421 : 451);
}

/* One octet of content: the next of the piece in hand, unless the message is refused or over its limit. */
static void take(a_run *run, a_stream *in, char octet)
{
    a_model *m = run->model;

    if (m->size >= max_size(run) || m->refused) {
        m->size++;
        return;
    }
    if (!in->piece_left) {
        in->piece = &seen.tokens[run->token];
        if (run->token == seen.count || in->piece->kind != HANDED) {
            fault(run, "content is not handed out");
            return;
        }
        run->token++;
        in->piece_left = in->piece->size;
        if (in->piece->offset != m->size)
            fault(run, "the offset of a piece is not the octets before it");
    }
    if (run->text == seen.text_size || seen.text[run->text++] != octet)
        fault(run, "other content is handed out");
    m->size++;
    if (--in->piece_left == 0)
        piece_end(run, in->piece);
}

static void refuse_message(a_run *run, int code)
{
    if (!run->model->refused)
        run->model->refused = (uint16_t)code;
}

/* Over the limit: refused, and past the drain limit closed.  Not while a piece is pending. */
static void check_size(a_run *run)
{
    a_model *m = run->model;

    if (m->size <= max_size(run) || m->pending || run->is_gone)
        return;
    m->over = 1;
    refuse_message(run, 552);
    if (m->size - max_size(run) > DRAIN_LIMIT)
        close_with(run, m->mode == CHUNK ? EHLO_BDAT : EHLO_DATA_RECEIVED, 552);
}

/* Whether octets may still be taken: also at the limit behind a pending piece, with which they are used. */
static int takes(const a_run *run, const a_stream *in)
{
    const a_model *m = run->model;

    if (m->mode == CLOSED || run->fault || run->is_gone)
        return 0;
    return !m->pending || (m->pending == PIECE && m->size >= max_size(run) && in->at < in->used);
}

static void take_line_end(a_run *run, a_stream *in)
{
    take(run, in, '\r');
    take(run, in, '\n');
}

/* One step of DATA: an octet, a line's end, or the end. */
static void step_of_data(a_run *run, a_stream *in)
{
    a_model *m = run->model;
    const char *at = in->data + in->at;
    size_t left = in->size - in->at, dot = m->starts_line && left && *at == '.';

    in->is_stuck =
        left == 0 || (*at == '\r' && left == 1) || (dot && (left == 1 || (left == 2 && at[1] == '\r')));
    if (in->is_stuck)
        return;
    if (dot && at[1] == '\r' && at[2] == '\n') {
        in->at += 3;
        message_complete(run);
        return;
    }
    if (dot) { /* stuffed: it goes, and the next octet is content whatever it is */
        m->starts_line = 0;
        in->at++;
        return;
    }
    m->starts_line = 0;
    if (*at == '\r' && at[1] == '\n') {
        m->starts_line = 1;
        in->at += 2;
        take_line_end(run, in);
        return;
    }
    if (*at == '\r' || *at == '\n')
        refuse_message(run, 554);
    in->at++;
    take(run, in, *at);
}

void feed_data(a_run *run, a_stream *in)
{
    do {
        check_size(run);
        if (takes(run, in))
            step_of_data(run, in);
    } while (run->model->mode == DATA && takes(run, in) && !in->is_stuck);
    check_size(run);
}

/* The chunk is there, to its last octet. */
static void chunk_end(a_run *run)
{
    a_model *m = run->model;
    int is_last = m->last, code = m->chunk_code;

    if (!code && is_last) {
        message_complete(run);
        return;
    }
    if (!code) {
        ask(run, EHLO_BDAT, 0, 0);
        return;
    }
    m->mode = COMMANDS;
    m->chunk_code = 0;
    m->last = 0;
    if (m->mail)
        m->chunks = SPOILED;
    if (!is_last || run->world->config.service != EHLO_SERVICE_LMTP) {
        refuse(run, EHLO_BDAT, code, 1);
        return;
    }
    /* RFC 2033 section 4.3: a reply for each recipient; it is one error all the same. */
    if (++m->errors >= run->world->config.max_errors && run->world->config.max_errors) {
        close_with(run, EHLO_BDAT, 421);
        return;
    }
    for (uint32_t i = 0; i < m->recipients; i++)
        reply_now(run, EHLO_NOOP, code); /* which leads nowhere */
}

/* A CR that is not known yet to be bare: kept back within a chunk, handed out at the end of one, since the
 * host is asked about the whole chunk. */
enum { KNOWN, KEPT_BACK, HANDED_OUT };

static void take_cr(a_run *run, a_stream *in)
{
    a_model *m = run->model;

    if (m->chunk_left || m->last) {
        m->held_cr = KEPT_BACK;
    } else {
        m->held_cr = HANDED_OUT;
        take(run, in, '\r');
    }
}

/* The CR was bare. */
static void refuse_cr(a_run *run, a_stream *in)
{
    int was = run->model->held_cr;

    run->model->held_cr = KNOWN;
    if (!run->model->binary) /* RFC 3030 section 3: there any octets are content */
        refuse_message(run, 554);
    if (was == KEPT_BACK)
        take(run, in, '\r');
}

/* One octet of a chunk. */
static void step_of_chunk(a_run *run, a_stream *in)
{
    a_model *m = run->model;
    char octet = in->data[in->at];
    int held = m->held_cr;

    if (held && octet != '\n') {
        refuse_cr(run, in);
        return;
    }
    in->at++;
    m->chunk_left--;
    if (octet == '\r') {
        take_cr(run, in);
        return;
    }
    m->held_cr = KNOWN;
    if (held == KEPT_BACK)
        take(run, in, '\r');
    if (!held && octet == '\n' && !m->binary)
        refuse_message(run, 554);
    take(run, in, octet);
}

void feed_chunk(a_run *run, a_stream *in)
{
    a_model *m = run->model;

    if (m->chunk_code) {
        size_t left = in->size - in->at, taken = left < m->chunk_left ? left : (size_t)m->chunk_left;
        in->at += taken;
        m->chunk_left -= taken;
    } else {
        check_size(run);
        while (takes(run, in) && m->chunk_left && in->at < in->size) {
            step_of_chunk(run, in);
            check_size(run);
        }
        if (takes(run, in) && !m->chunk_left && m->last && m->held_cr) {
            refuse_cr(run, in);
            check_size(run);
        }
    }
    in->is_stuck = m->chunk_left && in->at == in->size;
    if (m->mode == CHUNK && !m->chunk_left && !m->pending && !run->is_gone && !run->fault)
        chunk_end(run);
}
