/* host.h - the engine's host, as a fuzzer drives it.
 *
 * The first HEADER octets of an input are its plan: the config, and how the host answers, when it is late,
 * where it fails.  All zeros are the defaults and a host that accepts.  The host writes down all that
 * happens and holds the engine to its laws as it goes: what breaks one aborts.
 */
#ifndef FUZZ_HOST_H
#define FUZZ_HOST_H

#include <ehlo/ehlo.h>

#include <stddef.h>
#include <stdint.h>

enum { HEADER = 16, ANSWERS = 8 };

/* How the session ends when all octets are used. */
enum finish { FINISH_DISCONNECTED, FINISH_TIMED_OUT, FINISH_SHUTDOWN, FINISH_COUNT };

struct plan {
    ehlo_server_config config;
    unsigned char answers[ANSWERS]; /* to the questions, in turn */
    uint32_t seed;                  /* of the cuts */
    uint32_t refuse_at;             /* the offset in a message at which `content` refuses; 0: nowhere */
    uint32_t write_fails;           /* the write that fails, from 1; 0: none */
    enum finish finish;
    int early; /* the client speaks before the greeting */
};

void plan_read(struct plan *plan, const unsigned char header[HEADER]);

/* What is to be the same however the input is cut (R16), as octets. */
struct tape {
    unsigned char *data;
    size_t size, room;
};

struct host {
    const struct plan *plan;
    ehlo_server_config config; /* the plan's, with this host's callbacks */
    int patient;               /* 1: pending answers are pending; 0: given at once */
    ehlo_server *server;
    const unsigned char *window; /* what feed is being shown */
    size_t window_size;

    struct tape replies, told, content;

    uint64_t last_id;
    int open;              /* MAIL was asked about, and its transaction has not ended */
    int in_message;        /* pieces were handed out */
    uint64_t message_size; /* octets handed out of this message */
    unsigned char last_octet;
    uint32_t asked, refused_by_engine, writes;
    uint32_t unanswered; /* questions that the end of the session left without a reply of their own */

    uint64_t pending;     /* the id to answer, or 0 */
    unsigned char answer; /* how */
    int pending_piece;
    int dead; /* the peer is gone: `write` failed, or the host has said so */
};

void host_init(struct host *host, const struct plan *plan, int patient);
void host_free(struct host *host);

/* Gives the answer that is pending. */
void host_answer(struct host *host);

/* The laws of a session that is over. */
void host_check_end(struct host *host);

/* A law is broken: says which, and aborts. */
void broken(const char *law);

#define LAW(is_kept, law) ((is_kept) ? (void)0 : broken(law))

#endif
