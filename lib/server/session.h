/* session.h - what a session is made of, and what the files of this folder offer each other.
 *
 * The order of the fields is a promise to whoever explores the engine's states (R23): pointers first,
 * what only counts last, from `last_id` on.  All of the engine's memory is here and in the one block
 * on the stack of the outermost call; nothing is copied out of the input.
 */
#ifndef EHLO_SERVER_SESSION_H
#define EHLO_SERVER_SESSION_H

#include <ehlo/codec.h>
#include <ehlo/server.h>

#include "../tables/phase.h"
#include "../wire/reply.h"

/* Bits of ehlo_server.flags. */
enum {
    EHLO__STARTED = 1 << 0,
    EHLO__EXTENDED = 1 << 1,        /* the last hello was EHLO */
    EHLO__EARLY = 1 << 2,           /* the client spoke before the greeting */
    EHLO__HEARD = 1 << 3,           /* the first octet of the session was looked at */
    EHLO__SWALLOW = 1 << 4,         /* within a command line that is too long */
    EHLO__SWALLOWED_CR = 1 << 5,    /* the last octet swallowed was a CR */
    EHLO__MORE = 1 << 6,            /* feed can go on without further input */
    EHLO__LAST = 1 << 7,            /* SHUTDOWN is due once the verdict on this message is out */
    EHLO__SHUTDOWN_NOTED = 1 << 8,  /* asked for, and to be done as soon as no callback is under way */
    EHLO__PEER_GONE_NOTED = 1 << 9, /* the same; or `write` failed */
    EHLO__AHEAD = 1 << 10,          /* the next command was sent ahead and is to be refused for it */
    EHLO__MAY_SEND_UTF8 = 1 << 11   /* VRFY and EXPN asked for replies in UTF-8 */
};

/* The reply code that closes the session, whatever the command (RFC 5321 section 3.8). */
enum { EHLO__SERVICE_CLOSING = 421 };

/* ehlo_server.asked while `content` has a piece. */
enum { EHLO__PIECE = 255 };

/* A mail transaction; all zero when there is none. */
typedef struct ehlo__transaction {
    uint64_t declared_size; /* of MAIL's SIZE=, in octets */
    uint64_t size;          /* octets of content so far, delivered or not */
    ehlo_unstuff_state content;
    uint32_t recipients; /* accepted */
    uint16_t refused;    /* the code by which the message is refused already, or 0 */
    char enhanced[10];   /* the enhanced code that the host gave with it, or "" */
    uint8_t reason;      /* the event that refused it, or 0: the host did */
    uint8_t told;        /* faults of the content that were reported: 1 << EHLO_FOUND_x */
    uint8_t body;        /* ehlo_body, or 0 */
    uint8_t smtputf8;
    uint8_t open;     /* `decide` was asked about MAIL: an end must be reported (R13) */
    uint8_t oversize; /* TOO_BIG was reported */
} ehlo__transaction;

struct ehlo__call;

struct ehlo_server {
    const ehlo_server_config *config;
    void *ctx;
    struct ehlo__call *call; /* the outermost call under way, else NULL */

    ehlo__transaction transaction;
    uint64_t max_size;      /* octets; what the host narrowed it to */
    uint64_t next_max_size; /* the same from the next good reply to a hello on */
    uint32_t extensions;    /* offered in this session */
    uint32_t next_extensions;
    uint16_t flags;
    uint8_t phase; /* ehlo__phase; CLOSED is 0, so that zeroed memory is a session that is over */
    uint8_t asked; /* the command whose answer is awaited, EHLO__PIECE, or 0 */

    uint64_t last_id; /* given out */
    uint32_t errors;
    uint32_t idle;    /* commands without mail since the last message */
    uint32_t looked;  /* octets left unused that were looked at already */
    uint32_t padding; /* named, so that it is zero */
};

/* Which callback the host is in. */
typedef enum ehlo__place_of_call {
    EHLO__IN_ENGINE = 0,
    EHLO__IN_DECIDE,
    EHLO__IN_CONTENT,
    EHLO__IN_WRITE,
    EHLO__IN_EVENT
} ehlo__place_of_call;

