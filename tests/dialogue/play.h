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
    size_t writes;  /* since the last group of lines began */
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
    uint64_t first_id; /* that the host chose, or 0 */

    /* The request that waits for an answer. */
    uint64_t pending_id, answered_id;
    const struct answer *pending;
    const char *piece_end;   /* where that is a piece: its end in what was fed */
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
void differs(struct run *run, int line, const char *what, const void *expected, size_t expected_size,
             const void *came, size_t came_size);

/* feed.c: session() before every call, look() after it; pump() feeds until only something else than
 * the client helps, feed() once, with `more` octets of the queue. */
ehlo_server *session(struct run *run);
int look(struct run *run);
void feed(struct run *run, size_t more);
void pump(struct run *run);

/* compare.c: the replies to the steps from `from` up to `end`, and no others; then what else must have
 * happened; then this run and the first one (P2, R16). */
size_t compare_replies(struct run *run, size_t from, size_t end);
void compare_lists(struct run *run);
void compare_runs(struct run *run, const struct run *first);
const char *kind_name(enum kind kind);

/* note.c */
happening *note(struct run *run, enum kind kind);
octets *new_message(struct run *run);
void note_id(struct run *run, uint64_t id);
void note_decision(struct run *run, const ehlo_request *request);
int opens_transaction(int command);

/* inside.c */
void inside(struct run *run, int place);
void try_forbidden(struct run *run, int place, uint64_t id);

/* host.c */
void host_config(struct run *run);
int reply_pending(struct run *run, const struct answer *answer);
int host_reply(struct run *run, uint64_t id, const struct answer *answer);
void forget_pending(struct run *run);

#endif
