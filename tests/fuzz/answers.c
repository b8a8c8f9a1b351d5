/* answers.c - what the host answers, by an octet of the plan, and what it knows from then on. */
#include "host.h"

#include <string.h>

/* The low half of an answer says what, WAITS that it comes later, and the rest varies it. */
enum {
    WHAT = 0x0f,
    WAITS = 0x10,
    NARROWS = 0x20,
    VARIES = 0x40,
    BY_CALL = 0x80, /* through ehlo_server_reply() even where a code would do */

    LEAVES_IT = 4, /* to the table, as those below do unless they grant */
    SAYS_SUCCESS = 5,
    SAYS_TEMPORARY,
    SAYS_PERMANENT,
    SAYS_ANY_CODE,
    SAYS_FAIL,
    WITH_LINES,
    WITH_A_BREAK,
    WITH_BAD_ENHANCED,
    WITH_MUCH_TEXT,
    SAYS_NOTHING_KNOWN,
    ENDS_IT
};

/* What grants where the table's default refuses; EHLO_DEFAULT for all others. */
static int grant_of(int command, unsigned char answer)
{
    switch (command) {
    case EHLO_AUTH: return 235;
    case EHLO_XCLIENT: return 220;
    case EHLO_BURL:
    case EHLO_ATRN:
    case EHLO_XFORWARD: return 250;
    case EHLO_ETRN: return 250 + (answer >> 6);
    default: return EHLO_DEFAULT;
    }
}

static int code_of(int command, unsigned char answer)
{
    switch (answer & WHAT) {
    case SAYS_SUCCESS: return answer & VARIES ? 354 : 250;
    case SAYS_TEMPORARY: return answer & VARIES ? 421 : 451;
    case SAYS_PERMANENT: return answer & VARIES ? 554 : 550;
    case SAYS_ANY_CODE: return 200 + (answer >> 4) * 25 + (answer & NARROWS ? 1 : 0);
    case SAYS_FAIL: return EHLO_FAIL;
    case WITH_A_BREAK: return answer & VARIES ? 250 : 553;
    case WITH_BAD_ENHANCED: return answer & VARIES ? 452 : 550;
    default: return (answer & WHAT) < LEAVES_IT ? grant_of(command, answer) : EHLO_DEFAULT;
    }
}

/* ---- what must be sent for it, by the table and R12 --------------------------------------------------- */

static int is_in(const struct host *host, int command, int code)
{
    size_t count;
    const ehlo_reply_rule *rules = ehlo_reply_rules(command, &count);

    for (size_t i = 0; i < count; i++)
        if (rules[i].code == code && rules[i].standing <= host->config.profile &&
            (!rules[i].extension || (rules[i].extension & host->known.extensions)))
            return !(command == EHLO_DATA_RECEIVED && rules[i].kind == EHLO_KIND_INTERMEDIATE);
    return 0;
}

static int is_permitted(const struct host *host, int command, int code)
{
    if (command >= EHLO_HOST_COMMAND) {
        const ehlo_host_command *row = &host->config.commands[command - EHLO_HOST_COMMAND];
        for (size_t i = 0; i < sizeof row->codes / sizeof *row->codes; i++)
            if (row->codes[i] && row->codes[i] == code)
                return 1;
    } else if (is_in(host, command, code)) {
        return 1;
    }
    return command != EHLO_CONNECTED && command != EHLO_DATA_RECEIVED && is_in(host, EHLO_ANY_COMMAND, code);
}

/* 0: some 4yz. */
static int sent_for(const struct host *host, int command, int refused, int code)
{
    if (command == EHLO_QUIT)
        return 221;
    if (refused && (command == EHLO_DATA_RECEIVED || command == EHLO_BDAT) &&
        (code == EHLO_DEFAULT || code / 100 == 2))
        return refused;
    if (code == EHLO_DEFAULT)
        code = command < EHLO_HOST_COMMAND ? ehlo_reply_default(command)
                                           : host->config.commands[command - EHLO_HOST_COMMAND].codes[0];
    return is_permitted(host, command, code) ? code : 0;
}

/* ---- what the host then knows ------------------------------------------------------------------------- */

void known_anew(struct host *host)
{
    host->known.hello = NO_HELLO;
    host->known.authenticated = 0;
}

static void narrowing_counts(struct known *known, int is_good)
{
    if (is_good)
        known->extensions = known->next_extensions;
    else
        known->next_extensions = known->extensions;
}

/* What is asked about will be answered by that: told before it is, for the engine's events come from within.
 */
