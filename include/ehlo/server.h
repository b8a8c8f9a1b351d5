/* server.h - the server's side of an SMTP session (RFC 5321).
 *
 * The host shows the engine the octets that arrived; the engine hands back octets to send (`write`),
 * asks what to answer (`decide`) and hands out the content (`content`).  It opens no socket, reads no
 * clock, allocates nothing and keeps no input: what it cannot use yet stays with the host.
 *
 * A session is used by one thread at a time.  A config is constant once in use, and any number of
 * sessions on any number of threads share it.  docs/server-guide.md tells the whole story; R1 to R25
 * below are the rules of docs/design.md.
 */
#ifndef EHLO_SERVER_H
#define EHLO_SERVER_H

#include "base.h"
#include "command.h"
#include "params.h"
#include "path.h"
#include "reply.h"

EHLO_BEGIN

typedef struct ehlo_server ehlo_server;

/* ---- answers ---------------------------------------------------------------------------------- */

/* What a callback returns, besides a reply code from 200 to 599 (R1).  Anything else counts as
 * EHLO_FAIL, so that a host that fails refuses for now and never accepts. */
typedef enum ehlo_answer {
    EHLO_FAIL = 0,       /* something went wrong here: the command gets a temporary failure */
    EHLO_DEFAULT = 1000, /* `decide`: the table's default reply; `content`, `write`: go on */
    EHLO_PENDING = 1001, /* ehlo_server_reply() will be called with this id */
    EHLO_REPLIED = 1002  /* ehlo_server_reply() was called with this id */
} ehlo_answer;

/* ---- what the host is asked ------------------------------------------------------------------- */

/* A question for the host: the next command, well-formed, enabled and in order.  It and all that it
 * points to live until `decide` returns, also where that is EHLO_PENDING: copy what you need (R14).
 * The engine itself remembers no names: what you need of the hello or the path, keep. */
typedef struct ehlo_request {
    uint64_t id;        /* never 0, never twice in a session (R6) */
    int command;        /* ehlo_command */
    ehlo_text argument; /* all that follows the verb, as it stood, without the space between; of AUTH it may
                           hold a secret: do not log it */

    /* Facts of the session (R20), each 0 or 1. */
    uint8_t tls;           /* the connection is under TLS */
    uint8_t authenticated; /* AUTH succeeded, since TLS began if it did */
    uint8_t extended;     /* the last hello was EHLO or LHLO; in the request of a hello itself: this one is */
    uint8_t lmtp;         /* the service is LMTP */
    uint8_t smtputf8;     /* this transaction has SMTPUTF8; in VRFY and EXPN: the argument ends in it */
    uint8_t early_talker; /* the client spoke before the greeting */
    uint32_t recipients;  /* accepted in this transaction so far */
    uint64_t declared_size; /* SIZE= of this transaction's MAIL in octets; 0: none given */

    struct {
        ehlo_domain domain; /* HELO, EHLO, LHLO: who the client says it is */
    } hello;
    struct {
        ehlo_path path;            /* MAIL, SEND, SOML, SAML: the reverse-path */
        const ehlo_params *params; /* never NULL there */
    } mail;
    struct {
        ehlo_path path;            /* RCPT: the forward-path */
        const ehlo_params *params; /* never NULL there */
        uint32_t index;            /* the number that this recipient gets if accepted: 0, 1, ... */
    } rcpt;
    struct {
        uint64_t size; /* DATA_RECEIVED, BDAT: octets of content so far, as RFC 1870 section 5 counts them */
        uint32_t recipient; /* DATA_RECEIVED of one recipient: the rcpt.index that it had (R9) */
        uint16_t refused;   /* the code by which the message is refused already, or 0 (R7) */
        uint8_t scope;      /* ehlo_scope */
    } received;
    struct {
        ehlo_text url; /* BURL: where the content is, an absolute URI (RFC 4468 section 3) */
        uint8_t last;  /* 1: it completes the message: a 250 delivers it */
    } burl;
    struct {
        ehlo_text mechanism; /* AUTH: as the config has it, in each step */
        ehlo_text
            response; /* canonical base64, checked; ehlo_base64_decode() into memory that you wipe (R11) */
        uint8_t has_response; /* 0 in step 0: the client sent none and waits for a challenge */
        uint8_t step;         /* 0: the command itself; 1, 2, ...: the responses */
    } auth;
    struct {
        ehlo_text name; /* ETRN: a domain, or behind "#" any name of a queue (RFC 1985 section 5.3) */
        char option;    /* '@': and all below it; '#'; or 0 */
    } etrn;
    struct {
        const ehlo_params *params; /* XCLIENT, XFORWARD: never NULL there; ehlo_params_next() walks them */
    } attributes;
} ehlo_request;

