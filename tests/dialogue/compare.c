/* compare.c - what came, held against what the dialogue expects and against the first run. */
#include "play.h"

#include <stdio.h>
#include <string.h>

/* ---- replies ---------------------------------------------------------------------------------- */

/* The octets of the next line that was not compared yet; 0: there is none. */
static size_t next_line(const struct run *run, size_t from)
{
    for (size_t i = from; i + 1 < run->written.size; i++)
        if (run->written.data[i] == '\r' && run->written.data[i + 1] == '\n')
            return i + 2 - from;
    return 0;
}

/* What RFC 5321 section 4.2 says of any reply line. */
static void reply_laws(struct run *run, size_t from, size_t size)
{
    const unsigned char *line = run->written.data + from;
    int challenge = size >= 4 && memcmp(line, "334 ", 4) == 0; /* a line of its own length: R10 */
    size_t most = challenge ? 12288 : 512;
    int well_formed = size >= 5 && size <= most && line[0] >= '2' && line[0] <= '5' && line[1] >= '0' &&
                      line[1] <= '5' && line[2] >= '0' && line[2] <= '9' &&
                      (line[3] == ' ' || line[3] == '-' || size == 5);

    for (size_t i = 0; i + 2 < size; i++)
        if (line[i] < 32 || line[i] == 127)
            well_formed = 0;
    if (!well_formed)
        differs(run, run->line, "a reply line is malformed", "XYZ text", 8, line, size);
}

static void compare_line(struct run *run, const struct step *step)
{
    size_t size = next_line(run, run->checked);
    if (size == 0) {
        differs(run, step->line, "this reply did not come", step->data, step->size, "", 0);
        return;
    }
    if (size != step->size || memcmp(run->written.data + run->checked, step->data, size) != 0)
        differs(run, step->line, "another reply came", step->data, step->size,
                run->written.data + run->checked, size);
    reply_laws(run, run->checked, size);
    run->checked += size;
}