static void settle(struct host *host, int code)
{
    struct known *known = &host->known;
    int command = host->question.command, is_good;

    host->question.code = (uint16_t)sent_for(host, command, host->question.refused, code);
    is_good = host->question.code >= 200 && host->question.code < 400;
    outcome_add(host, &host->question);
    switch (command) {
    case EHLO_CONNECTED: narrowing_counts(known, is_good); break;
    case EHLO_HELO: known->hello = is_good ? PLAIN_HELLO : known->hello; break;
    case EHLO_EHLO:
    case EHLO_LHLO:
        narrowing_counts(known, is_good);
        known->hello = is_good ? EXTENDED_HELLO : known->hello;
        break;
    case EHLO_RCPT: known->recipients += (uint32_t)is_good; break;
    case EHLO_DATA_RECEIVED:
        if (host->config.service == EHLO_SERVICE_LMTP)
            known->was_good |= is_good;
        else
            known->was_good = is_good;
        break;
    case EHLO_BURL: known->was_good = is_good; break;
    case EHLO_XCLIENT:
        if (is_good)
            known_anew(host);
        break;
    default: break;
    }
}

/* ---- giving it ---------------------------------------------------------------------------------------- */

static int is_said_by_reply(unsigned char answer)
{
    return ((answer & WHAT) >= WITH_LINES && (answer & WHAT) <= WITH_MUCH_TEXT) ||
           ((answer & WHAT) <= SAYS_PERMANENT && (answer & BY_CALL));
}

static int is_hello(int command)
{
    return command == EHLO_HELO || command == EHLO_EHLO || command == EHLO_LHLO;
}

/* Calls ehlo_server_reply(); what a host would return after it inside `decide`. */
static int reply(struct host *host, uint64_t id, unsigned char answer)
{
    static char much[3000]; /* nothing of it is base64 */
    const char *enhanced = NULL, *text = NULL;
    int command = host->question.command, code = code_of(command, answer), status;
    /* UTF-8 in these may make another reply of it (RFC 6531 section 3.7.4). */
    int shows_addresses = command == EHLO_VRFY || command == EHLO_EXPN || command == EHLO_RCPT;

    switch (answer & WHAT) {
    case WITH_LINES: text = shows_addresses ? "one\ntwo\n\nfour" : "one\ntwo \xc3\xa9\n\nfour"; break;
    case WITH_A_BREAK:
        text = shows_addresses ? "no\r\n250 ok\t\x7f" : "no\r\n250 ok\t\x7f\x80";
        enhanced = "5.7.1";
        break;
    case WITH_BAD_ENHANCED: enhanced = answer & VARIES ? "9.1.1" : "5.1.1\r\n"; break;
    case WITH_MUCH_TEXT:
        memset(much, '~', sizeof much - 1);
        much[1200] = answer & VARIES ? 0 : '~';
        text = much;
        if ((answer & VARIES) || is_hello(command))
            break;
        status = ehlo_server_reply(host->server, id, code, enhanced, text);
        LAW(status == EHLO_TOO_LONG, "a text that does not fit is TOO_LONG");
        text = NULL;
        break;
    default: break;
    }
    settle(host, code);
    status = ehlo_server_reply(host->server, id, code, enhanced, text);
    LAW(status == EHLO_REPLIED, "an answer in time is taken");
    LAW(ehlo_server_reply(host->server, id, EHLO_DEFAULT, NULL, NULL) < 0, "an answer is taken once");
    LAW(ehlo_server_challenge(host->server, id, NULL, 0) < 0, "nor is it taken back by a challenge");
    return status;
}

/* Octets that no client guesses. */
static int challenge(struct host *host, uint64_t id, unsigned char answer)
{
    enum { MOST = 9210 }; /* 12,280 octets of base64, in a line of 12,288 at most */
    static const size_t sizes[8] = {0, 1, 2, 24, 1531, 1532, MOST - 1, MOST};
    static unsigned char octets[MOST + 1];
    uint64_t state = 0x9e3779b97f4a7c15u * (host->plan->seed + host->asked + 1);

    for (size_t i = 0; i < sizeof octets; i++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        octets[i] = (unsigned char)(state >> 32);
    }
    LAW(ehlo_server_challenge(host->server, id, octets, sizeof octets) == EHLO_TOO_LONG,
        "a challenge of more than a line is TOO_LONG");
    settle(host, 334);
    LAW(ehlo_server_challenge(host->server, id, octets, sizes[answer >> 5]) == EHLO_REPLIED,
        "a challenge in time is taken");
    LAW(ehlo_server_challenge(host->server, id, octets, 1) < 0, "a challenge is taken once");
    return EHLO_REPLIED;
}

/* AUTH: 0 grants, 1 and 2 are challenges, 3 is one without octets, the rest is as for any other. */
static int answer_auth(struct host *host, uint64_t id, unsigned char answer, int is_inside)
{
    enum { BARE = 3 };
    int what = answer & WHAT, code = what == BARE ? 334 : code_of(EHLO_AUTH, answer);

    if (what == 1 || what == 2)
        return challenge(host, id, answer);
    if (what != BARE && is_said_by_reply(answer))
        return reply(host, id, answer);
    settle(host, code);
    if (is_inside && !(answer & BY_CALL))
        return code;
    LAW(ehlo_server_reply(host->server, id, code, NULL,
                          (answer & BY_CALL) && (answer & VARIES) ? "words" : NULL) == EHLO_REPLIED,
        "an answer in time is taken");
    return EHLO_REPLIED;
}