/* What a DATA_RECEIVED is about: in LMTP each recipient, in SMTP the message; with PRDR first each recipient
 * and then the message, which is what counts. */
typedef enum ehlo_scope { EHLO_SCOPE_MESSAGE = 0, EHLO_SCOPE_RECIPIENT = 1 } ehlo_scope;

/* A piece of content: never empty, a view into what was fed (or the CRLF that EHLO_NORMALIZE makes). */
typedef struct ehlo_piece {
    uint64_t id; /* for ehlo_server_reply() after EHLO_PENDING */
    const char *data;
    size_t size;     /* octets */
    uint64_t offset; /* octets of this message before this piece */
} ehlo_piece;

/* ---- what the host is told -------------------------------------------------------------------- */

/* Why an event comes.  lib/tables/events.def has a row for each: the reply that goes with it, whether
 * it counts as an error of the peer, whether it ends the session.  docs/events.md shows all. */
typedef enum ehlo_reason {
    EHLO_EVENT_NONE = 0,
    /* A command was refused by the engine, the host not asked. */
    EHLO_EVENT_UNKNOWN_COMMAND = 1,
    EHLO_EVENT_LINE_TOO_LONG = 2,
    EHLO_EVENT_BARE_LINE_END = 3,
    EHLO_EVENT_BAD_OCTET = 4,
    EHLO_EVENT_NOT_ENABLED = 5,
    EHLO_EVENT_OUT_OF_ORDER = 6,
    EHLO_EVENT_NO_VALID_RECIPIENTS = 7,
    EHLO_EVENT_BAD_ARGUMENT = 8,
    EHLO_EVENT_BAD_REVERSE_PATH = 9,
    EHLO_EVENT_BAD_FORWARD_PATH = 10,
    EHLO_EVENT_UNKNOWN_PARAMETER = 11,
    EHLO_EVENT_BAD_PARAMETER = 12,
    EHLO_EVENT_UTF8_REVERSE_PATH = 13,
    EHLO_EVENT_UTF8_FORWARD_PATH = 14,
    EHLO_EVENT_DECLARED_TOO_BIG = 15,
    EHLO_EVENT_BY_TOO_SOON = 16,
    EHLO_EVENT_HELD_TOO_LONG = 17,
    EHLO_EVENT_TOO_MANY_RECIPIENTS = 18,
    EHLO_EVENT_TLS_REQUIRED = 19,
    EHLO_EVENT_AUTH_REQUIRED = 20,
    EHLO_EVENT_AUTH_NEEDS_TLS = 21,
    EHLO_EVENT_UNKNOWN_MECHANISM = 22,
    EHLO_EVENT_INITIAL_RESPONSE = 23,
    EHLO_EVENT_BAD_BASE64 = 24,
    EHLO_EVENT_AUTH_CANCELLED = 25, /* by "*" (RFC 4954 section 4) */
    EHLO_EVENT_AUTH_LINE_TOO_LONG = 26,
    EHLO_EVENT_TOO_MANY_AUTH_STEPS = 27,
    EHLO_EVENT_PIPELINED = 28, /* sent ahead where RFC 2920 does not allow it; depends on the cut (R16) */
    EHLO_EVENT_SERVICE_REFUSED = 29,  /* a command after a greeting of 554 */
    EHLO_EVENT_SERVICE_DECLINED = 30, /* a command after a greeting of 521 */
    /* The session is ended by the engine. */
    EHLO_EVENT_EARLY_TALKER = 31, /* depends on the cut (R16); ends nothing where the config allows it */
    EHLO_EVENT_WRONG_PROTOCOL = 32,
    EHLO_EVENT_TOO_MANY_ERRORS = 33,
    EHLO_EVENT_TOO_MANY_COMMANDS = 34,
    EHLO_EVENT_TOO_MANY_AUTH_FAILURES = 35,
    EHLO_EVENT_TOO_MANY_TRANSACTIONS = 36,
    EHLO_EVENT_BAD_CHUNK_SIZE = 37,
    EHLO_EVENT_AHEAD_OF_TLS =
        38, /* behind STARTTLS, before the handshake; no reply; depends on the cut (R16) */
    EHLO_EVENT_SHUTDOWN = 39,
    EHLO_EVENT_TIMED_OUT = 40,
    EHLO_EVENT_DRAIN_LIMIT = 41,
    /* The content has a fault: refused, or let through by the config; once a message each. */
    EHLO_EVENT_BARE_CR = 42,
    EHLO_EVENT_BARE_LF = 43,
    EHLO_EVENT_NUL = 44,
    EHLO_EVENT_LONG_LINE = 45,
    EHLO_EVENT_EIGHT_BIT = 46,
    EHLO_EVENT_TOO_BIG = 47,
    /* The host made a mistake. */
    EHLO_EVENT_HOST_FAILED = 48,   /* a callback returned EHLO_FAIL or what is no answer */
    EHLO_EVENT_ILLEGAL_REPLY = 49, /* a code that the table does not permit here: `number`; replaced */
    EHLO_EVENT_BAD_ENHANCED = 50,  /* a malformed enhanced code, or of another class; the row's was sent */
    EHLO_EVENT_WRITE_FAILED = 51,
    EHLO_EVENT_SHOWN_LESS = 52, /* feed was shown fewer octets than it had left unused (R15) */
    /* The session's course. */
    EHLO_EVENT_LENIENCY_USED = 53, /* `number` is the ehlo_leniency */
    EHLO_EVENT_AUTH_END =
        54, /* `code` ended it, 0: the connection is gone; `number` steps: wipe what you kept */
    EHLO_EVENT_TRANSACTION_END = 55, /* `end` says why; exactly one for each MAIL asked about (R13) */
    EHLO_EVENT_COUNT
} ehlo_reason;

