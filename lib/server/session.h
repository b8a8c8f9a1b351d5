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
    EHLO__EXTENDED = 1 << 1,        /* the last hello was EHLO or LHLO */
    EHLO__EARLY = 1 << 2,           /* the client spoke before the greeting */
    EHLO__HEARD = 1 << 3,           /* the first octet of the session was looked at */
    EHLO__SWALLOW = 1 << 4,         /* within a command line that is too long */
    EHLO__SWALLOWED_CR = 1 << 5,    /* the last octet swallowed was a CR */
    EHLO__MORE = 1 << 6,            /* feed can go on without further input */
    EHLO__LAST = 1 << 7,            /* SHUTDOWN is due once the verdict on this message is out */
    EHLO__SHUTDOWN_NOTED = 1 << 8,  /* asked for, and to be done as soon as no callback is under way */
    EHLO__PEER_GONE_NOTED = 1 << 9, /* the same; or `write` failed */
    EHLO__AHEAD = 1 << 10,          /* the next command was sent ahead and is to be refused for it */
    EHLO__MAY_SEND_UTF8 = 1 << 11,  /* VRFY and EXPN asked for replies in UTF-8 */
    EHLO__TLS = 1 << 12,            /* the connection is under TLS */
    EHLO__AUTHENTICATED = 1 << 13,
    EHLO__IN_EXCHANGE = 1 << 14, /* `decide` was asked about an AUTH whose end is to be reported */
    EHLO__LAST_CHUNK = 1 << 15,  /* the chunk or BURL in hand completes the message */
    EHLO__BEHIND = 1 << 16,      /* further octets stood behind the command line in hand */
    EHLO__AFTER_AUTH = 1 << 17   /* AUTH was refused: what is no command may be a response to it */
};

/* The reply code that closes the session, whatever the command (RFC 5321 section 3.8), and the one of a
 * challenge of AUTH, which has data in place of words (RFC 4954 section 4). */
enum { EHLO__SERVICE_CLOSING = 421, EHLO__CHALLENGE = 334 };

enum { EHLO__AUTH_LINE = 12288 }; /* octets of a response or challenge, CRLF included (RFC 4954 section 4) */

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
    uint8_t prdr;      /* MAIL asked for a reply for each recipient */
    uint8_t open;      /* `decide` was asked about MAIL: an end must be reported (R13) */
    uint8_t oversize;  /* TOO_BIG was reported */
    uint8_t delivered; /* to one recipient at least, of those that have a reply of their own */
} ehlo__transaction;

struct ehlo__call;

struct ehlo_server {
    const ehlo_server_config *config;
    void *ctx;
    struct ehlo__call *call; /* the outermost call under way, else NULL */

    ehlo__transaction transaction;
    uint64_t chunk_left;    /* octets of a chunk that are still to come */
    uint64_t max_size;      /* octets; what the host narrowed it to */
    uint64_t next_max_size; /* the same from the next good reply to a hello on */
    uint64_t clock;         /* seconds since 1970 began, as the host told; 0: it did not */
    uint32_t extensions;    /* enabled in this session */
    uint32_t next_extensions;
    uint32_t flags;
    uint32_t recipient;   /* whose verdict on the message is the next */
    uint8_t phase;        /* ehlo__phase; CLOSED is 0, so that zeroed memory is a session that is over */
    uint8_t asked;        /* the command whose answer is awaited, EHLO__PIECE, or 0 */
    uint8_t chunk_reason; /* the event that refuses the chunk in hand, whose octets are swallowed, or 0 */
    uint8_t chunk_phase;  /* the phase in which that came */
    uint8_t mechanism;    /* of the AUTH in hand: its number in the config's list */
    uint8_t step;         /* of the AUTH in hand */
    uint8_t padding[2];   /* named, so that it is zero */

    uint64_t last_id; /* given out */
    uint32_t errors;
    uint32_t idle; /* commands without mail since the last message */
    uint32_t auth_failures;
    uint32_t transactions; /* MAILs */
    uint32_t looked;       /* octets left unused that were looked at already */
    uint32_t swallowed;    /* octets of a line that is too long */
};

/* Which callback the host is in. */
typedef enum ehlo__place_of_call {
    EHLO__IN_ENGINE = 0,
    EHLO__IN_DECIDE,
    EHLO__IN_CONTENT,
    EHLO__IN_WRITE,
    EHLO__IN_EVENT
} ehlo__place_of_call;

/* ehlo__call.answer_start of an answer that was too long to be kept back. */
#define EHLO__WRITTEN SIZE_MAX

