/* play.h - one run of a dialogue against the engine: what play.c and host.c share. */
#ifndef DIALOGUE_PLAY_H
#define DIALOGUE_PLAY_H

#include "dialogue.h"

/* Something that happened. */
typedef struct happening {
    enum kind kind;
    int depends_on_cut;
    octets text;
    octets facts; /* words parted by spaces */
} happening;

struct run {
    const struct dialogue *dialogue;
    const struct mode *mode;
    uint64_t seed;
    uint64_t random;

    ehlo_server_config config;
    ehlo_server_memory memory[2];
    ehlo_server *server;

    /* What the client still has to send, and what the host holds, unused. */
    octets queue;
    size_t queue_at;
    octets held;

    /* What came out. */
    octets written;
    size_t checked; /* octets of it that were compared */
    happening *happened;
    size_t happened_count, happened_room;
    octets *messages; /* the content of each */
    size_t message_count, message_room;
    uint64_t piece_offset;
    int message_open;

    /* What the host does. */
    const struct step *answers[512];
    size_t answer_count;
    const struct step *narrowings[16];
    size_t narrowing_count;
    const struct step *insides[16];
    size_t inside_count;
    int started;

    /* The request that waits for an answer. */
    uint64_t pending_id, answered_id;
    const struct answer *pending;
    octets *pending_message; /* where that is a piece: its message, and the octets of it that count */
    size_t pending_size;     /* if the answer refuses it */
    uint64_t *ids;
    size_t id_count, id_room;

    /* What the laws need to know. */
    int in_callback;
    int replying; /* inside ehlo_server_reply() */
    int over;     /* the session wanted CLOSE */
    int write_failed;
    int gone; /* "disconnected" was said inside a callback */
    int transaction_open;
    int data_asked;
    int idle_feeds;

    int line; /* of the step in hand */
    int failed;
    octets why;
};

/* The run breaks a law or the dialogue: only the first is told. */
void broke(struct run *run, int line, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* host.c */
void host_config(struct run *run);
int host_reply(struct run *run, uint64_t id, const struct answer *answer);
int reply_pending(struct run *run, const struct answer *answer);
void forget_pending(struct run *run);

#endif
