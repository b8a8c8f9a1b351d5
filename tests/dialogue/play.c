/* play.c - plays a dialogue against the engine, in every way that the input can be cut.
 *
 * Every octet that is fed ends at an inaccessible page, or starts behind one, so that one octet of
 * over-read crashes; and it is gone when feed returns, so that nobody can keep a pointer to it.
 */
#define _DEFAULT_SOURCE
#include "play.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const struct mode modes[] = {
    {.name = "whole", .cutting = CUT_WHOLE},
    {.name = "whole-front", .cutting = CUT_WHOLE, .front = 1, .small_buffer = 1},
    {.name = "together", .cutting = CUT_TOGETHER},
    {.name = "octets", .cutting = CUT_OCTETS, .small_buffer = 1},
    {.name = "octets-empty", .cutting = CUT_OCTETS, .empty_feeds = 1, .front = 1},
    {.name = "moved", .cutting = CUT_RANDOM, .moved = 1, .small_buffer = 1},
    {.name = "forbidden", .cutting = CUT_WHOLE, .forbidden = 1},
    {.name = "random", .cutting = CUT_RANDOM, .small_buffer = 1},
    {.name = "random-empty", .cutting = CUT_RANDOM, .empty_feeds = 1, .front = 1},
};

/* ---- failures --------------------------------------------------------------------------------- */

void broke(struct run *run, int line, const char *format, ...)
{
    char text[1024];
    va_list arguments;

    if (run->failed)
        return;
    run->failed = 1;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    octets_print(&run->why, "%s:%d: ", run->dialogue->path, line);
    octets_print(&run->why, "%s\n", text);
    octets_print(&run->why, "    played %s: --mode %s", run->mode->name, run->mode->name);
    if (run->mode->cutting == CUT_RANDOM)
        octets_print(&run->why, " --seed %llu --splits 1", (unsigned long long)run->seed);
    octets_print(&run->why, "\n");
}

static void differs(struct run *run, int line, const char *what, const void *expected, size_t expected_size,
                    const void *came, size_t came_size)
{
    octets text = {0};
    if (run->failed)
        return;
    octets_print_escaped(&text, expected, expected_size);
    octets_print(&text, "\n    came:     ");
    octets_print_escaped(&text, came, came_size);
    broke(run, line, "%s\n    expected: %s", what, (const char *)text.data);
    octets_free(&text);
}

/* ---- where the input lies --------------------------------------------------------------------- */

typedef struct arena {
    unsigned char *memory; /* the first page and the last are inaccessible */
    size_t room;
} arena;

static size_t page_size(void)
{
    return (size_t)sysconf(_SC_PAGESIZE);
}