/* The outermost call: what it writes, and what `decide` is shown. */
typedef struct ehlo__call {
    int place;           /* ehlo__place_of_call */
    int code;            /* the answer given inside `decide`, or 0 */
    size_t answer_start; /* where in the block it begins, to be withdrawn */
    size_t used;         /* octets of the block */
    int is_over;         /* 1: a block was written already, and feed is to return (R10) */
    unsigned char block[EHLO__REPLY_BLOCK];
    ehlo_request request;
    ehlo_params params;
} ehlo__call;

/* What an answer comes to under the law of the table. */
typedef struct ehlo__verdict {
    int code;
    int reason;           /* the event whose words it has, or 0 */
    const char *enhanced; /* NULL: the table's, both */
    const char *text;
} ehlo__verdict;

/* The files, each using only those above it. */

/* config.c */
uint64_t ehlo__limit_of(uint64_t number); /* 0 in the config is no limit */

/* words.c: a whole reply with words of its own; the octets written, 0 where it does not fit. */
size_t ehlo__hello_write(const ehlo_server *server, int command, unsigned char *out, size_t room,
                         ehlo_text greet);
size_t ehlo__help_write(const ehlo_server *server, unsigned char *out, size_t room, const ehlo__reply *reply);

/* output.c: replies and events on their way out. */
void ehlo__event_out(ehlo_server *server, int reason, int command, int code, uint64_t number);
int ehlo__leniency_out(ehlo_server *server, uint32_t leniency); /* always 0 */
void ehlo__end_out(ehlo_server *server, int end);
int ehlo__reply_out(ehlo_server *server, int command, int code, int reason, const char *enhanced,
                    const char *text);
void ehlo__flush(ehlo_server *server);

/* ending.c: how transactions and sessions end. */
void ehlo__transaction_end(ehlo_server *server, int end);
void ehlo__close(ehlo_server *server, int end);
int ehlo__pending_command(const ehlo_server *server); /* 0: none */
void ehlo__close_with(ehlo_server *server, int command, int reason, uint64_t number);
void ehlo__notes(ehlo_server *server); /* does what was noted as asked for */

/* call.c: the next id (R6); begin is EHLO_OK, EHLO_BUSY or EHLO_GONE; end writes what is in the block. */
uint64_t ehlo__next_id(ehlo_server *server);
int ehlo__begin(ehlo_server *server, ehlo__call *call);
void ehlo__end(ehlo_server *server);

/* law.c: whether the client spoke before the greeting and is refused for it (R17); the host's answer to a
 * request (`code` is a reply code, EHLO_DEFAULT or EHLO_FAIL), and its refusal of content. */
int ehlo__is_too_early(const ehlo_server *server);
ehlo__verdict ehlo__judge(ehlo_server *server, int command, int code, const char *enhanced, const char *text);
ehlo__verdict ehlo__judge_refusal(ehlo_server *server, int code, const char *enhanced);

/* settle.c: the reply to `command` is in the block; does what follows from it. */
void ehlo__settle(ehlo_server *server, int command, int code);

/* ask.c: an answer goes into the block (EHLO_OK or EHLO_TOO_LONG), then is settled. */
ehlo_request *ehlo__fresh_request(ehlo_server *server); /* the call's, all zero */
void ehlo__ask(ehlo_server *server, int command);
int ehlo__answer(ehlo_server *server, int code, const char *enhanced, const char *text);
void ehlo__settle_answer(ehlo_server *server);
void ehlo__refuse(ehlo_server *server, int command, int reason, uint64_t number);

/* hello.c, envelope.c: arguments into the request; 0, or the event that refuses them. */
int ehlo__hello_parse(ehlo_server *server, ehlo_text argument);
int ehlo__reverse_path_parse(ehlo_server *server, ehlo_text argument);
int ehlo__forward_path_parse(ehlo_server *server, ehlo_text argument);

/* content.c: content up to its end, and the answer to a piece; dispatch.c: one command line.  How many
 * octets were used; 0 where further ones are needed. */
size_t ehlo__content_feed(ehlo_server *server, const unsigned char *data, size_t size);
void ehlo__piece_answer(ehlo_server *server, int code, const char *enhanced);
size_t ehlo__command_feed(ehlo_server *server, const unsigned char *data, size_t size);

#endif