/* What makes no sense: nothing that is an answer, or a reply that is then withdrawn (R3). */
static int answer_nothing(struct host *host, const ehlo_request *request, unsigned char answer)
{
    if ((answer & BY_CALL) && !is_hello(request->command) && request->command != EHLO_HELP &&
        request->command != EHLO_AUTH) {
        LAW(ehlo_server_reply(host->server, request->id, EHLO_DEFAULT, NULL, "withdrawn") == EHLO_REPLIED,
            "an answer in time is taken");
        settle(host, EHLO_FAIL);
        return answer & VARIES ? -1 : EHLO_FAIL;
    }
    settle(host, EHLO_FAIL);
    return answer & VARIES ? -1 : answer & NARROWS ? 1 : EHLO_REPLIED;
}

static int is_in_message(int command)
{
    return command == EHLO_DATA_RECEIVED || command == EHLO_BDAT || command == EHLO_BURL;
}

/* R19: 421 is the answer, or comes behind the verdict on a message; and once the peer is gone, there is none.
 */
static int answer_by_the_end(struct host *host, unsigned char answer)
{
    if (answer & VARIES) {
        LAW(ehlo_server_disconnected(host->server) == EHLO_OK, "disconnected can be said in decide");
        host->dead = 1;
        return EHLO_DEFAULT;
    }
    LAW(ehlo_server_shutdown(host->server) == EHLO_OK, "shutdown can be said in decide");
    if (is_in_message(host->question.command))
        settle(host, EHLO_DEFAULT);
    return EHLO_DEFAULT;
}

/* What the host may say of the session where a hello or AUTH is asked about. */
static void narrow(struct host *host, const ehlo_request *request, unsigned char answer)
{
    static const struct {
        uint32_t extension, requires;
    } bound[] = {{EHLO_EXTENSION_SMTPUTF8, EHLO_EXTENSION_8BITMIME},
                 {EHLO_EXTENSION_BINARYMIME, EHLO_EXTENSION_CHUNKING},
                 {EHLO_EXTENSION_BURL, EHLO_EXTENSION_8BITMIME},
                 {EHLO_EXTENSION_ATRN, EHLO_EXTENSION_AUTH}};
    struct known *known = &host->known;
    int command = request->command;

    if (command != EHLO_CONNECTED && command != EHLO_EHLO && command != EHLO_LHLO && command != EHLO_AUTH)
        return;
    if (host->plan->clock && command != EHLO_CONNECTED) {
        LAW(ehlo_server_clock(host->server, host->plan->clock) == EHLO_OK, "the time can be told");
        known->clock = host->plan->clock;
    }
    if (!(answer & NARROWS))
        return;
    LAW(ehlo_server_offer(host->server, host->plan->offer) == EHLO_OK, "what is offered can be narrowed");
    LAW(ehlo_server_max_size(host->server, host->plan->max_size) == EHLO_OK, "SIZE can be narrowed");
    known->next_extensions &= host->plan->offer;
    for (size_t i = 0; i < sizeof bound / sizeof *bound; i++)
        if (!(known->next_extensions & bound[i].requires))
            known->next_extensions &= ~bound[i].extension;
}

int answer_request(struct host *host, const ehlo_request *request, unsigned char answer)
{
    int code;

    narrow(host, request, answer);
    if ((answer & WHAT) == SAYS_NOTHING_KNOWN)
        return answer_nothing(host, request, answer);
    if ((answer & WHAT) == ENDS_IT)
        return answer_by_the_end(host, answer);
    if ((answer & WAITS) && host->patient) {
        host->pending = request->id;
        host->pending_piece = 0;
        host->answer = answer;
        return EHLO_PENDING;
    }
    if (request->command == EHLO_AUTH)
        return answer_auth(host, request->id, answer, 1);
    if (is_said_by_reply(answer)) {
        reply(host, request->id, answer);
        return answer & VARIES ? EHLO_REPLIED : answer & NARROWS ? EHLO_DEFAULT : EHLO_PENDING;
    }
    code = code_of(request->command, answer);
    settle(host, code);
    return code;
}

void host_answer(struct host *host)
{
    uint64_t id = host->pending;

    LAW(id != 0, "REPLY is wanted only while something is pending");
    host->pending = 0;
    if (host->pending_piece) {
        int code = host->pending_piece == 2 ? 452 : EHLO_DEFAULT;
        LAW(ehlo_server_reply(host->server, id, code, code == 452 ? "4.3.1" : NULL, NULL) == EHLO_REPLIED,
            "a piece can be answered");
        return;
    }
    if (host->question.command == EHLO_AUTH)
        answer_auth(host, id, host->answer, 0);
    else
        reply(host, id, host->answer);
}
