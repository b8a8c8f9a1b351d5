/* states.c - every state, visited: the real engine, explored breadth first until no new state is found.
 *
 *   build/tests/exhaustive/states [--write | WORLD]
 *
 * A session is one flat struct and allocates nothing, so that a state can be copied, given to one event, and
 * compared.  Next to each session a model of SMTP is kept that was written apart from the engine (states/);
 * on every edge what the engine wrote, asked and told must be what the model says, and the laws of
 * docs/bad-input.md hold in every state.  Of a fault the shortest way to it is shown.
 *
 * Two sessions are the same state where what matters in them is: recipients count up to two; ids, and
 * counters that no limit of the world heeds, do not count.  How many states and edges there are is pinned
 * below: who changes the engine looks at what changed, and writes the new numbers with --write.
 */
#include "states/states.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The numbers of each world, as --write prints them. */
static const struct {
    const char *world;
    uint32_t states, edges;
} pins[] = {
#include "states/pins.def"
    {NULL, 0, 0}};

static uint64_t edges;

/* ---- one edge ------------------------------------------------------------------------------------- */

static void feed(a_run *run, ehlo_server *server, a_node *to, const an_event *event)
{
    static char data[AUTH_LINE + LEFT];
    size_t size = to->left_size, used;

    memcpy(data, to->left, to->left_size);
    if (event->act == SHOW_LESS)
        size--;
    if (event->size)
        memcpy(data + size, event->data, event->size);
    size += event->size;
    used = ehlo_server_feed(server, size ? data : NULL, size);
    record_parse_output();
    run->is_mute = run->is_gone = 0;
    run->is_mute = seen.is_gone != 0;
    move_feed(run, data, size, used);
    to->left_size = 0;
    memset(to->left, 0, sizeof to->left);
    if (run->model->mode == CLOSED)
        return;
    if (used > size || size - used > LEFT) {
        fault(run, "more was used than there was, or more is left than this test expects");
        return;
    }
    to->left_size = (uint8_t)(size - used);
    memcpy(to->left, data + used, size - used);
}

static int reply(ehlo_server *server, const a_model *m, an_answer answer)
{
    int command = m->pending == PIECE ? EHLO_DATA_RECEIVED : m->pending;

    if (answer == CHALLENGE)
        return ehlo_server_challenge(server, server->last_id, "?", 1);
    return ehlo_server_reply(server, server->last_id, answer == FAILS ? EHLO_FAIL : code_of(command, answer),
                             NULL, NULL);
}

/* Does it to the session, then to the model, and says what does not fit. */
static const char *happen(const a_world *world, a_node *to, const an_event *event, const a_plan *plan)
{
    ehlo_server *server = (ehlo_server *)&to->memory;
    a_model *m = &to->model;
    a_run run = {.model = m, .world = world};
    int (*const calls[])(ehlo_server *) = {[START] = ehlo_server_start,
                                           [TLS_STARTED] = ehlo_server_tls_started,
                                           [SHUT_DOWN] = ehlo_server_shutdown,
                                           [TIME_OUT] = ehlo_server_timed_out,
                                           [DISCONNECT] = ehlo_server_disconnected};
    void (*const moves[])(a_run *) = {[START] = move_start,
                                      [TLS_STARTED] = move_tls,
                                      [SHUT_DOWN] = move_shutdown,
                                      [TIME_OUT] = move_time_out,
                                      [DISCONNECT] = move_disconnect};
    uint64_t id = server->last_id;

    record_begin(world, plan);
    if (event->act == FEED || event->act == SHOW_LESS) {
        feed(&run, server, to, event);
    } else if (event->act == REPLY) {
        if (reply(server, m, event->answer) != EHLO_REPLIED)
            return "reply is not REPLIED";
        record_parse_output();
        move_reply(&run, event->answer);
    } else {
        if (calls[event->act](server) != EHLO_OK)
            return "a call is not OK";
        record_parse_output();
        run.is_mute = seen.is_gone != 0;
        moves[event->act](&run);
    }
    if (!run.fault)
        move_writes(&run);
    if (run.fault || seen.fault)
        return run.fault ? run.fault : seen.fault;
    if (run.token != seen.count)
        return "more is asked, handed out or told than should be";
    if (run.reply != seen.reply_count)
        return "there is a reply too many (P5)";
    for (unsigned i = 0; i < seen.count; i++)
        if (seen.tokens[i].kind == ASKED || seen.tokens[i].kind == HANDED) {
            if (!seen.tokens[i].id || seen.tokens[i].id <= id)
                return "an id is 0, or was there before (R6)";
            id = seen.tokens[i].id;
        }
    if (m->mode == CLOSED) {
        to->left_size = 0;
        memset(to->left, 0, sizeof to->left);
    }
    return laws_of_state(world, server, m);
}

/* ---- exploring ------------------------------------------------------------------------------------ */

static void show_way(const a_node *node)
{
    if (node->parent != UINT32_MAX) {
        show_way(&nodes[node->parent]);
        event_show(node->event, &plans[node->plan]);
    }
}