/* Why a mail transaction ended. */
typedef enum ehlo_end {
    EHLO_END_NONE = 0,
    EHLO_END_DELIVERED = 1,    /* the end of data gets a 2yz, which is about to be written */
    EHLO_END_REFUSED = 2,      /* the end of data got a 4yz or 5yz */
    EHLO_END_MAIL_REFUSED = 3, /* MAIL itself did */
    EHLO_END_RSET = 4,
    EHLO_END_HELLO = 5,    /* a new HELO, EHLO or LHLO */
    EHLO_END_SHUTDOWN = 6, /* a 421, by whomever, or QUIT: the session was closed from here */
    EHLO_END_DISCONNECTED = 7,
    EHLO_END_UNANSWERED = 8, /* disconnected with the end of data unanswered: it may be stored */
    EHLO_END_COUNT
} ehlo_end;

/* Lives until `event` returns. */
typedef struct ehlo_event {
    int reason;      /* ehlo_reason */
    int command;     /* ehlo_command in hand, or 0 */
    int code;        /* the reply code that goes with it, or 0 */
    int end;         /* ehlo_end, for EHLO_EVENT_TRANSACTION_END */
    uint64_t number; /* BARE_CR to EIGHT_BIT: the octets of content before it; TOO_BIG, DRAIN_LIMIT: the
                        limit; TOO_MANY_*: how many; ILLEGAL_REPLY: the code; SHOWN_LESS: the octets
                        shown; LENIENCY_USED: the ehlo_leniency; AUTH_END: steps; else 0 */
} ehlo_event;

/* A few words for a log, on a reason and on the end of a transaction.  Static storage; "" for a
 * number that is none. */
EHLO_API const char *ehlo_event_text(int reason);
EHLO_API const char *ehlo_end_text(int end);

/* ---- the config ------------------------------------------------------------------------------- */