/* A line has that code, and that enhanced code where one is asked for ("-": none). */
static int line_fits(const unsigned char *line, size_t size, int code, const char *enhanced)
{
    size_t length = strlen(enhanced);
    if (size < 6 || (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0') != code)
        return 0;
    if (strcmp(enhanced, "-") == 0)
        return !(size > 6 && line[4] == line[0] && line[5] == '.');
    return length == 0 || (size >= 4 + length + 2 && memcmp(line + 4, enhanced, length) == 0 &&
                           (line[4 + length] == ' ' || line[4 + length] == '\r'));
}

static void compare_code(struct run *run, const struct step *step)
{
    for (int more = 1; more && !run->failed;) {
        size_t size = next_line(run, run->checked);
        const unsigned char *line = run->written.data + run->checked;
        char expected[64];
        int length = snprintf(expected, sizeof expected, "%d %s", step->code, step->data);

        if (size == 0 || !line_fits(line, size, step->code, step->data))
            differs(run, step->line, size ? "another reply came" : "this reply did not come", expected,
                    (size_t)length, size ? (const char *)line : "", size);
        if (size)
            reply_laws(run, run->checked, size);
        run->checked += size;
        more = size > 3 && line[3] == '-';
    }
}

/* All replies that the steps up to `end` expect, and no others. */
size_t compare_replies(struct run *run, size_t from, size_t end)
{
    const struct dialogue *dialogue = run->dialogue;

    for (; from < end && !run->failed; from++) {
        if (dialogue->steps[from].kind == STEP_LINE)
            compare_line(run, &dialogue->steps[from]);
        else if (dialogue->steps[from].kind == STEP_CODE)
            compare_code(run, &dialogue->steps[from]);
    }
    if (run->checked < run->written.size)
        differs(run, run->line, "a reply came that is not expected here", "", 0,
                run->written.data + run->checked, run->written.size - run->checked);
    return end;
}

/* ---- what must have happened ------------------------------------------------------------------ */

static int has_word(const octets *facts, const char *word, size_t size)
{
    const char *at = (const char *)facts->data, *end = at + facts->size;
    while (at < end) {
        size_t length;
        while (at < end && *at == ' ')
            at++;
        length = (size_t)(strchr(at, ' ') ? strchr(at, ' ') - at : end - at);
        if (length == size && memcmp(at, word, size) == 0)
            return 1;
        at += length;
    }
    return 0;
}

/* The first fact that does not hold, or NULL. */
static const char *missing_fact(const struct expected *expected, const octets *facts)
{
    static char word[256];
    for (const char *at = expected->facts; *at;) {
        size_t size = strcspn(at, " ");
        int less = *at == '-';
        if (size && has_word(facts, at + less, size - (size_t)less) == less) {
            snprintf(word, sizeof word, "%.*s", (int)size, at);
            return word;
        }
        at += size + (at[size] == ' ');
    }
    return NULL;
}

static void compare_content(struct run *run)
{
    size_t message = 0;

    for (size_t i = 0; i < run->dialogue->expect_count; i++) {
        const struct expected *expected = &run->dialogue->expects[i];
        const octets *came = message < run->message_count ? &run->messages[message] : NULL;
        if (expected->kind != KIND_CONTENT)
            continue;
        message++;
        if (!came)
            broke(run, expected->line, "this message did not come");
        else if (expected->only_size && expected->number != came->size)
            broke(run, expected->line, "%zu octets of content came, not %zu", came->size, expected->number);
        else if (!expected->only_size &&
                 (expected->size != came->size ||
                  (came->size && memcmp(expected->data, came->data, came->size) != 0)))
            differs(run, expected->line, "another content came", expected->data, expected->size, came->data,
                    came->size);
    }
    if (message < run->message_count)
        broke(run, run->line, "%zu messages came, not %zu", run->message_count, message);
}

const char *kind_name(enum kind kind)
{
    static const char *const names[] = {
        "decision", "event", "end of a transaction", "trace of the client", "trace of the server", "content"};
    return names[kind];
}

static void compare_kind(struct run *run, enum kind kind)
{
    const struct dialogue *dialogue = run->dialogue;
    int traced = kind == KIND_HEARD || kind == KIND_SAID;
    const happening *list = traced ? run->traced : run->happened;
    size_t count = traced ? run->traced_count : run->happened_count, at = 0;
    int with_cut_events = dialogue->lists_cut_events && run->mode->first;
    char what[128];

    snprintf(what, sizeof what, "another %s came", kind_name(kind));
    for (size_t i = 0; i <= dialogue->expect_count && !run->failed; i++) {
        const struct expected *expected = i < dialogue->expect_count ? &dialogue->expects[i] : NULL;
        const happening *came;
        const char *missing;

        if (expected && expected->kind != kind)
            continue;
        if (expected && expected->depends_on_cut && !with_cut_events)
            continue;
        while (at < count && (list[at].kind != kind || (list[at].depends_on_cut && !with_cut_events)))
            at++;
        came = at < count ? &list[at++] : NULL;
        if (!expected && came) {
            snprintf(what, sizeof what, "one %s more came", kind_name(kind));
            differs(run, run->line, what, "", 0, came->text.data, came->text.size);
        } else if (expected && !came) {
            snprintf(what, sizeof what, "this %s did not come", kind_name(kind));
            differs(run, expected->line, what, expected->data, expected->size, "", 0);
        } else if (expected && (came->text.size != expected->size ||
                                memcmp(came->text.data, expected->data, expected->size) != 0)) {
            differs(run, expected->line, what, expected->data, expected->size, came->text.data,
                    came->text.size);
        } else if (expected && (missing = missing_fact(expected, &came->facts)) != NULL) {
            broke(run, expected->line, "%s: \"%s\" does not hold; the facts:%s", expected->data, missing,
                  (const char *)came->facts.data);
        }
    }
}

/* Events that must not happen; of those that depend on the cut only the first run can tell. */
static void compare_never(struct run *run)
{
    for (size_t i = 0; i < run->happened_count; i++) {
        const happening *one = &run->happened[i];
        int reason = one->kind == KIND_EVENT ? event_named((const char *)one->text.data) : 0;
        if (reason && (run->dialogue->never >> reason & 1) && (run->mode->first || !one->depends_on_cut))
            broke(run, run->line, "%s happened, which must not", event_name(reason));
    }
}

void compare_lists(struct run *run)
{
    if (run->dialogue->never)
        compare_never(run);
    for (enum kind kind = KIND_DECIDE; kind < KIND_CONTENT; kind++)
        if (run->dialogue->lists[kind])
            compare_kind(run, kind);
    if (run->dialogue->lists[KIND_CONTENT])
        compare_content(run);
}

/* The next of a list that is of that kind, or, with KIND_COUNT, of any, and does not depend on the cut. */
static const happening *next_of(const happening *list, size_t count, size_t *at, enum kind kind)
{
    while (*at < count && (list[*at].depends_on_cut || (kind != KIND_COUNT && list[*at].kind != kind)))
        ++*at;
    return *at < count ? &list[(*at)++] : NULL;
}

static int same(const octets *one, const octets *other)
{
    return one->size == other->size && memcmp(one->data, other->data, one->size) == 0;
}

static void compare_happenings(struct run *run, const happening *mine, const happening *its)
{
    static const octets nothing = {0};
    const octets *my_text = mine ? &mine->text : &nothing, *its_text = its ? &its->text : &nothing;

    if (!mine || !its || mine->kind != its->kind || !same(&mine->text, &its->text))
        differs(run, run->line, "other decisions, events, content or traces than in the first run (P2)",
                its_text->data, its_text->size, my_text->data, my_text->size);
    else if (!same(&mine->facts, &its->facts))
        differs(run, run->line, "other facts than in the first run (P2)", its->facts.data, its->facts.size,
                mine->facts.data, mine->facts.size);
}

/* P2 and R16: this run and the first one.  How the two directions of the trace mingle depends on the cut. */
void compare_runs(struct run *run, const struct run *first)
{
    static const enum kind kinds[] = {KIND_COUNT, KIND_HEARD, KIND_SAID};

    if (!run->failed && !same(&run->written, &first->written))
        differs(run, run->line, "other replies than in the first run (P2)", first->written.data,
                first->written.size, run->written.data, run->written.size);
    for (size_t i = 0; i < 3; i++) {
        const happening *list = i ? run->traced : run->happened, *other = i ? first->traced : first->happened;
        size_t count = i ? run->traced_count : run->happened_count;
        size_t other_count = i ? first->traced_count : first->happened_count, at = 0, other_at = 0;
        while (!run->failed) {
            const happening *mine = next_of(list, count, &at, kinds[i]);
            const happening *its = next_of(other, other_count, &other_at, kinds[i]);
            if (!mine && !its)
                break;
            compare_happenings(run, mine, its);
        }
    }
}