static void arena_room(arena *of, size_t size)
{
    size_t page = page_size(), room = (size + page) / page * page;

    if (of->memory && room <= of->room)
        return;
    if (of->memory)
        munmap(of->memory, of->room + 2 * page);
    of->memory = mmap(NULL, room + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (of->memory == MAP_FAILED || mprotect(of->memory + page, room, PROT_READ | PROT_WRITE) != 0) {
        perror("dialogue: mmap");
        exit(2);
    }
    of->room = room;
}

/* Two, used in turn: what is shown again never has the address that it had. */
static arena arenas[2];

static unsigned char *place_for(const struct run *run, size_t size)
{
    static int turn;
    arena *of = &arenas[turn ^= 1];
    arena_room(of, size);
    return of->memory + page_size() + (run->mode->front ? 0 : of->room - size);
}

/* ---- the session, and what it wants ----------------------------------------------------------- */

static uint64_t draw(struct run *run)
{
    run->random ^= run->random << 13;
    run->random ^= run->random >> 7;
    run->random ^= run->random << 17;
    return run->random * UINT64_C(0x2545f4914f6cdd1d);
}

/* Before any call: the session may have gone to other memory, which R14 allows. */
static ehlo_server *session(struct run *run)
{
    if (run->mode->moved) {
        int other = run->server == (ehlo_server *)&run->memory[0];
        memcpy(&run->memory[other], run->server, sizeof run->memory[other]);
        memset(run->server, 0xdb, sizeof run->memory[other]);
        run->server = (ehlo_server *)&run->memory[other];
    }
    return run->server;
}

static int in_content(const struct run *run)
{
    const octets *out = &run->written;
    size_t at = out->size;

    if (at < 6)
        return 0;
    for (at -= 2; at > 0 && out->data[at - 1] != '\n'; at--)
        ;
    return memcmp(out->data + at, "354 ", 4) == 0;
}

static const unsigned char *find_crlf(const octets *in)
{
    for (size_t i = 0; i + 1 < in->size; i++)
        if (in->data[i] == '\r' && in->data[i + 1] == '\n')
            return in->data + i;
    return NULL;
}

/* What must hold between any two calls. */
static int look(struct run *run)
{
    int wants = ehlo_server_wants(run->server);
    uint32_t timeout = ehlo_server_timeout(run->server);

    if (run->over && wants != EHLO_WANTS_CLOSE)
        broke(run, run->line, "a session that wanted CLOSE wants %d (P25)", wants);
    if (wants < 0 || wants > EHLO_WANTS_TURN || wants == EHLO_WANTS_TLS)
        broke(run, run->line, "a session wants %d", wants);
    if (wants == EHLO_WANTS_CLOSE && run->started)
        run->over = 1;
    if (wants == EHLO_WANTS_REPLY && !run->pending_id)
        broke(run, run->line, "REPLY is wanted, but nothing is pending");
    if (run->pending_id && wants != EHLO_WANTS_REPLY && wants != EHLO_WANTS_CLOSE)
        broke(run, run->line, "a request is pending, but %d is wanted", wants);
    if (run->started && wants == EHLO_WANTS_INPUT && timeout == 0)
        broke(run, run->line, "INPUT is wanted, but the time-out is 0");
    if ((wants == EHLO_WANTS_REPLY || wants == EHLO_WANTS_CLOSE) && timeout != 0)
        broke(run, run->line, "the peer is not waited for, but the time-out is %u", (unsigned)timeout);
    if (run->over && run->pending_id)
        forget_pending(run);
    return wants;
}

static void check_unused(struct run *run, int wants)
{
    if (wants != EHLO_WANTS_INPUT || !run->started)
        return;
    if (in_content(run)) {
        if (run->held.size > 2)
            broke(run, run->line, "%zu octets of content left unused (R15)", run->held.size);
    } else if (find_crlf(&run->held)) {
        broke(run, run->line, "INPUT is wanted, but a whole line is left unused (P13)");
    } else if (run->held.size >= ehlo_server_line_limit(&run->config)) {
        broke(run, run->line, "%zu octets left unused: a host's buffer would be full (R15)", run->held.size);
    }
}

/* Shows what is held and `more` octets of the queue. */
static void feed(struct run *run, size_t more)
{
    size_t size = run->held.size + more, used, written = run->written.size, happened = run->happened_count;
    unsigned char *at = place_for(run, size);
    ehlo_server *server = session(run);
    int wants, was_pending = run->pending_id != 0;

    if (run->held.size)
        memcpy(at, run->held.data, run->held.size);
    if (more)
        memcpy(at + run->held.size, run->queue.data + run->queue_at, more);
    run->queue_at += more;
    used = ehlo_server_feed(server, at, size);
    if (used > size) {
        broke(run, run->line, "feed used %zu octets of %zu", used, size);
        return;
    }
    if (run->over && (used || written != run->written.size))
        broke(run, run->line, "a session that wanted CLOSE took %zu octets and wrote %zu (P25)", used,
              run->written.size - written);
    if (was_pending && used)
        broke(run, run->line, "%zu octets taken while a request is pending", used);
    octets_clear(&run->held);
    octets_add(&run->held, at + used, size - used);
    memset(at, 0xee, size);
    wants = look(run);
    check_unused(run, wants);
    run->idle_feeds = wants == EHLO_WANTS_FEED && !used && !more && written == run->written.size &&
                              happened == run->happened_count
                          ? run->idle_feeds + 1
                          : 0;
    if (run->idle_feeds > 100)
        broke(run, run->line, "FEED is wanted again and again, but nothing happens (P13)");
}

/* Shows again what is held, no more: nothing may come of it. */
static void feed_nothing_new(struct run *run)
{
    size_t held = run->held.size, written = run->written.size, happened = run->happened_count;

    feed(run, 0);
    if (held != run->held.size || written != run->written.size || happened != run->happened_count)
        broke(run, run->line, "octets shown again, and no others, did something");
}

/* How many octets of the queue come next. */
static size_t next_cut(struct run *run)
{
    size_t left = run->queue.size - run->queue_at, cut = left;

    if (run->mode->cutting == CUT_OCTETS && cut > 1)
        cut = 1;
    if (run->mode->cutting == CUT_RANDOM) {
        static const size_t most[] = {2, 5, 20, 200, 3000};
        size_t some = 1 + (size_t)(draw(run) % most[draw(run) % 5]);
        cut = some < left ? some : left;
    }
    if (run->mode->small_buffer) {
        size_t limit = ehlo_server_line_limit(&run->config);
        size_t room = limit > run->held.size ? limit - run->held.size : 0;
        cut = cut < room ? cut : room;
    }
    return cut;
}

static void answer_later(struct run *run)
{
    const struct answer *answer = run->pending;
    int status, wants;

    session(run);
    status = reply_pending(run, answer);
    if (status != EHLO_REPLIED)
        broke(run, answer->line, "the later reply returned %s, not REPLIED", status_name(status));
    wants = look(run);
    if (wants != EHLO_WANTS_FEED && wants != EHLO_WANTS_CLOSE && wants != EHLO_WANTS_TURN)
        broke(run, answer->line, "after an answer a session wants %s, not FEED (R2)", wants_names[wants]);
}

/* Feeds until only something else than the client helps. */
static void pump(struct run *run)
{
    while (!run->failed) {
        int wants = look(run);

        if (!run->started) { /* an early talker */
            if (run->queue_at == run->queue.size || next_cut(run) == 0)
                break;
            feed(run, next_cut(run));
        } else if (wants == EHLO_WANTS_FEED) {
            feed(run, 0);
        } else if (wants == EHLO_WANTS_REPLY && run->pending && run->pending->kind == ANSWER_LATER) {
            if (run->mode->empty_feeds)
                feed_nothing_new(run);
            answer_later(run);
        } else if (wants == EHLO_WANTS_INPUT && run->queue_at < run->queue.size) {
            size_t cut = next_cut(run);
            if (cut == 0)
                broke(run, run->line, "INPUT is wanted, but the host's buffer is full (R15)");
            feed(run, cut);
            if (run->mode->empty_feeds && ehlo_server_wants(run->server) == EHLO_WANTS_INPUT)
                feed_nothing_new(run);
        } else {
            break;
        }
    }
    if (run->over && run->queue_at < run->queue.size) { /* P25: nothing of it is taken */
        feed(run, run->queue.size - run->queue_at);
        octets_clear(&run->held);
    }
    if (run->queue_at == run->queue.size) {
        octets_clear(&run->queue);
        run->queue_at = 0;
    }
}

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
    int well_formed = size >= 5 && size <= 512 && line[0] >= '2' && line[0] <= '5' && line[1] >= '0' &&
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
static size_t compare_replies(struct run *run, size_t from, size_t end)
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

/* ---- steps ------------------------------------------------------------------------------------ */

static void start(struct run *run)
{
    int status = ehlo_server_start(session(run));
    run->started = 1;
    if (status != EHLO_OK)
        broke(run, run->line, "ehlo_server_start() returned %s", status_name(status));
    look(run);
}

/* Drops one octet that feed has looked at. */
static void show_less(struct run *run)
{
    if (run->held.size == 0) {
        broke(run, run->line, "there is nothing unused to drop");
        return;
    }
    run->held.size--;
    feed(run, 0);
}

static void host_step(struct run *run, const struct step *step)
{
    struct answer nothing = {.code = 250};
    ehlo_server *server;
    int status = EHLO_OK;

    switch (step->code) {
    case HOST_START: start(run); return;
    case HOST_FEED: feed(run, run->queue.size - run->queue_at); return;
    case HOST_SHOW_LESS: show_less(run); return;
    default: break;
    }
    server = session(run);
    switch (step->code) {
    case HOST_SHUTDOWN: status = ehlo_server_shutdown(server); break;
    case HOST_TIMED_OUT: status = ehlo_server_timed_out(server); break;
    case HOST_DISCONNECTED: status = ehlo_server_disconnected(server); break;
    case HOST_REPLY_AGAIN: status = host_reply(run, run->answered_id, &nothing); break;
    case HOST_REPLY_UNKNOWN: status = host_reply(run, UINT64_C(1) << 40, &nothing); break;
    case HOST_FIRST_ID: status = ehlo_server_first_id(server, step->number); break;
    case HOST_OFFER: status = ehlo_server_offer(server, 0); break;
    default: break;
    }
    if (status != step->status)
        broke(run, step->line, "the call returned %s, not %s", status_name(status),
              status_name(step->status));
    /* Shutdown and time-out answer a pending request themselves. */
    if (run->pending_id && ehlo_server_wants(run->server) != EHLO_WANTS_REPLY)
        forget_pending(run);
    look(run);
}

static void reply_step(struct run *run, const struct step *step)
{
    int status, wants;

    if (!run->pending_id) {
        broke(run, step->line, "nothing is pending");
        return;
    }
    session(run);
    status = reply_pending(run, &step->answer);
    if (status != step->status)
        broke(run, step->line, "the reply returned %s, not %s", status_name(status),
              status_name(step->status));
    if (status == EHLO_REPLIED) {
        wants = look(run);
        if (wants != EHLO_WANTS_FEED && wants != EHLO_WANTS_CLOSE && wants != EHLO_WANTS_TURN)
            broke(run, step->line, "after an answer a session wants %s, not FEED (R2)", wants_names[wants]);
    }
}

static void remember(struct run *run, const struct step *step)
{
    if (step->kind == STEP_ANSWER && run->answer_count < sizeof run->answers / sizeof *run->answers)
        run->answers[run->answer_count++] = step;
    else if (step->kind == STEP_NARROW &&
             run->narrowing_count < sizeof run->narrowings / sizeof *run->narrowings)
        run->narrowings[run->narrowing_count++] = step;
    else if (step->kind == STEP_INSIDE && run->inside_count < sizeof run->insides / sizeof *run->insides)
        run->insides[run->inside_count++] = step;
    else
        broke(run, step->line, "more of these lines than the runner has room for");
}

static void other_step(struct run *run, const struct step *step)
{
    switch (step->kind) {
    case STEP_ANSWER:
    case STEP_NARROW:
    case STEP_INSIDE: remember(run, step); break;
    case STEP_HOST: host_step(run, step); break;
    case STEP_REPLY: reply_step(run, step); break;
    case STEP_WANTS: {
        int wants = look(run);
        if (wants != step->code && !run->failed)
            broke(run, step->line, "the session wants %s, not %s", wants_names[wants],
                  wants_names[step->code]);
        break;
    }
    case STEP_TIMEOUT:
        if (ehlo_server_timeout(run->server) != step->number)
            broke(run, step->line, "the time-out is %u seconds, not %u",
                  (unsigned)ehlo_server_timeout(run->server), (unsigned)step->number);
        break;
    case STEP_CLIENT:
    case STEP_LINE:
    case STEP_CODE: break;
    }
    pump(run);
}

static int sets_up(const struct step *step)
{
    return step->kind == STEP_ANSWER || step->kind == STEP_NARROW || step->kind == STEP_INSIDE;
}

/* The client's octets go out line group by line group; with CUT_TOGETHER only what the host does is
 * waited for, never a reply. */
static void all_steps(struct run *run)
{
    const struct dialogue *dialogue = run->dialogue;
    size_t compared = 0;

    for (size_t i = 0; i < dialogue->step_count && !run->failed; i++) {
        const struct step *step = &dialogue->steps[i];

        if (!run->started && !dialogue->starts_itself && !sets_up(step)) {
            run->line = step->line;
            start(run);
            pump(run);
        }
        if (step->kind == STEP_CLIENT) {
            int continues = i > 0 && dialogue->steps[i - 1].kind == STEP_CLIENT;
            if (run->mode->cutting != CUT_TOGETHER && !continues)
                compared = compare_replies(run, compared, i);
            run->line = step->line;
            octets_add(&run->queue, step->data, step->size);
            if (run->mode->cutting != CUT_TOGETHER &&
                (i + 1 == dialogue->step_count || dialogue->steps[i + 1].kind != STEP_CLIENT))
                pump(run);
        } else if (step->kind != STEP_LINE && step->kind != STEP_CODE) {
            pump(run);
            compared = compare_replies(run, compared, i);
            run->line = step->line;
            other_step(run, step);
        }
    }
    pump(run);
    compare_replies(run, compared, dialogue->step_count);
}

/* The peer goes away; then nothing may do anything any more. */
static void finish(struct run *run)
{
    size_t written, happened;

    if (run->failed)
        return;
    if (run->started && !run->over) {
        int status = ehlo_server_disconnected(session(run));
        if (status != EHLO_OK)
            broke(run, run->line, "ehlo_server_disconnected() returned %s", status_name(status));
        if (look(run) != EHLO_WANTS_CLOSE)
            broke(run, run->line, "a session without a peer does not want CLOSE");
        if (run->checked < run->written.size)
            broke(run, run->line, "something was written to a peer that is gone");
    }
    written = run->written.size;
    happened = run->happened_count;
    octets_clear(&run->held);
    octets_clear(&run->queue);
    run->queue_at = 0;
    octets_add(&run->queue, "NOOP\r\nQUIT\r\n", 12);
    feed(run, 12);
    if (run->held.size != 12 || written != run->written.size || happened != run->happened_count)
        broke(run, run->line, "a session that is over took octets or did something (P25)");
    if (ehlo_server_reply(session(run), run->answered_id ? run->answered_id : 1, 250, NULL, NULL) !=
        EHLO_GONE)
        broke(run, run->line, "a reply to a session that is over is not EHLO_GONE (R6)");
    if (written != run->written.size)
        broke(run, run->line, "a session that is over wrote something (P25)");
    if (run->transaction_open)
        broke(run, run->line, "a transaction has no end (R13)");
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

static const char *kind_name(enum kind kind)
{
    static const char *const names[] = {"decision", "event", "end of a transaction", "content"};
    return names[kind];
}

static void compare_kind(struct run *run, enum kind kind)
{
    const struct dialogue *dialogue = run->dialogue;
    int with_cut_events = dialogue->lists_cut_events && run->mode == &modes[0];
    size_t at = 0;
    char what[128];

    snprintf(what, sizeof what, "another %s came", kind_name(kind));
    for (size_t i = 0; i <= dialogue->expect_count && !run->failed; i++) {
        const struct expected *expected = i < dialogue->expect_count ? &dialogue->expects[i] : NULL;
        const happening *came;
        const char *missing;

        if (expected && expected->kind != kind)
            continue;
        if (expected && kind == KIND_EVENT && !with_cut_events &&
            (strcmp(expected->data, "PIPELINED") == 0 || strcmp(expected->data, "EARLY_TALKER") == 0))
            continue;
        while (at < run->happened_count &&
               (run->happened[at].kind != kind || (run->happened[at].depends_on_cut && !with_cut_events)))
            at++;
        came = at < run->happened_count ? &run->happened[at++] : NULL;
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

static void compare_lists(struct run *run)
{
    for (enum kind kind = KIND_DECIDE; kind < KIND_CONTENT; kind++)
        if (run->dialogue->lists[kind])
            compare_kind(run, kind);
    if (run->dialogue->lists[KIND_CONTENT])
        compare_content(run);
}

/* P2 and R16: this run and the first one. */
static void compare_runs(struct run *run, const struct run *first)
{
    size_t at = 0, other = 0;

    if (run->failed)
        return;
    if (run->written.size != first->written.size ||
        memcmp(run->written.data, first->written.data, run->written.size) != 0)
        differs(run, run->line, "other replies than in the first run (P2)", first->written.data,
                first->written.size, run->written.data, run->written.size);
    while (!run->failed) {
        const happening *mine, *its;
        while (at < run->happened_count && run->happened[at].depends_on_cut)
            at++;
        while (other < first->happened_count && first->happened[other].depends_on_cut)
            other++;
        mine = at < run->happened_count ? &run->happened[at++] : NULL;
        its = other < first->happened_count ? &first->happened[other++] : NULL;
        if (!mine && !its)
            break;
        if (!mine || !its || mine->kind != its->kind || mine->text.size != its->text.size ||
            memcmp(mine->text.data, its->text.data, mine->text.size) != 0)
            differs(run, run->line, "other decisions, events or content than in the first run (P2)",
                    its ? (const char *)its->text.data : "", its ? its->text.size : 0,
                    mine ? (const char *)mine->text.data : "", mine ? mine->text.size : 0);
        else if (mine->facts.size != its->facts.size ||
                 memcmp(mine->facts.data, its->facts.data, mine->facts.size) != 0)
            differs(run, run->line, "other facts than in the first run (P2)", its->facts.data,
                    its->facts.size, mine->facts.data, mine->facts.size);
    }
}

/* ---- runs ------------------------------------------------------------------------------------- */

static void begin(struct run *run, const struct dialogue *dialogue, const struct mode *mode, uint64_t seed)
{
    const char *problem;
    int status;

    *run = (struct run){
        .dialogue = dialogue, .mode = mode, .seed = seed, .random = seed * 2654435761U + 88172645463325252U};
    octets_add(&run->queue, "", 0);
    octets_add(&run->held, "", 0);
    octets_add(&run->written, "", 0);
    run->server = (ehlo_server *)&run->memory[0];
    now_playing(dialogue->name, mode->name, seed);
    host_config(run);
    problem = ehlo_server_config_problem(&run->config);
    status = ehlo_server_init(run->server, &run->config, run);
    if (problem || status != EHLO_OK)
        broke(run, 1, "bad config: %s (%s)", problem ? problem : "no problem", status_name(status));
}

static void clear(struct run *run)
{
    for (size_t i = 0; i < run->happened_count; i++) {
        octets_free(&run->happened[i].text);
        octets_free(&run->happened[i].facts);
    }
    for (size_t i = 0; i < run->message_count; i++)
        octets_free(&run->messages[i]);
    free(run->happened);
    free(run->messages);
    free(run->ids);
    octets_free(&run->queue);
    octets_free(&run->held);
    octets_free(&run->written);
    octets_free(&run->why);
}

static void play(struct run *run)
{
    if (!run->failed)
        all_steps(run);
    finish(run);
    if (!run->failed)
        compare_lists(run);
}

/* Whether a way of cutting makes sense.  Where commands sent ahead are refused, the cut decides; and
 * what is written before a call from inside a callback depends on how many commands came at once. */
static int can_cut(const struct dialogue *dialogue, const struct mode *mode)
{
    for (size_t i = 0; i < dialogue->step_count && mode->cutting == CUT_TOGETHER; i++)
        if (dialogue->steps[i].kind == STEP_INSIDE)
            return 0;
    return dialogue->config.pipelined == EHLO_PASS || mode->cutting == CUT_WHOLE;
}

static void show(const struct run *run)
{
    for (size_t i = 0; i < run->happened_count; i++) {
        octets text = {0};
        octets_print_escaped(&text, run->happened[i].text.data, run->happened[i].text.size);
        printf("    %s: %s [%s]\n", kind_name(run->happened[i].kind), (const char *)text.data,
               (const char *)run->happened[i].facts.data);
        octets_free(&text);
    }
    fwrite(run->written.data, 1, run->written.size, stdout);
}

int play_all(const struct dialogue *dialogue, const struct options *options, long *runs)
{
    struct run first, other;
    int well = 1;

    begin(&first, dialogue, &modes[0], options->seed);
    play(&first);
    ++*runs;
    if (options->verbose)
        show(&first);
    if (first.failed) {
        fputs((const char *)first.why.data, stdout);
        clear(&first);
        return 0;
    }
    for (size_t i = 1; i < sizeof modes / sizeof *modes && well; i++) {
        int times = modes[i].cutting == CUT_RANDOM ? options->splits : 1;
        if (!can_cut(dialogue, &modes[i]) ||
            (options->only_mode && strcmp(options->only_mode, modes[i].name) != 0))
            continue;
        for (int k = 0; k < times && well; k++) {
            begin(&other, dialogue, &modes[i], options->seed + (uint64_t)k);
            play(&other);
            compare_runs(&other, &first);
            ++*runs;
            if (other.failed) {
                fputs((const char *)other.why.data, stdout);
                well = 0;
            }
            clear(&other);
        }
    }
    clear(&first);
    return well;
}
