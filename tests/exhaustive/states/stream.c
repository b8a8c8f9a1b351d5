/* stream.c - octets into lines, responses and content: RFC 5321 section 2.3.8, RFC 4954 section 4. */
#include "states.h"

/* ---- lines --------------------------------------------------------------------------------------- */

/* A response of AUTH, without its CRLF. */
static void response(a_run *run, const char *text, size_t size)
{
    enum { MOST_STEPS = 16 };
    a_model *m = run->model;
    int is_base64 = size % 4 == 0;

    for (size_t i = 0; i < size; i++)
        is_base64 &= (text[i] >= 'A' && text[i] <= 'Z') || (text[i] >= 'a' && text[i] <= 'z');
    if (size == 1 && *text == '*') {
        refuse(run, EHLO_AUTH, 501, 0);
    } else if (!is_base64) {
        refuse(run, EHLO_AUTH, 501, 1);
    } else if (m->step + 1 == MOST_STEPS) {
        refuse(run, EHLO_AUTH, 535, 1);
    } else {
        m->step++;
        ask(run, EHLO_AUTH, 0, 0);
    }
}

/* Within a line that is too long: its end gets the reply. */
static void swallow(a_run *run, a_stream *in)
{
    a_model *m = run->model;

    while (in->at < in->size) {
        char octet = in->data[in->at++];
        if (octet == '\n' && m->swallowed_cr) {
            m->swallow = m->swallowed_cr = 0;
            if (m->mode == RESPONSES) {
                refuse(run, EHLO_AUTH, 500, 1);
                return;
            }
            m->ahead = 0;
            refuse(run, 0, m->door ? m->door : 500, 1);
            return;
        }
        m->swallowed_cr = octet == '\r';
    }
    in->is_stuck = 1;
}

/* A line that is too long begins: HTTP, and a BDAT that nobody will read, end the session (P9). */
static void too_long(a_run *run, a_stream *in)
{
    a_model *m = run->model;
    int is_foreign,
        command = verb_of(in->data + in->at, in->size - in->at, run->world->config.service, &is_foreign);

    if (m->mode != RESPONSES && is_foreign) {
        close_with(run, 0, 421);
        return;
    }
    if (m->mode != RESPONSES && command == EHLO_BDAT && offers(run, EHLO_EXTENSION_CHUNKING)) {
        close_with(run, EHLO_BDAT, 501);
        return;
    }
    m->swallow = 1;
    swallow(run, in);
}

static size_t line_length(const char *data, size_t size)
{
    for (size_t i = 1; i < size; i++)
        if (data[i - 1] == '\r' && data[i] == '\n')
            return i + 1;
    return 0;
}

static void feed_line(a_run *run, a_stream *in)
{
    a_model *m = run->model;
    const char *line = in->data + in->at;
    size_t left = in->size - in->at, limit = m->mode == RESPONSES ? AUTH_LINE : MAX_LINE, length;
    int is_response = m->mode == RESPONSES, command, is_foreign;

    in->is_stuck = left == 0;
    if (in->is_stuck)
        return;
    if (!m->heard && *line == 0x16) {
        close_with(run, 0, 421);
        return;
    }
    m->heard = 1;
    if (m->swallow) {
        swallow(run, in);
        return;
    }
    length = line_length(line, left < limit ? left : limit);
    if (!length && left >= limit) {
        too_long(run, in);
        return;
    }
    in->is_stuck = !length;
    if (!length)
        return;
    in->at += length;
    m->behind = length < left;
    command = is_response ? EHLO_AUTH : verb_of(line, length - 2, run->world->config.service, &is_foreign);
    if (is_response)
        response(run, line, length - 2);
    else
        command_line(run, line, length - 2);
    /* Behind BDAT its own octets stand (RFC 2920 section 3.1, RFC 3030 section 4.2). */
    if (m->mode != CLOSED && left - length > m->chunk_left && run->world->config.pipelined == EHLO_REFUSE &&
        ((m->mode != DATA && m->mode != RESPONSES) || m->pending) && !may_be_followed(run, command))
        m->ahead = 1;
}

/* ---- a feed -------------------------------------------------------------------------------------- */

static int goes_on(const a_run *run, const a_stream *in)
{
    const a_model *m = run->model;

    return !in->is_stuck && !run->fault && !m->pending && m->mode != CLOSED && m->mode != HANDSHAKE &&
           m->mode != TURNED;
}

static void feed_all(a_run *run, a_stream *in)
{
    a_model *m = run->model;

    m->more = 0;
    if (in->size < m->looked) {
        close_silently(run, EHLO_END_DISCONNECTED);
        return;
    }
    m->looked = 0;
    while (goes_on(run, in)) {
        in->is_stuck = 0;
        if (m->mode == DATA)
            feed_data(run, in);
        else if (m->mode == CHUNK)
            feed_chunk(run, in);
        else if (m->mode == VERDICTS)
            next_verdict(run);
        else
            feed_line(run, in);
        heed(run);
    }
    if (in->piece_left)
        fault(run, "a piece holds more than what was used");
    if (in->is_stuck && m->mode != CLOSED && !m->pending)
        m->looked = (uint8_t)(in->size - in->at);
}

void move_feed(a_run *run, const char *data, size_t size, size_t used)
{
    a_model *m = run->model;
    a_stream in = {.data = data, .size = size, .used = used};

    if (m->mode == CLOSED) {
        if (used)
            fault(run, "octets were taken by a session that is over (P25)");
    } else if (m->mode == OPENING) {
        m->early |= size > 0;
    } else if (m->mode == HANDSHAKE) {
        if (size)
            close_silently(run, EHLO_END_DISCONNECTED);
    } else if (m->pending) {
        if (m->pending == EHLO_STARTTLS && size)
            m->behind = 1;
    } else {
        feed_all(run, &in);
    }
    if (m->mode != CLOSED && in.at != used)
        fault(run, "another number of octets was used");
}
