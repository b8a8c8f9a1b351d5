/* states.h - what the files of the exploration offer each other.
 *
 *   world.c   the configs that are explored
 *   input.c   what the peer may send, and what each line of it is by the RFCs
 *   event.c   what may happen to a session next
 *   host.c    the host: answers as told, and writes down what it was asked and told
 *   model.c   what an SMTP server does, by the RFCs and docs/design.md: what follows from a reply
 *   calls.c   the same: what the host is asked, and every call of a session
 *   order.c   the same: which command is in order, and which refusal it gets otherwise
 *   content.c the same: the content of DATA and of chunks
 *   stream.c  the same: octets into lines, responses and content
 *   laws.c    what holds in every state, whatever led there
 *   graph.c   the states that were found, and which are the same
 */
#ifndef EHLO_TESTS_STATES_H
#define EHLO_TESTS_STATES_H

#include <ehlo/ehlo.h>

#include <stddef.h>
#include <stdint.h>

/* The inside of a session is looked at by laws.c and, to tell states apart, by states.c; the model knows
 * nothing of it. */
#include "server/session.h"

/* ---- worlds ------------------------------------------------------------------------------------- */

typedef struct a_world {
    const char *name;
    void (*set)(ehlo_server_config *config); /* what differs from the defaults */
    int narrows;                             /* the host also narrows what is offered */
    ehlo_server_config config;
} a_world;

enum { MAX_SIZE = 2, DRAIN_LIMIT = 2, NARROWED_SIZE = 1, MAX_LINE = 512, AUTH_LINE = 12288 };

extern a_world worlds[];
extern const size_t world_count;
void worlds_set_up(void);

/* ---- what happens ------------------------------------------------------------------------------- */

/* What the host answers. */
typedef enum an_answer {
    BY_DEFAULT,
    ACCEPT,
    TEMPORARY,
    PERMANENT,
    PENDING,
    FAILS,
    ILLEGAL,       /* 299, which is no code for anything */
    CLOSING,       /* 421 */
    DECLINE,       /* 521, to CONNECTED */
    INSIDE,        /* ACCEPT by ehlo_server_reply() inside `decide` */
    WITHDRAWN,     /* the same, but then `decide` fails */
    CHALLENGE,     /* to AUTH, by ehlo_server_challenge() */
    BARE_CHALLENGE /* 334 */
} an_answer;

/* What is asked for inside a callback. */
typedef enum a_note { NOTHING, SHUTDOWN, GONE, NARROW } a_note;

/* What the host does in one call; the first question, piece or write of the call counts, the others get the
 * default. */
typedef struct a_plan {
    const char *name;
    uint8_t needs; /* the callback that it is about: IN_DECIDE, IN_CONTENT or IN_WRITE; 0: none */
    uint8_t answer, note;
} a_plan;

enum { IN_DECIDE = 1, IN_CONTENT = 2, IN_WRITE = 4 };

extern const a_plan plans[];
extern const size_t plan_count;

typedef enum an_act {
    FEED, /* what was left, and `data` */
    SHOW_LESS,
    START,
    REPLY,
    TLS_STARTED,
    SHUT_DOWN,
    TIME_OUT,
    DISCONNECT
} an_act;

typedef struct an_event {
    an_act act;
    const char *data;
    size_t size;
    an_answer answer; /* of REPLY */
} an_event;

/* ---- the model ---------------------------------------------------------------------------------- */

typedef enum a_mode {
    CLOSED,
    OPENING,
    COMMANDS,
    DATA,
    CHUNK,
    VERDICTS,
    RESPONSES, /* of AUTH */
    HANDSHAKE,
    TURNED
} a_mode;

enum { PIECE = 255, ANYTHING_TEMPORARY = 4 };
enum { NO_HELLO, PLAIN_HELLO, EXTENDED_HELLO };
enum { NO_CHUNKS, CHUNKS, SPOILED };

/* A session as the RFCs tell of one.  What only counts comes last, from `errors` on. */
typedef struct a_model {
    uint64_t size;       /* of the content so far */
    uint64_t chunk_left; /* octets of a chunk that are still to come */
    uint32_t recipients, verdict;
    uint16_t refused;    /* the code by which the message is refused already */
    uint16_t chunk_code; /* the same of the chunk in hand */
    uint16_t door;       /* what all but QUIT gets after a greeting of 554 or 521 */
    uint8_t mode, pending, started, early, heard, tls, authenticated, hello;
    uint8_t mail, rcpt_refused, binary, prdr, utf8; /* of the transaction */
    uint8_t asked_mail;                             /* an end is due (R13) */
    uint8_t chunks, last, delivered, starts_line, held_cr, over;
    uint8_t exchange, step, mechanism; /* of AUTH */
    uint8_t shutdown_due, more, ahead, behind, swallow, swallowed_cr;
    uint8_t narrow, next_narrow;
    uint8_t looked;
    uint8_t padding[3];
    uint32_t errors, idle, failures, transactions;
} a_model;

