/* dialogue.h - what the files of the dialogue runner share: texts, a parsed dialogue, ways to play it. */
#ifndef DIALOGUE_H
#define DIALOGUE_H

#include <ehlo/ehlo.h>
#include <stddef.h>
#include <stdint.h>

/* ---- text.c: octets that grow, memory that goes all at once ------------------------------------- */

typedef struct octets {
    unsigned char *data;
    size_t size;
    size_t room;
} octets;

void octets_add(octets *to, const void *data, size_t size);
void octets_print(octets *to, const char *format, ...) __attribute__((format(printf, 2, 3)));
void octets_print_escaped(octets *to, const void *data, size_t size);
void octets_clear(octets *of);
void octets_free(octets *of);

typedef struct pool {
    struct pool_block *blocks;
} pool;

void *pool_take(pool *from, size_t size);                   /* zeroed */
char *pool_copy(pool *from, const void *data, size_t size); /* with a NUL behind it */
void pool_free(pool *from);

/* Room for one item more in an array of `count` items that only ever grew through here. */
void *pool_grow(pool *from, void *array, size_t count, size_t item);

/* Takes \r \n \t \0 \\ \" \{ \xHH and {x*n} apart and appends what they come to.  Returns NULL, or what
 * is wrong. */
const char *unescape(octets *to, const char *text, size_t size);

int starts_with(const char *text, const char *word);

/* ---- parse.c: a file ---------------------------------------------------------------------------- */

/* Where the host can be asked or told something, beside the commands and the host's own. */
enum { PLACE_CONTENT = 1000, PLACE_WRITE, PLACE_EVENT, PLACE_TRACE };

typedef enum answer_kind {
    ANSWER_CODE,    /* a reply: at once */
    ANSWER_LATER,   /* EHLO_PENDING, and the reply as soon as feed has returned */
    ANSWER_PENDING, /* EHLO_PENDING, and the dialogue says when and what */
    ANSWER_RETURN   /* this very number is returned, perhaps after a reply */
} answer_kind;

struct answer {
    int line;
    int place; /* ehlo_command or PLACE_ */
    answer_kind kind;

    /* What it answers, NULL or 0 each where that does not matter. */
    const char *argument; /* mailbox, hello name, mechanism, words of the content, or the argument itself */
    int has_step;         /* AUTH */
    unsigned step;
    const char *response; /* AUTH: what the client's base64 comes to */
    size_t response_size;

    /* The answer. */
    int code;              /* a code, EHLO_DEFAULT or EHLO_FAIL; 0 with ANSWER_RETURN: no reply before */
    const char *enhanced;  /* or NULL */
    const char *words;     /* or NULL */
    const char *challenge; /* AUTH: these octets, by ehlo_server_challenge(); or NULL */
    size_t challenge_size;
    int returned;
};

/* What the host says of the session itself while it is asked. */
typedef struct narrowing {
    int place;
    int has_extensions, has_max_size, has_clock;
    uint32_t extensions;
    uint64_t max_size;
    uint64_t clock;
} narrowing;

typedef enum host_call {
    HOST_START,
    HOST_FEED,
    HOST_SHOW_LESS,
    HOST_SHUTDOWN,
    HOST_TIMED_OUT,
    HOST_DISCONNECTED,
    HOST_REPLY_AGAIN,
    HOST_REPLY_UNKNOWN,
    HOST_CHALLENGE_UNKNOWN,
    HOST_FIRST_ID,
    HOST_OFFER,
    HOST_CLOCK,
    HOST_TLS_STARTED
} host_call;

typedef enum step_kind {
    STEP_CLIENT,  /* octets from the client */
    STEP_LINE,    /* one reply line, exactly */
    STEP_CODE,    /* one reply, whatever its text */
    STEP_ANSWER,  /* from here on the host answers so */
    STEP_NARROW,  /* and offers less, or tells the time */
    STEP_INSIDE,  /* and makes a call from inside a callback */
    STEP_HOST,    /* a call of the host */
    STEP_REPLY,   /* the answer to the pending request */
    STEP_WANTS,   /* what the session must want now */
    STEP_TIMEOUT, /* the seconds it must have for the peer now */
    STEP_WRITES   /* in how many writes the replies to the last group came, had it come whole */
} step_kind;