/* A line that went over the wire, without its CRLF, for a trace.  Responses and challenges of AUTH, and what
 * may be one, are not in it, nor is content: `hidden` says how many octets are left out behind `text`.  Of a
 * line that was too long, all is. */
typedef struct ehlo_trace {
    int direction;   /* ehlo_direction */
    ehlo_text text;  /* as the peer sent it, controls included: print it with care */
    uint64_t hidden; /* octets */
} ehlo_trace;

typedef enum ehlo_direction { EHLO_FROM_PEER = 1, EHLO_TO_PEER = 2 } ehlo_direction;

/* `ctx` is the host's pointer as given to ehlo_server_init().  From inside, queries may always be
 * called; ehlo_server_reply() and ehlo_server_challenge() only from `decide` and for its own id;
 * ehlo_server_offer(), ehlo_server_max_size() and ehlo_server_clock() from `decide`; shutdown and
 * disconnected take effect when the callback returns; all else is EHLO_BUSY and changes nothing (R3).
 *
 * write:   send these octets, 1 to 2,048 of them, in order.  Returns EHLO_DEFAULT; anything else ends
 *          the session as if the peer were gone.
 * decide:  an ehlo_answer, a reply code, or what ehlo_server_reply() returned.
 * content: EHLO_DEFAULT to go on; EHLO_PENDING (this piece is taken, no more comes until
 *          ehlo_server_reply() with its id, R4); or a 4yz or 5yz that refuses the message: its words
 *          can be given when EHLO_DATA_RECEIVED is asked (R7).  May be NULL: the content is thrown away.
 * event:   may be NULL.
 * trace:   may be NULL.  Shows both directions line by line, in order.
 */
typedef struct ehlo_server_callbacks {
    int (*write)(void *ctx, ehlo_server *server, const void *data, size_t size);
    int (*decide)(void *ctx, ehlo_server *server, const ehlo_request *request);
    int (*content)(void *ctx, ehlo_server *server, const ehlo_piece *piece);
    void (*event)(void *ctx, ehlo_server *server, const ehlo_event *event);
    void (*trace)(void *ctx, ehlo_server *server, const ehlo_trace *trace);
    void (*reserved[3])(void); /* NULL */
} ehlo_server_callbacks;

/* What is done about a fault of the content.  A refused message is swallowed up to its true end, which
 * is CRLF.CRLF and nothing else, and refused there. */
typedef enum ehlo_policy {
    EHLO_REFUSE = 0,
    EHLO_PASS = 1,     /* handed on as it is, with an event */
    EHLO_NORMALIZE = 2 /* bare_cr and bare_lf only: handed on as CRLF, with an event */
} ehlo_policy;

/* The leniencies, bits of a set; lib/tables/leniencies.def has for each the attack that it reopens
 * (docs/security.md).  Each use is an event. */
typedef enum ehlo_leniency {
    EHLO_LENIENT_SPACE_AFTER_COLON = 1 << 0,  /* MAIL FROM: <a@b.example> */
    EHLO_LENIENT_MISSING_BRACKETS = 1 << 1,   /* MAIL FROM:a@b.example */
    EHLO_LENIENT_HELLO_UNDERSCORE = 1 << 2,   /* HELO my_host */
    EHLO_LENIENT_HELLO_BARE_ADDRESS = 1 << 3, /* HELO 2001:db8::1 */
    EHLO_LENIENT_HELLO_TEXT = 1 << 4,         /* HELO host.example and more words */
    EHLO_LENIENT_EARLY_TALKER = 1 << 5,       /* octets before the greeting */
    EHLO_LENIENT_AUTH_WITHOUT_TLS = 1 << 6    /* AUTH in the clear */
} ehlo_leniency;

/* The word by which programs name a leniency on their command lines ("missing-brackets"), NULL for what
 * is not exactly one; and the leniency with that word, 0 where there is none.  Static storage. */
EHLO_API const char *ehlo_leniency_word(uint32_t leniency);
EHLO_API uint32_t ehlo_leniency_named(const void *word, size_t size);