/* ---- what was written down ---------------------------------------------------------------------- */

typedef enum a_token_kind { ASKED = 1, HANDED, ENDED, EXCHANGE_ENDED } a_token_kind;

typedef struct a_token {
    uint8_t kind, answer, note;
    int what; /* the command, the end, or the code */
    uint64_t offset, size;
    uint64_t id;
    ehlo_request request; /* its texts are gone */
} a_token;

enum { TOKENS = 64, OUTPUT = 16384, REPLIES = 64, TEXT = 256 };

typedef struct a_record {
    const a_world *world;
    a_plan plan;
    unsigned count, asks, pieces, writes, reply_count, is_gone;
    a_token tokens[TOKENS];
    size_t size, text_size;
    int replies[REPLIES];
    char text[TEXT]; /* of the pieces */
    unsigned char output[OUTPUT];
    const char *fault;
} a_record;

extern a_record seen;
void record_begin(const a_world *world, const a_plan *plan);
void record_parse_output(void);
void host_set(ehlo_server_config *config);
int code_of(int command, an_answer answer); /* what that answer is as a code; 0: there is none */

/* ---- the model at work -------------------------------------------------------------------------- */

/* One call as the model sees it: it goes through what was written down, and says what does not fit. */
typedef struct a_run {
    a_model *model;
    const a_world *world;
    unsigned token, reply;
    size_t text; /* octets of pieces compared */
    int shutdown_noted, is_gone;
    int is_mute; /* the peer is gone before anything of this call was written */
    const char *fault;
} a_run;

typedef struct a_line {
    const char *text;
    int command;  /* 0: unknown */
    int argument; /* what is wrong with the argument: a code, or a kind below */
} a_line;

enum { GOOD = 0, TOO_BIG_DECLARED, BINARY, WANTS_PRDR, WANTS_UTF8, UNKNOWN_PARAMETER, BARE_END, BAD_OCTET };
/* of AUTH, whether there is an initial response */
enum { INITIAL = 20, NO_INITIAL = 21 };

void fault(a_run *run, const char *what);
void move_start(a_run *run);
void move_feed(a_run *run, const char *data, size_t size, size_t used);
void move_reply(a_run *run, an_answer answer);
void move_tls(a_run *run);
void move_shutdown(a_run *run);
void move_time_out(a_run *run);
void move_disconnect(a_run *run);
void move_writes(a_run *run);
int model_wants(const a_model *model);
uint32_t model_timeout(const a_model *model);

/* model.c for those below */
const a_token *next_token(a_run *run, int kind);
int take_reply(a_run *run, int command, int code);
void gone(a_run *run);
void shut_down(a_run *run);
int pending_command(const a_model *m);
void anew(a_model *m);
void ask(a_run *run, int command, uint32_t recipient, int scope);
void refuse(a_run *run, int command, int code, int is_error);
void close_with(a_run *run, int command, int code);
void close_silently(a_run *run, int end);
void reply_now(a_run *run, int command, int code);
int is_in_message(const a_model *model);
void heed(a_run *run);
void message_complete(a_run *run);
void next_verdict(a_run *run);

/* content.c: the octets of one feed */
typedef struct a_stream {
    const char *data;
    size_t size, at, used; /* `used`: what the engine says */
    uint64_t piece_left;   /* of the piece in hand */
    const a_token *piece;
    int is_stuck; /* cannot go on without further octets */
} a_stream;

void feed_data(a_run *run, a_stream *in);
void feed_chunk(a_run *run, a_stream *in);

/* order.c */
int verb_of(const char *text, size_t size, int service, int *is_foreign);
void command_line(a_run *run, const char *text, size_t size);
int may_be_followed(const a_run *run, int command);
int offers(const a_run *run, uint32_t extension);

/* graph.c */
enum { LEFT = 48 };

typedef struct a_node {
    ehlo_server_memory memory;
    a_model model;
    char left[LEFT]; /* octets that are to be shown again */
    uint8_t left_size;
    uint8_t plan; /* how it was reached */
    uint16_t event;
    uint32_t parent;
    uint64_t hash;
} a_node;

extern a_node *nodes;
extern uint32_t node_count;
void graph_clear(void);
int graph_add(const a_world *world, const a_node *reached); /* 1 where it was new */

/* input.c */
const a_line *line_of(const char *text, size_t size);
size_t lines_count(void);
const char *line_text(size_t number);

/* event.c: the events of a state; each is a number, the same in every state. */
size_t events_count(void);
int event_of(size_t number, const a_model *model, const char *left, size_t left_size, an_event *out);
void event_show(size_t number, const a_plan *plan);

/* laws.c */
const char *laws_of_state(const a_world *world, const ehlo_server *server, const a_model *model);
const char *laws_of_calls(const a_world *world, const ehlo_server *server, const a_model *model);
const char *laws_of_tls(const a_world *world, const ehlo_server *server, const a_model *model);

#endif
