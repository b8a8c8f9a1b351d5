/* play.c - plays a dialogue against the engine, in every way that the input can be cut. */
#include "play.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct mode modes[] = {
    {.name = "whole", .cutting = CUT_WHOLE, .first = 1},
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

void differs(struct run *run, int line, const char *what, const void *expected, size_t expected_size,
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
    case HOST_FIRST_ID:
        status = ehlo_server_first_id(server, step->number);
        run->first_id = status == EHLO_OK ? step->number : run->first_id;
        break;
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
    case STEP_WRITES:
        if (run->mode->cutting == CUT_WHOLE && run->writes != step->number)
            broke(run, step->line, "%zu writes, not %u (R10)", run->writes, (unsigned)step->number);
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
            if (!continues)
                run->writes = 0;
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

int mode_exists(const char *name)
{
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
        if (strcmp(modes[i].name, name) == 0)
            return 1;
    return 0;
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