/* What a config may demand; until then other commands are 530 (RFC 3207 section 4, RFC 4954 section 6). */
typedef enum ehlo_demand { EHLO_DEMAND_TLS = 1 << 0, EHLO_DEMAND_AUTH = 1 << 1 } ehlo_demand;

/* A command of the host's own: one line, asked about as EHLO_HOST_COMMAND plus its index, with what follows
 * the verb in `argument`.  Policed as any other: never asked out of order, never answered by a code that is
 * not here. */
typedef struct ehlo_host_command {
    const char *verb;   /* 1 to 12 capital letters and digits; none that the table has */
    uint32_t phases;    /* set of ehlo_host_phase: where it is in order; 503 elsewhere */
    uint32_t needs;     /* set of ehlo_demand: 530 before */
    uint16_t codes[12]; /* 2yz, 4yz and 5yz that may answer it; the first is the default; 0 ends them.  Those
                           that answer any command (421, 500 to 503) are permitted besides */
    uint64_t reserved;  /* 0 */
} ehlo_host_command;

typedef enum ehlo_host_phase {
    EHLO_HOST_BEFORE_HELLO = 1 << 0,
    EHLO_HOST_BETWEEN = 1 << 1,    /* after a hello, in no transaction */
    EHLO_HOST_TRANSACTION = 1 << 2 /* in one, but not within its content */
} ehlo_host_phase;

/* Everything about a server.  ehlo_server_config_init() gives each field a safe default: set what you
 * need after it.  Numbers must lie within lib/tables/limits.def (docs/limits.md); 0 is "no limit".
 * It, and all that it points to, outlives its sessions. */
typedef struct ehlo_server_config {
    const char *hostname;            /* a domain or address literal of 1 to 255 octets; must be set */
    ehlo_server_callbacks callbacks; /* `write` and `decide` must be set */
    int service;                     /* ehlo_service */
    uint32_t demands;                /* set of ehlo_demand: what must come before most commands */
    uint32_t extensions;             /* set of ehlo_extension: what EHLO offers */
    uint32_t leniencies;             /* set of ehlo_leniency */
    uint64_t max_size;               /* octets of content; also what SIZE announces */
    uint64_t drain_limit;            /* octets swallowed past max_size before the session is closed */
    uint32_t max_recipients;
    uint32_t max_errors;        /* commands that the engine refuses as errors of the peer's, before 421 */
    uint32_t max_idle_commands; /* commands that send no mail since the last message, before 421 */
    uint32_t max_auth_failures; /* AUTHs that ended in a 5yz, before 421 */
    uint32_t max_transactions;  /* MAILs of a session, before 421 */
    uint32_t max_line;          /* octets of a command line, CRLF included */
    uint32_t max_text_line;     /* octets of a line of content, CRLF included */
    uint32_t command_timeout;   /* seconds (RFC 5321 section 4.5.3.2.7) */
    uint32_t content_timeout;   /* seconds, within content */
    uint32_t min_by;            /* seconds: the least that BY=...;R may ask for (RFC 2852); 0: no least */
    uint32_t max_hold;          /* seconds: the most that HOLDFOR and HOLDUNTIL may ask for (RFC 4865) */
    int profile;                /* ehlo_profile: the historic one permits the historic reply codes, and the
                                   extensions SEND, SOML, SAML and TURN in `extensions` */
    int bare_cr;                /* ehlo_policy, all six */
    int bare_lf;
    int nul;
    int long_line; /* a line of content longer than max_text_line */
    int eight_bit; /* octets above 127 without BODY=8BITMIME (RFC 6152 section 3) */
    int pipelined; /* commands sent ahead where RFC 2920 does not allow it */

    /* Words behind keywords in the reply to EHLO, parted by single spaces; NULL: none. */
    const char *auth_mechanisms;      /* AUTH: "SCRAM-SHA-256 PLAIN"; must be set where AUTH is offered */
    const char *priority_policy;      /* MT-PRIORITY: "MIXER" (RFC 6710 section 3) */
    const char *solicitation_classes; /* NO-SOLICITING (RFC 3865 section 2) */
    const char *burl_sources;         /* BURL: "imap imap://imap.example.com" (RFC 4468 section 3.3) */

    /* What the host adds (R24). */
    const ehlo_host_command *commands;
    const ehlo_host_parameter *parameters;
    const char *const *keywords; /* lines of the reply to EHLO: a keyword, and what follows it */
    uint32_t command_count;      /* 32 at most */
    uint32_t parameter_count;    /* 32 at most */
    uint32_t keyword_count;      /* 32 at most */
    uint32_t reserved_number;    /* 0 */
    uint64_t reserved[8];        /* 0 */
} ehlo_server_config;