struct step {
    step_kind kind;
    int line;
    const char *data; /* CLIENT, LINE: the octets; CODE: the enhanced code or "" */
    size_t size;
    int code;             /* CODE; WANTS: an ehlo_wants; HOST and INSIDE: a host_call */
    int place;            /* INSIDE */
    int status;           /* HOST and REPLY: what the call must return */
    uint64_t number;      /* TIMEOUT, WRITES; FIRST_ID, CLOCK */
    struct answer answer; /* ANSWER, REPLY */
    narrowing narrowing;
};

/* HEARD and SAID are lines of the trace, the client's and the server's. */
enum kind { KIND_DECIDE, KIND_EVENT, KIND_END, KIND_HEARD, KIND_SAID, KIND_CONTENT, KIND_COUNT };

/* Something that must happen: `data` exactly, and each fact of `facts`. */
struct expected {
    int line;
    enum kind kind;
    const char *data;
    size_t size;
    const char *facts; /* words parted by spaces; -word: must not be there */
    int depends_on_cut;
    int only_size; /* CONTENT: `number` octets, whatever they are */
    size_t number;
};

struct dialogue {
    pool pool;
    const char *path;
    const char *name; /* topic/name */
    const char *title;
    const char *shows; /* the RFC sections, rules and catalogue rows */
    ehlo_server_config config;
    ehlo_host_command commands[32]; /* the host's own, which the config points to */
    ehlo_host_parameter parameters[32];
    const char *keywords[32];
    const char *only_engine; /* a setting that no command line has, or NULL */
    struct secret {
        const char *data;
        size_t size;
    } secrets[16]; /* what may be in no reply, trace or session */
    size_t secret_count;
    struct step *steps;
    size_t step_count;
    struct expected *expects;
    size_t expect_count;
    int lists[KIND_COUNT]; /* 1: the file says what must happen of this kind */
    int starts_itself;     /* 1: "host start" is one of the steps */
    int lists_cut_events;
    uint64_t never; /* events that must not happen: 1 << ehlo_reason */
};

/* Reads a file.  NULL where it is not well-formed: that was said on standard error. */
struct dialogue *dialogue_read(const char *path, const char *name);
void dialogue_free(struct dialogue *of);

/* names.c */
extern const char *const wants_names[6];
const char *command_name(const struct dialogue *of, int command); /* also of the host's own; NULL: none */
int command_named(const struct dialogue *of, const char *name, size_t size); /* 0: none */
const char *event_name(int reason);
int event_named(const char *name); /* 0: none */
const char *end_name(int end);
const char *status_name(int status);
int status_named(const char *name, int *status); /* 1: there is one of that name */

/* Events that depend on how the input is cut (rule R16). */
int event_depends_on_cut(int reason);

/* ---- play.c, host.c: against the engine --------------------------------------------------------- */

typedef enum cutting { CUT_WHOLE, CUT_TOGETHER, CUT_OCTETS, CUT_RANDOM } cutting;

struct mode {
    const char *name;
    cutting cutting;
    int small_buffer; /* the host's buffer is the smallest that is allowed */
    int empty_feeds;  /* every feed is followed by one without further octets */
    int front;        /* the octets lie right behind an inaccessible page, not before one */
    int moved;        /* the session moves between any two calls */
    int first;        /* the run that the others are compared with */
    int forbidden;    /* every callback tries all that R3 forbids it */
};

struct options {
    uint64_t seed;
    int splits;
    const char *only_mode;
    int verbose;
};

/* Plays it in every mode.  Returns 1 where all is well; adds the number of runs to `*runs`. */
int play_all(const struct dialogue *dialogue, const struct options *options, long *runs);

int mode_exists(const char *name);

/* Writes down what is being played, for whoever finds the process crashed. */
void now_playing(const char *dialogue, const char *mode, uint64_t seed);

/* ---- tcp.c: against any server ------------------------------------------------------------------ */

typedef struct tcp_options {
    const char *address;        /* HOST:PORT, or NULL with a command */
    const char *server_command; /* started for each dialogue, or NULL */
    int codes;                  /* compare reply codes only */
    int seconds;                /* to wait for a reply */
} tcp_options;

enum verdict { PASSED, FAILED, SKIPPED };

/* 1: something listens at HOST:PORT. */
int tcp_reachable(const char *address);

/* `why` gets a line about what differs, or why it cannot be played. */
enum verdict tcp_play(const struct dialogue *dialogue, const tcp_options *options, octets *why);

#endif