/* The outermost call: what it writes, and what `decide` is shown. */
typedef struct ehlo__call {
    int place;           /* ehlo__place_of_call */
    int code;            /* the answer given inside `decide`, or 0 */
    size_t answer_start; /* where in the block it begins, to be withdrawn; EHLO__WRITTEN: a part went out */
    size_t used;         /* octets of the block */
    int in_challenge;    /* 1: what is written next goes on with a challenge (for the trace) */
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

/* host.c: what a config's host adds.  The number of a command by its verb, 0 where there is none; the refusal
 * of a command of the host's, an event or 0; whether that code may answer it; the code that does by default.
 */
int ehlo__host_verb_find(const ehlo_server_config *config, ehlo_text verb);
int ehlo__host_refusal(const ehlo_server *server, int command);
int ehlo__host_permits(const ehlo_server_config *config, int command, int code);
int ehlo__host_default(const ehlo_server_config *config, int command);
int ehlo__host_stand_in(const ehlo_server_config *config, int command); /* for a host that failed (R12) */
const char *ehlo__host_problem(const ehlo_server_config *config);

/* mechanisms.c: the SASL mechanisms of a config's list.  The one of a number, empty where there is none; the
 * number of a name, or -1; whether the server opens the exchange. */
ehlo_text ehlo__mechanism(const ehlo_server_config *config, unsigned number);
int ehlo__mechanism_find(const ehlo_server_config *config, ehlo_text name);
int ehlo__mechanism_is_server_first(ehlo_text name);

/* config.c */
int ehlo__is_lmtp(const ehlo_server *server);
uint64_t ehlo__limit_of(uint64_t number);                  /* 0 in the config is no limit */
size_t ehlo__line_limit(const ehlo_server_config *config); /* octets of a command line */

/* offer.c: of a set of enabled extensions those that are offered as things are (TLS, the clock); and those
 * that have what they require. */
uint32_t ehlo__offered(const ehlo_server *server, uint32_t extensions);
uint32_t ehlo__with_requirements(uint32_t extensions);
int ehlo__limit_is_told(uint32_t limit); /* by LIMITS */

/* bounds.c: the latest time until which a message may be held, as EHLO announces it; and whether values of
 * parameters are within what the config bounds: 0, or the event that refuses them. */
uint64_t ehlo__latest_release(const ehlo_server *server);
int ehlo__bounds_check(const ehlo_server *server, const ehlo_params *params);

/* trace.c: for the host's trace, if it has one.  A line, of which `hidden` further octets are not shown; a
 * command line of the peer's; the replies in the block. */
void ehlo__trace_out(ehlo_server *server, int direction, const void *data, size_t size, uint64_t hidden);
void ehlo__trace_line(ehlo_server *server, const void *data, size_t size, int command);
void ehlo__trace_block(ehlo_server *server, size_t size);

/* output.c: replies and events on their way out.  A reply of several parts begins with
 * ehlo__answer_begin(), and each part is EHLO_OK or EHLO_TOO_LONG. */
void ehlo__event_out(ehlo_server *server, int reason, int command, int code, uint64_t number);
int ehlo__leniency_out(ehlo_server *server, uint32_t leniency); /* always 0 */
void ehlo__end_out(ehlo_server *server, int end);
void ehlo__answer_begin(ehlo_server *server);
int ehlo__part_out(ehlo_server *server, const ehlo__reply *part);
int ehlo__challenge_out(ehlo_server *server, const void *data, size_t size); /* a whole reply */
void ehlo__answer_withdraw(ehlo_server *server);
void ehlo__flush(ehlo_server *server);

/* words.c: replies that the tables have no text for; EHLO_OK or EHLO_TOO_LONG. */
int ehlo__hello_out(ehlo_server *server, int command, ehlo_text greet);
int ehlo__help_out(ehlo_server *server, const ehlo__reply *reply);

/* say.c: whether the reply to a command may hold UTF-8; the reply, in the host's words, an event's, or the
 * table's. */
int ehlo__may_send_utf8(const ehlo_server *server, int command, int code);
int ehlo__reply_out(ehlo_server *server, int command, int code, int reason, const char *enhanced,
                    const char *text);

/* ending.c: how transactions, exchanges of AUTH and sessions end. */
void ehlo__transaction_end(ehlo_server *server, int end);
void ehlo__exchange_end(ehlo_server *server, int code);
void ehlo__close(ehlo_server *server, int end);
int ehlo__pending_command(const ehlo_server *server); /* 0: none */
void ehlo__close_with(ehlo_server *server, int command, int reason, uint64_t number);
int ehlo__is_in_message(const ehlo_server *server); /* within content, or its verdicts */
void ehlo__notes(ehlo_server *server);              /* does what was noted as asked for */

/* call.c: the next id (R6); begin is EHLO_OK, EHLO_BUSY or EHLO_GONE; end writes what is in the block. */
uint64_t ehlo__next_id(ehlo_server *server);
int ehlo__begin(ehlo_server *server, ehlo__call *call);
void ehlo__end(ehlo_server *server);

/* law.c: whether the client spoke before the greeting and is refused for it (R17); the host's answer to a
 * request (`code` is a reply code, EHLO_DEFAULT or EHLO_FAIL), and its refusal of content. */
int ehlo__is_too_early(const ehlo_server *server);
ehlo__verdict ehlo__judge(ehlo_server *server, int command, int code, const char *enhanced, const char *text);
ehlo__verdict ehlo__judge_refusal(ehlo_server *server, int code, const char *enhanced);

/* tls.c: the session begins anew, under TLS or under another client's name. */
void ehlo__anew(ehlo_server *server);

/* settle.c: the reply to `command` is in the block; does what follows from it. */
void ehlo__settle(ehlo_server *server, int command, int code);
void ehlo__exchange_settle(ehlo_server *server, int code); /* the same of AUTH alone */

/* ask.c: an answer goes into the block (EHLO_OK or EHLO_TOO_LONG), then is settled. */
ehlo_request *ehlo__fresh_request(ehlo_server *server); /* the call's, all zero */
void ehlo__ask(ehlo_server *server, int command);
int ehlo__answer(ehlo_server *server, int code, const char *enhanced, const char *text);
int ehlo__is_settled_by_note(const ehlo_server *server); /* what was asked for in a callback settles it */
int ehlo__answer_challenge(ehlo_server *server, const void *data, size_t size);
void ehlo__settle_answer(ehlo_server *server);
int ehlo__refusal_counts(ehlo_server *server, int command,
                         int reason); /* 1: it was one too many, and closed */
void ehlo__refuse(ehlo_server *server, int command, int reason, uint64_t number);

/* verdict.c: the content is complete; the next of several replies to it; and a refused chunk is over, which
 * leaves nothing of the transaction that it came in to go on with. */
void ehlo__message_complete(ehlo_server *server);
void ehlo__verdict_next(ehlo_server *server);
void ehlo__chunk_refused(ehlo_server *server);

/* order.c: why a command may not come now, an event, or 0. */
int ehlo__closed_door(const ehlo_server *server); /* the event that refuses whatever comes, or 0 */
int ehlo__refusal_of(const ehlo_server *server, int command);

/* hello.c, envelope.c, auth.c, queue.c, chunk.c: arguments into the request; 0, or the event that
 * refuses them. */
int ehlo__hello_parse(ehlo_server *server, ehlo_text argument);
int ehlo__reverse_path_parse(ehlo_server *server, ehlo_text argument);
int ehlo__forward_path_parse(ehlo_server *server, ehlo_text argument);
int ehlo__attributes_parse(ehlo_server *server, int command, ehlo_text argument);
int ehlo__mechanism_parse(ehlo_server *server, ehlo_text argument);
int ehlo__node_parse(ehlo_server *server, ehlo_text argument);
int ehlo__domains_parse(ehlo_text argument);
int ehlo__url_parse(ehlo_server *server, ehlo_text argument);

/* auth.c: a response of the client, without its CRLF. */
void ehlo__response_line(ehlo_server *server, const unsigned char *data, size_t size);

/* content.c: content up to its end, and the answer to a piece; chunk.c: a chunk begins, and its octets;
 * dispatch.c: one command line.  Feeds return how many octets were used; 0 where further ones are needed. */
size_t ehlo__content_feed(ehlo_server *server, const unsigned char *data, size_t size);
void ehlo__content_begin(ehlo_server *server);
void ehlo__content_found(ehlo_server *server, ehlo_found found, ehlo_text text);
int ehlo__is_receiving(ehlo_server *server); /* content; what is over the size limit is refused first */
void ehlo__piece_answer(ehlo_server *server, int code, const char *enhanced);
void ehlo__chunk_begin(ehlo_server *server, int command, ehlo_text argument, int refusal);
size_t ehlo__chunk_feed(ehlo_server *server, const unsigned char *data, size_t size);
size_t ehlo__command_feed(ehlo_server *server, const unsigned char *data, size_t size);

#endif