/* Safe defaults in every field: those of lib/tables/limits.def, the usual extensions, no leniency, line
 * ends and NUL in content refused.  hostname and callbacks are still to be set. */
EHLO_API void ehlo_server_config_init(ehlo_server_config *config);

/* Sets the leniencies that real mail needs.  Line ends in content are not among them. */
EHLO_API void ehlo_server_config_interop(ehlo_server_config *config);

/* Make a config of ehlo_server_config_init() one for message submission (RFC 6409: AUTH is demanded before
 * MAIL) and for LMTP (RFC 2033).  Set `auth_mechanisms` and, for STARTTLS, that extension. */
EHLO_API void ehlo_server_config_submission(ehlo_server_config *config);
EHLO_API void ehlo_server_config_lmtp(ehlo_server_config *config);

/* What is wrong with a config, in a few words that name the field; NULL where nothing is. */
EHLO_API const char *ehlo_server_config_problem(const ehlo_server_config *config);

/* The octets that a host's input buffer must at least hold (R15): the longest line that the engine
 * may have to see whole. */
EHLO_API size_t ehlo_server_line_limit(const ehlo_server_config *config);

/* ---- a session -------------------------------------------------------------------------------- */

/* The octets of a session, for the whole major version; alignment 8.  Declare an ehlo_server_memory, and
 * take its address for an ehlo_server: `ehlo_server *server = (ehlo_server *)&memory;`. */
enum { EHLO_SERVER_SIZE = 192 };

typedef union ehlo_server_memory {
    uint64_t align[24];
    unsigned char octets[192];
} ehlo_server_memory;

/* The same as a function, for bindings. */
EHLO_API size_t ehlo_server_size(void);

/* Makes a session in memory of EHLO_SERVER_SIZE octets that the host keeps until it is done with it;
 * there is nothing to free.  EHLO_BAD_CONFIG: ehlo_server_config_problem() says why.  EHLO_MISUSE: a
 * pointer is NULL or the memory misaligned.  Memory of zeros is a session that is over. */
EHLO_API int ehlo_server_init(ehlo_server *server, const ehlo_server_config *config, void *ctx);

/* The first id to be used: for a host that reuses session memory while answers to the former session
 * may still be under way (R6).  EHLO_MISUSE once ehlo_server_start() was called, and for 0. */
EHLO_API int ehlo_server_first_id(ehlo_server *server, uint64_t id);

/* The connection is up: asks `decide` about EHLO_CONNECTED and sends the greeting (RFC 5321 section 3.1).
 * Once: EHLO_MISUSE then, EHLO_GONE when the session is over, EHLO_BUSY inside a callback. */
EHLO_API int ehlo_server_start(ehlo_server *server);

/* Takes octets that arrived, behind those that were left unused before (shown again first and
 * unchanged, R15).  Returns how many were used; the rest is the host's to keep and show again.  May be
 * called with nothing.  Look at ehlo_server_wants() after each call.  Octets that come before the
 * greeting is out are to be shown, too: none is taken, and the client is known to talk early (R17). */
EHLO_API size_t ehlo_server_feed(ehlo_server *server, const void *data, size_t size);

/* What helps now (R2). */
typedef enum ehlo_wants {
    EHLO_WANTS_CLOSE = 0, /* everything is said: send what was written, then close */
    EHLO_WANTS_FEED = 1,  /* call feed again now with the unused octets, even if there are none */
    EHLO_WANTS_INPUT = 2, /* only further octets help */
    EHLO_WANTS_REPLY = 3, /* a pending request is the host's to answer */
    EHLO_WANTS_TLS = 4,   /* the 220 to STARTTLS is written: shake hands, then ehlo_server_tls_started() */
    EHLO_WANTS_TURN = 5   /* TURN or ATRN was accepted: the host may go on as a client */
} ehlo_wants;