static void show(const a_world *world, const a_node *last, const char *what)
{
    fprintf(stderr, "states: %s: %s\n", world->name, what);
    show_way(last);
    fprintf(stderr, "  then were written:");
    for (unsigned i = 0; i < seen.reply_count; i++)
        fprintf(stderr, " %d", seen.replies[i]);
    fprintf(stderr, "; asked, told:");
    for (unsigned i = 0; i < seen.count; i++)
        fprintf(stderr, " %s %d",
                &"asked\0handed\0ended\0AUTH ended"[(const int[]){0, 0, 6, 13, 19}[seen.tokens[i].kind]],
                seen.tokens[i].what);
    fprintf(stderr, "\n");
}

/* Whether the plan is another one than those before it, by what the default one called. */
static int is_apart(const a_world *world, const a_plan *plan, int called)
{
    return !plan->needs || ((plan->needs & called) && (plan->note != NARROW || world->narrows));
}

/* Whether the host did as the plan says: there may be no such code for the command. */
static int was_followed(const a_plan *plan)
{
    unsigned i = 0;

    if (plan->needs != IN_DECIDE)
        return 1;
    while (i < seen.count && seen.tokens[i].kind != ASKED)
        i++;
    return i < seen.count && seen.tokens[i].answer == plan->answer && seen.tokens[i].note == plan->note;
}

/* All that can happen in one state; how many faults there were. */
static int visit(const a_world *world, uint32_t number)
{
    int faults = 0;

    for (size_t i = 0; i < events_count(); i++) {
        int called = 0;
        an_event event;
        if (!event_of(i, &nodes[number].model, nodes[number].left, nodes[number].left_size, &event))
            continue;
        for (size_t j = 0; j < plan_count; j++) {
            a_node to = nodes[number];
            const char *what;
            if (!is_apart(world, &plans[j], called))
                continue;
            what = happen(world, &to, &event, &plans[j]);
            if (j == 0)
                called = (seen.asks ? IN_DECIDE : 0) | (seen.pieces ? IN_CONTENT : 0) |
                         (seen.writes ? IN_WRITE : 0);
            if (!was_followed(&plans[j]))
                continue;
            edges++;
            if (!what) /* here, since the key leaves out some of what it looks at */
                what = laws_of_tls(world, (const ehlo_server *)&to.memory, &to.model);
            to.parent = number;
            to.event = (uint16_t)i;
            to.plan = (uint8_t)j;
            if (what) {
                faults++;
                show(world, &to, what);
                if (faults > 2)
                    return faults;
                continue;
            }
            graph_add(world, &to);
        }
    }
    return faults;
}

static int explore(const a_world *world)
{
    a_node first = {.parent = UINT32_MAX, .model = {.mode = OPENING}};
    const char *what;
    int faults = 0;

    graph_clear();
    edges = 0;
    if (ehlo_server_init((ehlo_server *)&first.memory, &world->config, NULL) != EHLO_OK) {
        fprintf(stderr, "states: %s: %s\n", world->name, ehlo_server_config_problem(&world->config));
        return 1;
    }
    graph_add(world, &first);
    for (uint32_t i = 0; i < node_count && faults < 5; i++) {
        const ehlo_server *server = (const ehlo_server *)&nodes[i].memory;
        if ((what = laws_of_calls(world, server, &nodes[i].model))) {
            seen.count = seen.reply_count = 0;
            show(world, &nodes[i], what);
            faults++;
        }
        faults += visit(world, i);
    }
    return faults;
}

/* Whether the numbers are those that are pinned. */
static int is_pinned(const a_world *world)
{
    for (size_t i = 0; pins[i].world; i++)
        if (!strcmp(pins[i].world, world->name))
            return pins[i].states == node_count && pins[i].edges == edges;
    return 0;
}

int main(int argc, char **argv)
{
    int writes = argc == 2 && !strcmp(argv[1], "--write");
    const char *only = argc == 2 && !writes ? argv[1] : NULL;
    int faults = 0, others = 0, found = 0;

    if (argc > 2) {
        fprintf(stderr, "states: usage: states [--write | WORLD]\n");
        return 2;
    }
    worlds_set_up();
    for (size_t i = 0; i < world_count; i++) {
        const a_world *world = &worlds[i];
        clock_t start = clock();
        if (only && strcmp(only, world->name) != 0)
            continue;
        found = 1;
        faults += explore(world);
        if (writes)
            printf("    {\"%s\", %u, %llu},\n", world->name, node_count, (unsigned long long)edges);
        else
            printf("%-18s %8u states, %9llu edges, %5.1f s%s\n", world->name, node_count,
                   (unsigned long long)edges, (double)(clock() - start) / CLOCKS_PER_SEC,
                   is_pinned(world) ? "" : "  not as pinned");
        fflush(stdout);
        others += !writes && !is_pinned(world);
    }
    return faults || others || !found ? 1 : 0;
}
