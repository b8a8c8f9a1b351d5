/* graph.c - the states that were found, and which of them are the same. */
#include "states.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

a_node *nodes;
uint32_t node_count;
static uint32_t *table, node_room, table_room;

void graph_clear(void)
{
    node_count = 0;
    if (table)
        memset(table, 0, table_room * sizeof *table);
}

typedef struct a_key {
    unsigned char middle[offsetof(ehlo_server, last_id) - offsetof(ehlo_server, transaction)];
    unsigned char model[offsetof(a_model, errors)];
    uint32_t counters[5];
    char left[LEFT];
} a_key;

static uint32_t at_most(uint32_t number, uint32_t most)
{
    return number < most ? number : most;
}

static void key_of(const a_world *world, const a_node *node, a_key *key)
{
    const ehlo_server *server = (const ehlo_server *)&node->memory;
    const ehlo_server_config *config = &world->config;
    ehlo_server flat = *server;
    a_model simple = node->model;

    flat.transaction.recipients = at_most(flat.transaction.recipients, 2);
    flat.recipient = at_most(flat.recipient, 2);
    flat.transaction.content.column = 0;       /* no line gets near its limit here */
    flat.flags &= ~(uint32_t)EHLO__AFTER_AUTH; /* of the trace alone */
    if (server->asked != EHLO_STARTTLS) {      /* each line says it anew, and only STARTTLS asks for it */
        flat.flags &= ~(uint32_t)EHLO__BEHIND;
        simple.behind = 0;
    }
    if (!is_in_message(&simple)) { /* said anew by each chunk */
        flat.flags &= ~(uint32_t)EHLO__LAST_CHUNK;
        flat.chunk_phase = 0;
        simple.last = 0;
    }
    if (simple.mode == CLOSED) { /* dead is dead, whatever it died of: laws_of_state() looked at it */
        memset(&flat.transaction, 0, sizeof key->middle);
        simple = (a_model){.mode = CLOSED};
    }
    simple.recipients = at_most(simple.recipients, 2);
    simple.verdict = at_most(simple.verdict, 2);
    memset(key, 0, sizeof *key);
    memcpy(key->middle, &flat.transaction, sizeof key->middle);
    memcpy(key->model, &simple, sizeof key->model);
    key->counters[0] = at_most(server->errors, config->max_errors);
    key->counters[1] = at_most(server->idle, config->max_idle_commands);
    key->counters[2] = at_most(server->auth_failures, config->max_auth_failures);
    key->counters[3] =
        at_most(server->transactions, config->max_transactions ? config->max_transactions + 1 : 0);
    key->counters[4] = server->looked;
    memcpy(key->left, node->left, node->left_size);
}

static uint64_t hash_of(const a_key *key)
{
    const unsigned char *octets = (const unsigned char *)key;
    uint64_t hash = 0xcbf29ce484222325U, word;
    size_t at;

    for (at = 0; at + sizeof word <= sizeof *key; at += sizeof word) {
        memcpy(&word, octets + at, sizeof word);
        hash = (hash ^ word) * 0x9e3779b97f4a7c15U;
        hash ^= hash >> 29;
    }
    for (; at < sizeof *key; at++)
        hash = (hash ^ octets[at]) * 0x9e3779b97f4a7c15U;
    return hash ^ hash >> 32;
}

static void *room(void *memory, size_t count, size_t size)
{
    void *larger = realloc(memory, count * size);

    if (!larger) {
        fprintf(stderr, "states: out of memory\n");
        exit(2);
    }
    return larger;
}

static void insert(uint32_t number)
{
    uint32_t at = (uint32_t)nodes[number].hash & (table_room - 1);

    while (table[at])
        at = (at + 1) & (table_room - 1);
    table[at] = number + 1;
}

static void grow(void)
{
    if (node_count == node_room) {
        node_room = node_room ? node_room * 2 : 4096;
        nodes = room(nodes, node_room, sizeof *nodes);
    }
    if (node_count * 2 >= table_room) {
        table_room = table_room ? table_room * 2 : 16384;
        table = room(table, table_room, sizeof *table);
        memset(table, 0, table_room * sizeof *table);
        for (uint32_t i = 0; i < node_count; i++)
            insert(i);
    }
}

/* Adds a state, unless it is known: 1 where it was new. */
int graph_add(const a_world *world, const a_node *reached)
{
    a_key key, other;
    uint64_t hash;

    key_of(world, reached, &key);
    hash = hash_of(&key);
    grow();
    for (uint32_t at = (uint32_t)hash & (table_room - 1); table[at]; at = (at + 1) & (table_room - 1)) {
        const a_node *known = &nodes[table[at] - 1];
        if (known->hash != hash)
            continue;
        key_of(world, known, &other);
        if (!memcmp(&key, &other, sizeof key))
            return 0;
    }
    nodes[node_count] = *reached;
    nodes[node_count].hash = hash;
    insert(node_count++);
    return 1;
}