/* An ehlo_wants.  May be called at any time, also inside a callback. */
EHLO_API int ehlo_server_wants(const ehlo_server *server);

/* Answers a request or a piece, inside `decide` for its own id, or at any time after EHLO_PENDING.
 * `code` is a reply code, EHLO_DEFAULT or EHLO_FAIL.  `enhanced` ("5.1.1") and `text` ('\n' parts
 * lines; of a good reply to a hello only the first counts) are NUL-terminated, read before this returns;
 * NULL is the table's.
 * Returns EHLO_REPLIED; EHLO_STALE or EHLO_GONE (R6), EHLO_BUSY, or EHLO_TOO_LONG for a text that does
 * not fit 2,048 octets; with these nothing has changed.  A code that the table does not permit here is
 * replaced by a temporary failure, with an event (R12). */
EHLO_API int ehlo_server_reply(ehlo_server *server, uint64_t id, int code, const char *enhanced,
                               const char *text);

/* Answers a request of EHLO_AUTH with a challenge: 334 and the `size` octets at `data` in base64, up to
 * 12,288 octets of line (9,210 of data; none at all is well); then the client's response is asked about.
 * Called and answered as ehlo_server_reply(); EHLO_MISUSE for a request of another command.  A bare 334 is a
 * challenge of no octets. */
EHLO_API int ehlo_server_challenge(ehlo_server *server, uint64_t id, const void *data, size_t size);

/* The connection is under TLS now: after EHLO_WANTS_TLS, when the handshake is done; the session begins anew,
 * but for its counters and what the host narrowed (RFC 3207 section 4.2).  Before ehlo_server_start(): TLS
 * from the first octet (RFC 8314 section 3.3).  Where the handshake fails, call ehlo_server_disconnected().
 * Octets that the peer sent behind STARTTLS in the clear must be shown to feed, not thrown away: they end the
 * session (R18).  EHLO_MISUSE where it is not due, EHLO_BUSY inside a callback, EHLO_GONE. */
EHLO_API int ehlo_server_tls_started(ehlo_server *server);

/* The time now, in seconds since 1970 began, UTC, of which FUTURERELEASE makes the date that it announces
 * (RFC 4865 section 3); it is not offered by a session that was never told.  From inside `decide`, as the
 * next. */
EHLO_API int ehlo_server_clock(ehlo_server *server, uint64_t seconds);

/* Narrows what this session offers (what is not in the set goes, with what requires it), and the octets of
 * a message: from inside `decide` for EHLO_CONNECTED, EHLO_EHLO, EHLO_LHLO and EHLO_AUTH, before any
 * ehlo_server_reply() (R20).  The reply to that hello shows it already; where it refuses, nothing has
 * changed. Neither ever widens; 0 octets change nothing.  EHLO_MISUSE elsewhere. */
EHLO_API int ehlo_server_offer(ehlo_server *server, uint32_t extensions);
EHLO_API int ehlo_server_max_size(ehlo_server *server, uint64_t octets);

/* Ends the session in good order with 421 4.3.2 (RFC 5321 section 3.8): now, or behind the verdict on the
 * message that is being received (R19).  EHLO_OK, or EHLO_GONE where it is over. */
EHLO_API int ehlo_server_shutdown(ehlo_server *server);

/* Seconds to wait for the peer from now; 0: the peer is not what is waited for.  The host has the
 * clock, and calls ehlo_server_timed_out() when they have passed: 421 4.4.2 and close (RFC 5321 section
 * 4.5.3.2.7).  EHLO_OK, EHLO_GONE where the session is over, EHLO_BUSY inside a callback. */
EHLO_API uint32_t ehlo_server_timeout(const ehlo_server *server);
EHLO_API int ehlo_server_timed_out(ehlo_server *server);

/* The peer is gone: nothing more is written, and a transaction under way ends.  EHLO_OK, or EHLO_GONE. */
EHLO_API int ehlo_server_disconnected(ehlo_server *server);

EHLO_END

#endif
