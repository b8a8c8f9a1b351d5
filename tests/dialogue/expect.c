/* expect.c - what the client says, and what must come of it. */
#include "parse.h"

#include <string.h>

/* "WORDS [FACTS]": keeps the facts and returns how long the words are. */
static size_t cut_facts(reader *in, struct expected *out, const char *text)
{
    size_t size = strlen(text);
    const char *open = size && text[size - 1] == ']' ? strstr(text, " [") : NULL;
    const char *next;

    while (open && (next = strstr(open + 1, " [")))
        open = next;
    if (!open)
        return size;
    out->facts = pool_copy(&in->out->pool, open + 2, (size_t)(text + size - 1 - (open + 2)));
    return (size_t)(open - text);
}

void with_facts(reader *in, struct expected *out, const char *text)
{
    size_t size = cut_facts(in, out, text);
    out->data = keep(in, text, size, &out->size);
}

void event_line(reader *in, const char *text)
{
    struct expected *out = add_expected(in, KIND_EVENT);
    int reason;

    with_facts(in, out, text);
    reason = event_named(out->data);
    if (!reason)
        wrong(in, "no such event: %s", out->data);
    if (reason == EHLO_EVENT_TRANSACTION_END)
        wrong(in, "the end of a transaction is written \"end WHY\"");
    out->depends_on_cut = event_depends_on_cut(reason);
    in->out->lists_cut_events |= out->depends_on_cut;
}

void end_line(reader *in, const char *text)
{
    struct expected *out = add_expected(in, KIND_END);
    out->data = keep(in, text, strlen(text), &out->size);
    for (int i = 1; i < EHLO_END_COUNT; i++)
        if (strcmp(end_name(i), text) == 0)
            return;
    wrong(in, "no such end of a transaction: %s", text);
}

/* C "line" or S "line", with facts. */
void trace_line(reader *in, const char *text)
{
    struct expected *out = add_expected(in, *text == 'C' ? KIND_HEARD : KIND_SAID);
    size_t size = cut_facts(in, out, text);

    if (size < 2 || (text[0] != 'C' && text[0] != 'S') || text[1] != ' ')
        wrong(in, "not C \"line\" or S \"line\": %s", text);
    else
        out->data = quoted(in, pool_copy(&in->out->pool, text + 2, size - 2), &out->size);
}

void content_line(reader *in, const char *text, int continues)
{
    struct dialogue *out = in->out;
    struct expected *last = continues ? &out->expects[out->expect_count - 1] : add_expected(in, KIND_CONTENT);
    size_t size = strlen(text);
    octets joined = {0};
    const char *problem;

    if (!continues && starts_with(text, "size=")) {
        last->only_size = 1;
        last->number = (size_t)number(in, text + 5, strlen(text + 5));
        return;
    }
    if (size < 2 || text[0] != '"' || text[size - 1] != '"') {
        wrong(in, "content stands in quotes: %s", text);
        return;
    }
    octets_add(&joined, last->data, last->size);
    problem = unescape(&joined, text + 1, size - 2);
    if (problem)
        wrong(in, "%s", problem);
    last->data = pool_copy(&out->pool, joined.data, joined.size);
    last->size = joined.size;
    octets_free(&joined);
}

void client_line(reader *in, const char *text, int whole_line)
{
    struct step *out = add_step(in, STEP_CLIENT);
    octets line = {0};
    const char *problem = unescape(&line, text, strlen(text));

    if (problem)
        wrong(in, "%s", problem);
    if (whole_line)
        octets_add(&line, "\r\n", 2);
    out->data = pool_copy(&in->out->pool, line.data, line.size);
    out->size = line.size;
    octets_free(&line);
}

void server_line(reader *in, const char *text)
{
    struct step *out = add_step(in, STEP_LINE);
    octets line = {0};
    const char *problem = unescape(&line, text, strlen(text));

    if (problem)
        wrong(in, "%s", problem);
    octets_add(&line, "\r\n", 2);
    out->data = pool_copy(&in->out->pool, line.data, line.size);
    out->size = line.size;
    octets_free(&line);
}

void code_line(reader *in, const char *text)
{
    struct step *out = add_step(in, STEP_CODE);
    if (!is_code(text)) {
        wrong(in, "not a reply code: %s", text);
        return;
    }
    out->code = (int)number(in, text, 3);
    text = after_blanks(text + 3);
    if (*text && strcmp(text, "-") != 0 && !is_enhanced(text, strlen(text)))
        wrong(in, "not an enhanced status code: %s", text);
    out->data = pool_copy(&in->out->pool, text, strlen(text));
}

void wants_line(reader *in, const char *text)
{
    struct step *out = add_step(in, STEP_WANTS);
    for (int i = 0; i < 6; i++)
        if (strcmp(wants_names[i], text) == 0) {
            out->code = i;
            return;
        }
    wrong(in, "a session wants CLOSE, FEED, INPUT, REPLY, TLS or TURN: %s", text);
}
