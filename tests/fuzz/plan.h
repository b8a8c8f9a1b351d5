/* plan.h - what an input's first HEADER octets say: the config, and how the host answers, when it is late,
 * where it fails.  All zeros are the defaults and a host that accepts. */
#ifndef FUZZ_PLAN_H
#define FUZZ_PLAN_H

#include <ehlo/ehlo.h>

#include <stdint.h>

enum { HEADER = 32, ANSWERS = 16 };

/* How the session ends when all octets are used. */
enum finish { FINISH_DISCONNECTED, FINISH_TIMED_OUT, FINISH_SHUTDOWN, FINISH_COUNT };

/* What comes where the session wants TLS. */
enum handshake { SHAKES_HANDS, HANGS_UP, SPEAKS_AHEAD, SHUTS_DOWN };

/* What the host does at the octet `trouble_at` of a message, and at the write `write_fails`. */
enum trouble { REFUSES, LEAVES, ENDS, FAILS };

struct plan {
    ehlo_server_config config;
    unsigned char answers[ANSWERS]; /* to the questions, in turn */
    uint32_t seed;                  /* of the cuts, and of challenges */
    uint32_t trouble_at;            /* the offset in a message at which `content` makes trouble; 0: nowhere */
    enum trouble trouble;
    uint32_t write_fails; /* the write that fails, from 1; 0: none */
    enum trouble at_write;
    enum finish finish;
    enum handshake handshake;
    uint64_t clock;    /* as the host tells it at a hello; 0: it does not */
    uint64_t first_id; /* 0: as it comes */
    uint32_t offer;    /* what is left where an answer narrows */
    uint64_t max_size;
    int early; /* the client speaks before the greeting */
    int implicit_tls;
    int is_traced;
    int is_deaf; /* there is no `content` */
};

void plan_read(struct plan *plan, const unsigned char header[HEADER]);

#endif
