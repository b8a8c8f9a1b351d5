/* trace.c - the trace of a run, and what neither it nor a reply nor the session may hold (P18): what the
 * dialogue calls a secret, and each response of AUTH. */
#include "play.h"

#include <string.h>

enum { TELLING = 8 }; /* octets of a response that do not come about by chance */

void note_response(struct run *run, ehlo_text response)
{
    octets *kept;

    if (response.size < TELLING)
        return;
    run->responses = grown(run->responses, run->response_count, &run->response_room, sizeof *run->responses);
    kept = &run->responses[run->response_count++];
    octets_add(kept, response.data, response.size);
}

static int holds(const void *data, size_t size, const void *what, size_t length)
{
    const unsigned char *at = data;

    for (size_t i = 0; i + length <= size; i++)
        if (memcmp(at + i, what, length) == 0)
            return 1;
    return 0;
}

static void no_secret_in(struct run *run, const char *where, const void *data, size_t size)
{
    for (size_t i = 0; i < run->dialogue->secret_count; i++)
        if (holds(data, size, run->dialogue->secrets[i].data, run->dialogue->secrets[i].size))
            broke(run, run->line, "%s holds a secret: %s (P18)", where, run->dialogue->secrets[i].data);
    for (size_t i = 0; i < run->response_count; i++)
        if (holds(data, size, run->responses[i].data, run->responses[i].size))
            broke(run, run->line, "%s holds a response of AUTH: %s (P18)", where,
                  (const char *)run->responses[i].data);
}

void no_secrets(struct run *run)
{
    if (!run->dialogue->secret_count && !run->response_count)
        return;
    no_secret_in(run, "a reply", run->written.data, run->written.size);
    no_secret_in(run, "the session's memory", run->server, EHLO_SERVER_SIZE);
    for (size_t i = 0; i < run->traced_count; i++)
        no_secret_in(run, "the trace", run->traced[i].text.data, run->traced[i].text.size);
    for (size_t i = 0; i < run->happened_count; i++)
        if (run->happened[i].kind == KIND_EVENT)
            no_secret_in(run, "an event", run->happened[i].facts.data, run->happened[i].facts.size);
}

/* A challenge that goes on in a further write is one line all the same: 1 where this is the rest of one. */
static int goes_on(struct run *run, const ehlo_trace *trace)
{
    happening *last = run->traced_count ? &run->traced[run->traced_count - 1] : NULL;

    if (!run->in_challenge || trace->direction != EHLO_TO_PEER || trace->text.size || !last)
        return 0;
    run->hidden += trace->hidden;
    octets_clear(&last->facts);
    octets_print(&last->facts, " hidden=%llu", (unsigned long long)run->hidden);
    last->size = last->text.size + run->hidden;
    return 1;
}

void on_trace(void *ctx, ehlo_server *server, const ehlo_trace *trace)
{
    struct run *run = ctx;
    happening *out;

    enter(run, server, "trace");
    if (trace->direction != EHLO_FROM_PEER && trace->direction != EHLO_TO_PEER)
        broke(run, run->line, "a trace of no direction: %d", trace->direction);
    if (!goes_on(run, trace)) {
        out = note(run, trace->direction == EHLO_FROM_PEER ? KIND_HEARD : KIND_SAID);
        octets_add(&out->text, trace->text.data, trace->text.size);
        octets_print(&out->facts, " hidden=%llu", (unsigned long long)trace->hidden);
        out->size = trace->text.size + trace->hidden;
        run->hidden = trace->hidden;
        run->in_challenge = out->kind == KIND_SAID && starts_with((const char *)out->text.data, "334 ");
        if (run->in_challenge && out->text.size > 4)
            broke(run, run->line, "a challenge is in the trace (P18)");
    }
    inside(run, PLACE_TRACE);
    try_forbidden(run, PLACE_TRACE, 0);
    run->in_callback--;
}

static const happening *next_traced(const struct run *run, size_t *at, enum kind kind)
{
    while (*at < run->traced_count && run->traced[*at].kind != kind)
        ++*at;
    return *at < run->traced_count ? &run->traced[(*at)++] : NULL;
}

/* The next trace of the client is this line, whose first octets are known: shown as far as it is no secret,
 * its octets all accounted for. */
void trace_has_line(struct run *run, const octets *line, size_t size)
{
    const happening *trace = next_traced(run, &run->traced_at, KIND_HEARD);

    if (!trace)
        differs(run, run->line, "this line is not in the trace", line->data, line->size, "", 0);
    else if (trace->size != size || trace->text.size > line->size ||
             (trace->text.size && memcmp(trace->text.data, line->data, trace->text.size) != 0))
        differs(run, run->line, "this line is another in the trace", line->data, line->size, trace->text.data,
                trace->text.size);
}

/* The next trace of the client is content: so many octets of a chunk, or any number (UINT64_MAX).  A chunk
 * may be refused before its octets come, where that ends the session. */
void trace_has_content(struct run *run, uint64_t size)
{
    size_t at = run->traced_at;
    const happening *trace = next_traced(run, &at, KIND_HEARD);

    if (trace && !trace->text.size && (size == UINT64_MAX || trace->size == size))
        run->traced_at = at;
    else if (!run->over)
        broke(run, run->line, "this content is not in the trace, or is shown there (P18)");
}

/* What was said is what was written, line by line. */
void trace_has_replies(struct run *run)
{
    const happening *trace;
    size_t at = 0, written = 0;

    if (run->write_failed)
        return;
    while ((trace = next_traced(run, &at, KIND_SAID)) != NULL && !run->failed) {
        const unsigned char *line = run->written.data + written;
        if (trace->size + 2 > run->written.size - written ||
            (trace->text.size && memcmp(line, trace->text.data, trace->text.size) != 0) ||
            memcmp(line + trace->size, "\r\n", 2) != 0)
            differs(run, run->line, "the trace of the server has another line than was written", line,
                    run->written.size - written, trace->text.data, trace->text.size);
        written += (size_t)trace->size + 2; /* as many as were written */
    }
    if (written != run->written.size)
        broke(run, run->line, "%zu octets were written that are not in the trace",
              run->written.size - written);
}
