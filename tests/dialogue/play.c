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

/* ---- the dialogue ------------------------------------------------------------------------------ */

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
    if (run->auth_open)
        broke(run, run->line, "an exchange of AUTH has no end (R11)");
    ledger_close(run);
    trace_has_replies(run);
    no_secrets(run);
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
    for (size_t i = 0; i < run->traced_count; i++) {
        octets_free(&run->traced[i].text);
        octets_free(&run->traced[i].facts);
    }
    for (size_t i = 0; i < run->message_count; i++)
        octets_free(&run->messages[i]);
    for (size_t i = 0; i < run->path_count; i++)
        octets_free(&run->paths[i]);
    for (size_t i = 0; i < run->response_count; i++)
        octets_free(&run->responses[i]);
    ledger_free(run);
    free(run->traced);
    free(run->paths);
    free(run->responses);
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

static void show_list(const happening *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        octets text = {0};
        octets_print_escaped(&text, list[i].text.data, list[i].text.size);
        printf("    %s: %s [%s]\n", kind_name(list[i].kind), text.size ? (const char *)text.data : "",
               (const char *)list[i].facts.data);
        octets_free(&text);
    }
}

static void show(const struct run *run)
{
    show_list(run->happened, run->happened_count);
    show_list(run->traced, run->traced_count);
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
