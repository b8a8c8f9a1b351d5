/* play.h - one run of a dialogue against the engine: what play.c and host.c share. */
#ifndef DIALOGUE_PLAY_H
#define DIALOGUE_PLAY_H

#include "dialogue.h"

/* Something that happened. */
typedef struct happening {
    enum kind kind;
    int depends_on_cut;
    octets text;
    octets facts;  /* words parted by spaces */
    uint64_t size; /* HEARD, SAID: of the line, what is hidden included */
} happening;

/* Where the client's octets are, as the runner's own reader of them knows it (ledger.c). */
typedef enum ledger_place {
    LEDGER_LINE,     /* in a command line */
    LEDGER_RESPONSE, /* in a line that answers a 334 */
    LEDGER_CONTENT,  /* behind a 354 */
    LEDGER_CHUNK,    /* behind a BDAT */
    LEDGER_TLS,      /* behind the 220 to STARTTLS: nothing may be taken */
    LEDGER_TURNED    /* behind the 250 to TURN or ATRN: likewise */
} ledger_place;

struct ledger {
    ledger_place place;
    octets taken; /* by feed; read up to `at` */
    size_t at;
    octets line; /* the command in hand, as far as it is kept */
    size_t line_size;
    int cr;            /* its last octet is a CR */
    int command;       /* that waits for its replies */
    int ends;          /* what waits is a verdict on a whole message */
    uint64_t left;     /* octets of the chunk to come */
    int last;          /* the chunk is the last one */
    unsigned matched;  /* octets of CRLF.CRLF */
    size_t due;        /* replies to come */
    uint32_t accepted; /* RCPTs of this transaction */
    size_t read;       /* octets of what was written */
};

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
    happening *traced;
    size_t traced_count, traced_room, traced_at;
    int in_challenge;
    uint64_t hidden;
    octets *messages; /* the content of each */
    size_t message_count, message_room;
    uint64_t piece_offset;
    int message_open;
    octets *paths; /* the mailbox of each RCPT that was accepted last under its index */
    size_t path_count, path_room;
    octets *responses; /* of AUTH, which no trace and no reply may hold */
    size_t response_count, response_room;

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
    int pending_command;
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
    int by_url;        /* BURL was asked about in this transaction */
    uint32_t accepted; /* RCPTs that the host accepted in it */
    uint32_t verdicts; /* DATA_RECEIVED of a recipient so far */
    int auth_open;     /* an exchange of AUTH is under way */
    unsigned auth_steps;
    int tls, authenticated;
    struct ledger ledger;
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

/* ledger.c: holds what feed took against what was written (P5, P8, P9). */
void ledger_begin(struct run *run, size_t due);
void ledger_took(struct run *run, const void *data, size_t size);
void ledger_balance(struct run *run);
void ledger_close(struct run *run);
void ledger_free(struct run *run);

/* law.c: what must hold of a request, of an answer that was taken, and of an event. */
void request_laws(struct run *run, const ehlo_request *request);
void answer_laws(struct run *run, int command, int code);
void event_laws(struct run *run, const ehlo_event *event);

/* trace.c: what it holds, and what it may not hold (P18). */
void on_trace(void *ctx, ehlo_server *server, const ehlo_trace *trace);
void note_response(struct run *run, ehlo_text response);
void no_secrets(struct run *run);
void trace_has_line(struct run *run, const octets *line, size_t size);
void trace_has_content(struct run *run, uint64_t size);
void trace_has_replies(struct run *run);

/* compare.c: the replies to the steps from `from` up to `end`, and no others; then what else must have
 * happened; then this run and the first one (P2, R16). */
size_t compare_replies(struct run *run, size_t from, size_t end);
void compare_lists(struct run *run);
void compare_runs(struct run *run, const struct run *first);
const char *kind_name(enum kind kind);

/* note.c, fact.c */
void *grown(void *array, size_t count, size_t *room, size_t item); /* room for one item more */
happening *note(struct run *run, enum kind kind);
octets *new_message(struct run *run);
void note_id(struct run *run, uint64_t id);
void note_decision(struct run *run, const ehlo_request *request);
void note_path(struct run *run, uint32_t index, ehlo_text mailbox);
ehlo_text path_of(const struct run *run, uint32_t index);
int opens_transaction(int command);

/* inside.c: calls from inside a callback; those that are forbidden there, and those that make no sense
 * outside of one. */
void inside(struct run *run, int place);
void try_forbidden(struct run *run, int place, uint64_t id);
void try_misplaced(struct run *run);

/* step.c: what a dialogue's steps come to, but the client's octets and their replies. */
void start(struct run *run);
void other_step(struct run *run, const struct step *step);

/* choose.c: the answer to a request, to `write`, and to a piece that made `message`, which had `old` octets,
 * longer (where it refuses, what is behind `*end` does not count); NULL: none. */
const struct answer *answer_for(struct run *run, const ehlo_request *request);
const struct answer *write_answer(const struct run *run);
const struct answer *content_answer(const struct run *run, const octets *message, size_t old, size_t *end);
int refuses(const struct answer *answer); /* at once */

/* host.c */
void host_config(struct run *run);
void enter(struct run *run, ehlo_server *server, const char *callback);
int reply_pending(struct run *run, const struct answer *answer);
int host_reply(struct run *run, uint64_t id, const struct answer *answer);
void forget_pending(struct run *run);

#endif
