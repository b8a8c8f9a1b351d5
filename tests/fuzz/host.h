/* host.h - the engine's host, as a fuzzer drives it.
 *
 * It does what the plan says, writes down all that happens, and holds the engine to its laws as it goes: what
 * breaks one aborts.  It knows of the session what a host can know (`known`), and no more, so that the facts
 * of each request are checked against what was answered before.
 *
 *   answers.c  what the host says, and what it then knows
 *   laws.c     what must hold of each question, piece and event
 *   traces.c   what must hold of traces and writes
 *   probe.c    calls at wrong times
 *   ledger.c   afterwards: each line of the client's with what came of it
 *   host.c     the callbacks, and a host's life
 */
#ifndef FUZZ_HOST_H
#define FUZZ_HOST_H

#include "plan.h"
#include "tape.h"

#include <stddef.h>
#include <stdint.h>

/* What came of a line, or of the end of content: an answer of the host's, or an event with a reply. */
struct outcome {
    uint64_t size, digest; /* DATA_RECEIVED: octets that were handed out, and what they were */
    uint32_t recipients;   /* accepted before it */
    uint32_t verdicts;     /* DATA_RECEIVED: how many there are to be */
    uint16_t code;         /* that must be sent; 0: some 4yz stands in */
    uint8_t command;
    uint8_t reason;       /* the event, or 0: the host answered */
    uint16_t refused;     /* the code by which the message was refused before, or 0 */
    uint8_t chunking;     /* BDAT brings octets */
    uint8_t by_recipient; /* the first verdict of PRDR: 353 went before it */
    uint8_t padding[6];
};

/* A trace of a line, or of octets that are not shown. */
struct traced {
    uint64_t at; /* in the client's octets, where there is a text */
    uint64_t size, hidden;
};

enum hello { NO_HELLO, PLAIN_HELLO, EXTENDED_HELLO };

/* What a host knows by its own answers and the events. */
struct known {
    uint32_t extensions, next_extensions;
    uint32_t recipients;
    uint64_t declared_size;
    uint64_t clock;
    enum hello hello;
    int tls, authenticated;
    int open;     /* MAIL was asked about, and its transaction has not ended */
    int exchange; /* AUTH was asked about, and its end was not told */
    int step;
    int binary, prdr;
    int in_message;        /* pieces were handed out */
    uint64_t message_size; /* octets handed out of this message */
    uint64_t digest;       /* of those */
    uint32_t verdicts;     /* on this message, so far */
    int was_good;          /* of those that count, one was 2yz */
    unsigned char last_octet;
};

struct host {
    const struct plan *plan;
    ehlo_server_config config; /* the plan's, with this host's callbacks */
    int patient;               /* 1: pending answers are pending; 0: given at once */
    ehlo_server *server;
    const unsigned char *client; /* all its octets */
    size_t client_size;
    const unsigned char *window; /* what feed is being shown, and where that is in the client's octets */
    size_t window_size, window_at;
    size_t tls_at; /* the first octet under TLS */

    struct tape replies, told, content, outcomes, heard; /* heard: traces of the peer's lines */
    struct tape announced, announced_text;               /* traces of the next write */
    unsigned char *marks;                                /* for each octet of the client's, laws.c */
    int in_challenge;                                    /* what was written ends within one */

    struct known known;
    uint64_t last_id;
    uint32_t asked, writes;

    uint64_t pending;     /* the id to answer, or 0 */
    unsigned char answer; /* how */
    int pending_piece;
    int is_answering;        /* within `decide` */
    struct outcome question; /* what is asked: an outcome without its code */
    int dead;                /* the peer is gone: `write` failed, or the host has said so */
    int over;                /* the engine has said its last word */
};

enum { TRACED = 1, SECRET = 2 }; /* of marks */

void host_init(struct host *host, const struct plan *plan, int patient, const unsigned char *client,
               size_t size);
void host_free(struct host *host);

/* The laws of a session that is over; `used` of the client's octets were, and all were shown to an engine
 * that wanted more where `is_exhausted`. */
void host_check_end(struct host *host, size_t used, int is_exhausted);

/* answers.c: what `decide` returns; the answer that is pending; what is left over where the engine ends a
 * session that begins anew. */
int answer_request(struct host *host, const ehlo_request *request, unsigned char answer);
void host_answer(struct host *host);
void known_anew(struct host *host);

/* laws.c */
void check_view(const struct host *host, ehlo_text text);
void check_request(struct host *host, const ehlo_request *request);
void check_piece(struct host *host, const ehlo_piece *piece);
void check_event(struct host *host, const ehlo_event *event);
void outcome_add(struct host *host, const struct outcome *outcome);
size_t place_of(const struct host *host, const char *at); /* of what is in the window */

/* traces.c */
void check_trace(struct host *host, const ehlo_trace *trace);
void check_write(struct host *host, const unsigned char *data, size_t size);

/* probe.c: calls that make no sense from that callback, or from none, return what R3 and R6 say, and change
 * nothing. */
enum place { IN_WRITE, IN_CONTENT, IN_EVENT };
void probe_callback(struct host *host, enum place place);
void probe_decide(struct host *host, const ehlo_request *request);
void probe_outside(struct host *host);
void probe_new(struct host *host);

/* ledger.c */
void ledger_check(struct host *host, size_t used, int is_exhausted);

/* A law is broken: says which, and aborts. */
void broken(const char *law);

#define LAW(is_kept, law) ((is_kept) ? (void)0 : broken(law))

#endif
