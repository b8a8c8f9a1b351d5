/* Unit tests of lib/server/auth.c: AUTH, step by step (RFC 4954 section 4, R11, group G of docs/bad-input.md). */
#include "host.h"

#define SUCCESS "235 2.7.0 Authentication successful\r\n"
#define REFUSAL "535 5.7.8 Authentication credentials invalid\r\n"

enum { LINE = 12288, MOST_OF_A_CHALLENGE = (LINE - 6) / 4 * 3, MOST_STEPS = 16 };

static const char *challenge; /* what challenge_it() sends */
static size_t challenge_size;

/* Answers each step with a challenge, inside `decide`. */
static void challenge_it(host *self, const ehlo_request *request)
{
    if (request->command == EHLO_AUTH)
        self->reply_status = ehlo_server_challenge(self->server, request->id, challenge, challenge_size);
}

static void offer_auth(host *self)
{
    host_init(self);
    self->config.extensions |= EHLO_EXTENSION_AUTH;
    self->config.auth_mechanisms = "PLAIN LOGIN SCRAM-SHA-256 CRAM-MD5";
    challenge = "";
    challenge_size = 0;
}

/* Up to the first challenge. */
static void begin_exchange(host *self)
{
    host_greet_tls(self);
    self->inside = challenge_it;
    host_feed(self, "AUTH LOGIN\r\n");
    host_expect(self, "334 \r\n");
    assert_int_equal(self->request.auth.step, 0);
}

static void what_is_refused_at_once(void **state)
{
    static const struct {
        const char *line;
        int event;
        const char *reply;
    } cases[] = {
        {"AUTH", EHLO_EVENT_BAD_ARGUMENT, HOST_ARGUMENT},
        {"AUTH \t ", EHLO_EVENT_BAD_ARGUMENT, HOST_ARGUMENT},
        {"AUTH\tPLAIN\tZg==", EHLO_EVENT_UNKNOWN_COMMAND, "500 5.5.1 Syntax error, command unrecognized\r\n"},
        {"AUTH NTLM", EHLO_EVENT_UNKNOWN_MECHANISM, "504 5.5.4 Unrecognized authentication type\r\n"},
        {"AUTH PLAI Zg==", EHLO_EVENT_UNKNOWN_MECHANISM, "504 5.5.4 Unrecognized authentication type\r\n"},
        {"AUTH PLAINS Zg==", EHLO_EVENT_UNKNOWN_MECHANISM, "504 5.5.4 Unrecognized authentication type\r\n"},
        {"AUTH PLAIN !!!!", EHLO_EVENT_BAD_BASE64, "501 5.5.2 Cannot decode response\r\n"},
        {"AUTH PLAIN Zg=", EHLO_EVENT_BAD_BASE64, "501 5.5.2 Cannot decode response\r\n"},
        {"AUTH PLAIN Zh==", EHLO_EVENT_BAD_BASE64, "501 5.5.2 Cannot decode response\r\n"},
        {"AUTH PLAIN ==", EHLO_EVENT_BAD_BASE64, "501 5.5.2 Cannot decode response\r\n"},
        {"AUTH PLAIN *", EHLO_EVENT_BAD_BASE64, "501 5.5.2 Cannot decode response\r\n"},
        {"AUTH PLAIN  Zg==", EHLO_EVENT_BAD_BASE64, "501 5.5.2 Cannot decode response\r\n"},
        {"AUTH PLAIN Zg== Zg==", EHLO_EVENT_BAD_BASE64, "501 5.5.2 Cannot decode response\r\n"},
        {"AUTH PLAIN \xc3\xa9", EHLO_EVENT_BAD_BASE64, "501 5.5.2 Cannot decode response\r\n"},
        {"AUTH CRAM-MD5 Zg==", EHLO_EVENT_INITIAL_RESPONSE,
         "501 5.7.0 The server speaks first with this mechanism\r\n"},
        {"AUTH cram-md5 =", EHLO_EVENT_INITIAL_RESPONSE,
         "501 5.7.0 The server speaks first with this mechanism\r\n"},
        {"AUTH PLAIN Zg==\x7f", EHLO_EVENT_BAD_OCTET,
         "501 5.5.2 Control character or ill-formed UTF-8 in a command\r\n"},
        {"AUTH PLAIN Zg\nZg", EHLO_EVENT_BARE_LINE_END, "500 5.5.2 Bare CR or LF in a command\r\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char line[64];
        host self;
        offer_auth(&self);
        host_greet_tls(&self);
        snprintf(line, sizeof line, "%s\r\n", cases[i].line);
        host_feed(&self, line);
        host_expect(&self, cases[i].reply);
        assert_int_equal(self.decision_count, 0);
        assert_int_equal(self.event_count, 1); /* no exchange, so no end of one */
        assert_int_equal(self.events[0].reason, cases[i].event);
        assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_INPUT);
        host_feed(&self, "NOOP\r\n"); /* G2: the session goes on */
        host_expect(&self, HOST_OK);
    }
}

/* Where it may not come at all. */
static void what_is_refused_by_the_state(void **state)
{
    static const struct {
        int tls;
        uint32_t leniencies, demands;
        const char *before, *reply;
    } cases[] = {
        {0, 0, 0, "EHLO x.example\r\n",
         "538 5.7.11 Encryption required for requested authentication mechanism\r\n"},
        {0, 0, EHLO_DEMAND_TLS, "EHLO x.example\r\n",
         "538 5.7.11 Encryption required for requested authentication mechanism\r\n"},
        {0, EHLO_LENIENT_AUTH_WITHOUT_TLS, 0, "EHLO x.example\r\n", SUCCESS},
        {1, 0, 0, "EHLO x.example\r\n", SUCCESS},
        {1, 0, 0, "NOOP\r\n", "503 Bad sequence of commands\r\n"}, /* without EHLO no enhanced codes */
        {1, 0, 0, "HELO x.example\r\n", "503 Bad sequence of commands\r\n"},
        {1, 0, 0, "EHLO x.example\r\nMAIL FROM:<a@b.example>\r\n", HOST_ORDER},
        {1, 0, 0, "EHLO x.example\r\n" HOST_ENVELOPE, HOST_ORDER},
        {1, 0, 0, "EHLO x.example\r\n" HOST_ENVELOPE "RSET\r\n", SUCCESS},
        {1, 0, 0, "EHLO x.example\r\nAUTH PLAIN Zg==\r\n", HOST_ORDER}, /* a second one: RFC 4954 section 4 */
        {1, 0, 0, "EHLO x.example\r\nAUTH PLAIN Zg==\r\nEHLO x.example\r\n", HOST_ORDER},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int good = cases[i].reply[0] == '2';
        host self;
        offer_auth(&self);
        self.config.leniencies = cases[i].leniencies;
        self.config.demands = cases[i].demands;
        self.config.extensions |= EHLO_EXTENSION_STARTTLS;
        self.answers[EHLO_AUTH] = 235;
        assert_int_equal(ehlo_server_init(self.server, &self.config, &self), EHLO_OK);
        if (cases[i].tls)
            assert_int_equal(ehlo_server_tls_started(self.server), EHLO_OK);
        assert_int_equal(ehlo_server_start(self.server), EHLO_OK);
        host_feed(&self, cases[i].before);
        host_forget(&self);
        host_feed(&self, "AUTH PLAIN Zg==\r\n");
        host_expect(&self, cases[i].reply);
        assert_int_equal(self.decision_count, good);
        assert_int_equal(host_saw(&self, EHLO_EVENT_LENIENCY_USED), good && !cases[i].tls);
    }
}

static void not_offered_is_502(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    host_greet_tls(&self);
    host_feed(&self, "AUTH PLAIN Zg==\r\n");
    host_expect(&self, "502 5.5.1 Command not implemented\r\n");
    assert_int_equal(host_saw(&self, EHLO_EVENT_NOT_ENABLED), 1);
}

static void one_step(void **state)
{
    host self;
    (void)state;
    offer_auth(&self);
    self.answers[EHLO_AUTH] = 235;
    host_greet_tls(&self);
    host_feed(&self, "auth plain AGEAYg== \r\n");
    host_expect(&self, SUCCESS);
    assert_int_equal(self.request.authenticated, 0);
    assert_int_equal(self.request.tls, 1);
    assert_int_equal(self.request.auth.has_response, 1);
    assert_int_equal(self.request.auth.step, 0);
    assert_string_equal(self.mechanism, "PLAIN"); /* as the config writes it */
    assert_string_equal(self.response, "AGEAYg==");
    assert_int_equal(host_event_of(&self, EHLO_EVENT_AUTH_END)->code, 235);
    assert_int_equal(host_event_of(&self, EHLO_EVENT_AUTH_END)->number, 1);
    assert_int_equal(host_event_of(&self, EHLO_EVENT_AUTH_END)->command, EHLO_AUTH);
    host_feed(&self, "NOOP\r\n");
    assert_int_equal(self.request.authenticated, 1);
    assert_int_equal(self.request.auth.has_response, 0);
}

/* No response, one of no octets, and one of some: three different things. */
static void none_and_empty_differ(void **state)
{
    static const struct {
        const char *line, *response;
        int has;
    } cases[] = {{"AUTH PLAIN\r\n", "", 0},          {"AUTH PLAIN  \r\n", "", 0},
                 {"AUTH PLAIN =\r\n", "", 1},        {"AUTH PLAIN Zg==\r\n", "Zg==", 1},
                 {"AUTH LOGIN Zg==\r\n", "Zg==", 1}, /* the user name */
                 {"AUTH CRAM-MD5\r\n", "", 0}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        host self;
        offer_auth(&self);
        host_greet_tls(&self);
        host_feed(&self, cases[i].line);
        host_expect(&self, REFUSAL); /* R12: a default never grants */
        assert_int_equal(self.request.auth.has_response, cases[i].has);
        assert_string_equal(self.response, cases[i].response);
        assert_int_equal(host_event_of(&self, EHLO_EVENT_AUTH_END)->code, 535);
    }
    {
        host self;
        offer_auth(&self);
        begin_exchange(&self);
        host_feed(&self, "\r\n"); /* an empty line is an empty response */
        host_expect(&self, "334 \r\n");
        assert_int_equal(self.request.auth.has_response, 1);
        assert_string_equal(self.response, "");
        assert_int_equal(self.request.auth.step, 1);
        host_feed(&self, "=\r\n"); /* "=" is one only behind AUTH itself */
        host_expect(&self, "501 5.5.2 Cannot decode response\r\n");
    }
}

static void sixteen_steps_and_no_more(void **state)
{
    host self;
    (void)state;
    offer_auth(&self);
    begin_exchange(&self);
    for (int step = 1; step < MOST_STEPS; step++) {
        host_feed(&self, "Zg==\r\n");
        host_expect(&self, "334 \r\n");
        assert_int_equal(self.request.command, EHLO_AUTH);
        assert_int_equal(self.request.auth.step, step);
        assert_string_equal(self.mechanism, "LOGIN");
        assert_string_equal(self.response, "Zg==");
    }
    assert_int_equal(self.decision_count, MOST_STEPS);
    assert_int_equal(self.event_count, 0);
    host_feed(&self, "Zg==\r\n");
    host_expect(&self, "535 5.7.8 Too many steps\r\n");
    assert_int_equal(self.decision_count, MOST_STEPS);
    assert_int_equal(host_saw(&self, EHLO_EVENT_TOO_MANY_AUTH_STEPS), 1);
    assert_int_equal(host_event_of(&self, EHLO_EVENT_AUTH_END)->code, 535);
    assert_int_equal(host_event_of(&self, EHLO_EVENT_AUTH_END)->number, MOST_STEPS);
    host_feed(&self, "NOOP\r\n");
    host_expect(&self, HOST_OK);
}

static void all_sixteen_may_end_well(void **state)
{
    host self;
    (void)state;
    offer_auth(&self);
    begin_exchange(&self);
    for (int step = 1; step < MOST_STEPS - 1; step++)
        host_feed(&self, "Zg==\r\n");
    self.inside = NULL;
    self.answers[EHLO_AUTH] = 235;
    self.out_size = 0;
    host_feed(&self, "Zg==\r\n");
    host_expect(&self, SUCCESS);
    assert_int_equal(host_event_of(&self, EHLO_EVENT_AUTH_END)->number, MOST_STEPS);
}

static char line[LINE + 2];

/* A response of so many octets, CRLF included: base64, and blanks to fill it up, which do not count. */
static void make_line(size_t size)
{
    memset(line, 'A', size);
    memset(line + (size - 2) / 4 * 4, ' ', (size - 2) % 4);
    memcpy(line + size - 2, "\r\n", 2);
}

/* RFC 4954 section 4: 12,288 octets are well, one more is not, wherever the input is cut. */
static void the_longest_line_in_every_cut(void **state)
{
    static host self;
    ehlo_server_memory at_the_challenge;
    (void)state;
    for (size_t extra = 0; extra < 2; extra++) {
        size_t size = LINE + extra;
        offer_auth(&self);
        begin_exchange(&self);
        self.inside = NULL;
        at_the_challenge = self.memory;
        make_line(size);
        for (size_t cut = 0; cut <= size; cut++) {
            size_t used;
            self.memory = at_the_challenge;
            host_forget(&self);
            self.id = 0;
            used = host_show(&self, line, cut);
            used += host_show(&self, line + used, size - used);
            assert_int_equal(used, size);
            host_expect(&self, extra ? "500 5.5.6 Authentication exchange line is too long\r\n" : REFUSAL);
            assert_int_equal(self.decision_count, !extra);
            if (!extra)
                assert_int_equal(strlen(self.response), (LINE - 2) / 4 * 4);
            assert_int_equal(host_saw(&self, EHLO_EVENT_AUTH_LINE_TOO_LONG), extra);
            assert_int_equal(host_event_of(&self, EHLO_EVENT_AUTH_END)->code, extra ? 500 : 535);
            assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_INPUT);
        }
        self.memory = at_the_challenge;
        host_forget(&self);
        self.id = 0;
        assert_int_equal(host_drip(&self, line, size, 1), size);
        host_expect(&self, extra ? "500 5.5.6 Authentication exchange line is too long\r\n" : REFUSAL);
    }
}

/* What looks like another protocol, or like a BDAT, is a response within an exchange, however long. */
static void a_long_response_is_no_command(void **state)
{
    static const char *const starts[] = {"GET / ", "BDAT x ", "*"};
    (void)state;
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
        static host self;
        offer_auth(&self);
        begin_exchange(&self);
        make_line(LINE + 1);
        memcpy(line, starts[i], strlen(starts[i]));
        host_feed_leaving(&self, line, LINE + 1, 0);
        host_expect(&self, "500 5.5.6 Authentication exchange line is too long\r\n");
        host_feed(&self, "NOOP\r\n");
        host_expect(&self, HOST_OK);
    }
}

static void responses_that_end_it(void **state)
{
    static const struct {
        const char *line;
        int event;
        const char *reply;
    } cases[] = {
        {"*\r\n", EHLO_EVENT_AUTH_CANCELLED, "501 5.7.0 Authentication cancelled\r\n"},
        {"* \t\r\n", EHLO_EVENT_AUTH_CANCELLED, "501 5.7.0 Authentication cancelled\r\n"},
        {"**\r\n", EHLO_EVENT_BAD_BASE64, "501 5.5.2 Cannot decode response\r\n"},
        {"Zg\r\n", EHLO_EVENT_BAD_BASE64, "501 5.5.2 Cannot decode response\r\n"},
        {" Zg==\r\n", EHLO_EVENT_BAD_BASE64, "501 5.5.2 Cannot decode response\r\n"},
        {"Zg==\r\r\n", EHLO_EVENT_BAD_BASE64, "501 5.5.2 Cannot decode response\r\n"},
        {"Zg==\nZg==\r\n", EHLO_EVENT_BAD_BASE64, "501 5.5.2 Cannot decode response\r\n"},
        {"QUIT\n\r\n", EHLO_EVENT_BAD_BASE64, "501 5.5.2 Cannot decode response\r\n"},
        {"GET / HTTP/1.1\r\n", EHLO_EVENT_BAD_BASE64, "501 5.5.2 Cannot decode response\r\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        host self;
        offer_auth(&self);
        begin_exchange(&self);
        host_forget(&self);
        host_feed(&self, cases[i].line);
        host_expect(&self, cases[i].reply);
        assert_int_equal(self.decision_count, 0);
        assert_int_equal(self.event_count, 2);
        assert_int_equal(self.events[0].reason, cases[i].event);
        assert_int_equal(self.events[1].reason, EHLO_EVENT_AUTH_END);
        assert_int_equal(self.events[1].code, 501);
        assert_int_equal(self.events[1].number, 1);
        self.inside = NULL; /* and another one may begin (E7) */
        self.answers[EHLO_AUTH] = 235;
        host_feed(&self, "AUTH PLAIN Zg==\r\n");
        host_expect(&self, SUCCESS);
        assert_int_equal(self.request.auth.step, 0);
    }
}

/* A command is one again as soon as the exchange is over; QUIT in it is a response ("QUIT" is base64). */
static void responses_are_no_commands(void **state)
{
    host self;
    (void)state;
    offer_auth(&self);
    begin_exchange(&self);
    host_feed(&self, "QUIT\r\nNOOP\r\n");
    assert_string_equal(self.response, "NOOP");
    assert_int_equal(self.request.auth.step, 2);
    assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_INPUT);
}

/* Each way in which an exchange can end, from a step that was answered by a challenge (the command itself),
 * and from one that is pending. */
enum way { BY_SUCCESS, BY_REFUSAL, FOR_NOW, DISCONNECTED, SHUT_DOWN, TIMED_OUT, TOO_MANY, WAYS };

static void end_it(host *self, int way, int pending)
{
    static const int answers[] = {[BY_SUCCESS] = 235, [BY_REFUSAL] = 535, [FOR_NOW] = 454, [TOO_MANY] = 535};

    switch (way) {
    case DISCONNECTED: assert_int_equal(ehlo_server_disconnected(self->server), EHLO_OK); return;
    case SHUT_DOWN: assert_int_equal(ehlo_server_shutdown(self->server), EHLO_OK); return;
    case TIMED_OUT: assert_int_equal(ehlo_server_timed_out(self->server), EHLO_OK); return;
    default: break;
    }
    self->inside = NULL;
    self->answers[EHLO_AUTH] = answers[way];
    if (pending)
        assert_int_equal(ehlo_server_reply(self->server, self->id, answers[way], NULL, NULL), EHLO_REPLIED);
    else
        host_feed(self, "Zg==\r\n");
}

static void every_exchange_ends_once(void **state)
{
    static const int codes[] = {
        [BY_SUCCESS] = 235, [BY_REFUSAL] = 535, [FOR_NOW] = 454, [DISCONNECTED] = 0,
        [SHUT_DOWN] = 421,  [TIMED_OUT] = 421,  [TOO_MANY] = 535}; /* whose own reply the 421 takes the place
                                                                      of */
    static const char *const replies[] = {
        [BY_SUCCESS] = SUCCESS,
        [BY_REFUSAL] = REFUSAL,
        [FOR_NOW] = "454 4.7.0 Temporary authentication failure\r\n",
        [DISCONNECTED] = "",
        [SHUT_DOWN] = "421 4.3.2 mx.example.org Service shutting down, closing transmission channel\r\n",
        [TIMED_OUT] = "421 4.4.2 mx.example.org Timeout, closing transmission channel\r\n",
        [TOO_MANY] =
            "421 4.7.0 mx.example.org Too many failed authentications, closing transmission channel\r\n"};
    (void)state;
    for (int way = 0; way < WAYS; way++)
        for (int pending = 0; pending < 2; pending++) {
            int closes = way >= DISCONNECTED;
            host self;
            offer_auth(&self);
            self.config.max_auth_failures = way == TOO_MANY ? 1 : 2;
            begin_exchange(&self);
            if (pending) {
                self.inside = NULL;
                self.answers[EHLO_AUTH] = EHLO_PENDING;
                host_feed(&self, "Zg==\r\n");
                assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_REPLY);
            }
            assert_int_equal(self.event_count, 0);
            end_it(&self, way, pending);
            host_expect(&self, replies[way]);
            assert_int_equal(host_event_of(&self, EHLO_EVENT_AUTH_END)->code, codes[way]);
            assert_int_equal(ehlo_server_wants(self.server) == EHLO_WANTS_CLOSE, closes);
            if (pending)
                assert_int_equal(ehlo_server_reply(self.server, self.id, 235, NULL, NULL),
                                 closes ? EHLO_GONE : EHLO_STALE);
            if (!closes)
                host_feed(&self, "NOOP\r\n");
            ehlo_server_disconnected(self.server);
            assert_int_equal(host_saw(&self, EHLO_EVENT_AUTH_END), 1);
        }
}

static void one_error_too_many_ends_it_too(void **state)
{
    host self;
    (void)state;
    offer_auth(&self);
    self.config.max_errors = 1;
    begin_exchange(&self);
    host_feed(&self, "!\r\n");
    host_expect(&self, "421 4.7.0 mx.example.org Too many errors, closing transmission channel\r\n");
    assert_int_equal(host_saw(&self, EHLO_EVENT_AUTH_END), 1);
    assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_CLOSE);
}

static int shut_inside_answer;

static void shut_inside(host *self, const ehlo_request *request)
{
    (void)request;
    assert_int_equal(ehlo_server_shutdown(self->server), EHLO_OK);
    self->answers[EHLO_AUTH] = shut_inside_answer;
}

/* R19: in AUTH the 421 comes at once, whatever `decide` says; nobody is authenticated by then. */
static void shutdown_inside_decide(void **state)
{
    static const int answers[] = {235, EHLO_PENDING, EHLO_DEFAULT, EHLO_FAIL};
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        host self;
        offer_auth(&self);
        begin_exchange(&self);
        shut_inside_answer = answers[i];
        self.inside = shut_inside;
        host_feed(&self, "Zg==\r\n");
        host_expect(&self,
                    "421 4.3.2 mx.example.org Service shutting down, closing transmission channel\r\n");
        assert_int_equal(host_event_of(&self, EHLO_EVENT_AUTH_END)->code, 421);
    }
}

/* ---- challenges ------------------------------------------------------------------------------- */

static char data[MOST_OF_A_CHALLENGE + 1], encoded[LINE + 16];

static void make_challenge(size_t size)
{
    int written;
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (char)(i * 7 + i / 256);
    memcpy(encoded, "334 ", 4);
    written = ehlo_base64_encode(encoded + 4, sizeof encoded - 4, data, size);
    assert_true(written >= 0);
    memcpy(encoded + 4 + written, "\r\n", 3);
    challenge = data;
    challenge_size = size;
}

/* Of every size, in as many writes as it needs, and one line when put together. */
static void challenges_of_every_size(void **state)
{
    static host self;
    ehlo_server_memory before;
    (void)state;
    offer_auth(&self);
    host_greet_tls(&self);
    self.inside = challenge_it;
    before = self.memory;
    for (size_t size = 0; size <= MOST_OF_A_CHALLENGE; size++) {
        self.memory = before;
        host_forget(&self);
        self.id = 0;
        self.longest_write = 0;
        make_challenge(size);
        host_feed(&self, "AUTH LOGIN\r\n");
        assert_int_equal(self.reply_status, EHLO_REPLIED);
        host_expect(&self, encoded);
        assert_true(strlen(encoded) <= LINE);
        /* whole groups in each write, so that none holds quite 2,048 octets */
        assert_int_equal(self.writes, (int)(strlen(encoded) - 2 + 2043) / 2044);
        assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_INPUT);
        assert_int_equal(self.event_count, 0);
    }
    assert_true(self.longest_write <= 2048);
}

/* Behind other replies in the block, so that it begins anywhere in there. */
static void a_challenge_behind_other_replies(void **state)
{
    static char text[1600];
    static host self;
    (void)state;
    for (size_t room = 1; room < sizeof text; room += 7) {
        offer_auth(&self);
        host_greet_tls(&self);
        self.inside = challenge_it;
        make_challenge(3000);
        memset(text, 'x', room);
        text[room] = '\0';
        self.text = text;
        self.enhanced = NULL;
        self.answers[EHLO_NOOP] = 250;
        self.answers[EHLO_AUTH] = EHLO_PENDING; /* the reply was given already */
        host_feed(&self, "NOOP\r\nAUTH LOGIN\r\n");
        assert_true(self.out_size > strlen(encoded));
        assert_memory_equal(self.out + self.out_size - strlen(encoded), encoded, strlen(encoded));
        assert_int_equal(self.request.command, EHLO_AUTH);
        assert_true(self.longest_write <= 2048);
    }
}

/* RFC 4954 section 4 bounds the line, CRLF included: three octets for each four of it. */
static void too_long_a_challenge_changes_nothing(void **state)
{
    host self;
    (void)state;
    offer_auth(&self);
    host_greet_tls(&self);
    make_challenge(MOST_OF_A_CHALLENGE);
    challenge_size++;
    self.inside = challenge_it; /* in decide: nothing was said, and its answer counts */
    host_feed(&self, "AUTH LOGIN\r\n");
    assert_int_equal(self.reply_status, EHLO_TOO_LONG);
    host_expect(&self, REFUSAL);

    self.inside = NULL;
    self.answers[EHLO_AUTH] = EHLO_PENDING;
    host_feed(&self, "AUTH LOGIN\r\n");
    assert_int_equal(ehlo_server_challenge(self.server, self.id, data, challenge_size), EHLO_TOO_LONG);
    assert_int_equal(ehlo_server_challenge(self.server, self.id, data, SIZE_MAX), EHLO_TOO_LONG);
    assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_REPLY);
    host_expect(&self, "");
    assert_int_equal(ehlo_server_challenge(self.server, self.id, "ok", 2), EHLO_REPLIED);
    host_expect(&self, "334 b2s=\r\n");
}

static void later_challenges(void **state)
{
    host self;
    uint64_t id;
    (void)state;
    offer_auth(&self);
    host_greet_tls(&self);
    self.answers[EHLO_AUTH] = EHLO_PENDING;
    assert_int_equal(host_show(&self, "AUTH LOGIN\r\nZg==\r\n", 18), 12);
    id = self.id;
    assert_int_equal(ehlo_server_challenge(self.server, id + 1, "a", 1), EHLO_STALE);
    assert_int_equal(ehlo_server_challenge(self.server, id, NULL, 0), EHLO_REPLIED);
    host_expect(&self, "334 \r\n");
    assert_int_equal(ehlo_server_challenge(self.server, id, "a", 1), EHLO_STALE);
    assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_FEED);
    host_feed(&self, "Zg==\r\n");
    assert_int_equal(self.request.auth.step, 1);
    assert_int_equal(ehlo_server_challenge(self.server, self.id, "more", 4), EHLO_REPLIED);
    host_expect(&self, "334 bW9yZQ==\r\n");
    host_feed(&self, "Zm8=\r\n");
    assert_int_equal(self.request.auth.step, 2);
    assert_int_equal(ehlo_server_reply(self.server, self.id, 235, NULL, "welcome"), EHLO_REPLIED);
    host_expect(&self, "235 2.7.0 welcome\r\n");
    assert_int_equal(host_event_of(&self, EHLO_EVENT_AUTH_END)->number, 3);
    assert_int_equal(ehlo_server_disconnected(self.server), EHLO_OK);
    assert_int_equal(ehlo_server_challenge(self.server, self.id, "a", 1), EHLO_GONE);
}

static void challenge_anything(host *self, const ehlo_request *request)
{
    int expected = request->command == EHLO_AUTH ? (int)EHLO_REPLIED : (int)EHLO_MISUSE;
    assert_int_equal(ehlo_server_challenge(self->server, request->id + 1, "a", 1), EHLO_STALE);
    assert_int_equal(ehlo_server_challenge(self->server, request->id, "a", 1), expected);
    if (expected == EHLO_REPLIED)
        assert_int_equal(ehlo_server_challenge(self->server, request->id, "a", 1), EHLO_STALE);
}

static void challenge_content(host *self, const ehlo_piece *piece)
{
    assert_int_equal(ehlo_server_challenge(self->server, piece->id, "a", 1), EHLO_BUSY);
}

static void only_auth_can_be_challenged(void **state)
{
    host self;
    (void)state;
    offer_auth(&self);
    assert_int_equal(ehlo_server_challenge(NULL, 1, "a", 1), EHLO_MISUSE);
    self.inside = challenge_anything;
    self.inside_content = challenge_content;
    host_greet_tls(&self);
    host_feed(&self, "NOOP\r\nAUTH LOGIN\r\n");
    host_expect(&self, HOST_OK "334 YQ==\r\n");
    host_feed(&self, "*\r\n" HOST_ENVELOPE "DATA\r\nhello\r\n.\r\n");
    assert_int_equal(host_ended(&self, EHLO_END_DELIVERED), 1);
    host_forget(&self);

    self.inside = NULL;
    self.answers[EHLO_NOOP] = EHLO_PENDING;
    host_feed(&self, "NOOP\r\n");
    assert_int_equal(ehlo_server_challenge(self.server, self.id, "a", 1), EHLO_MISUSE);
    assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_REPLY);
    assert_int_equal(ehlo_server_reply(self.server, self.id, 250, NULL, NULL), EHLO_REPLIED);

    self.inside_content = NULL;
    self.content_answer = EHLO_PENDING;
    host_feed(&self, HOST_ENVELOPE "DATA\r\nhello\r\n");
    assert_int_equal(ehlo_server_challenge(self.server, self.id, "a", 1), EHLO_MISUSE);
}

/* A bare 334 is a challenge of no octets (RFC 4954 section 4), as a code and as a reply. */
static void a_bare_334(void **state)
{
    host self;
    (void)state;
    offer_auth(&self);
    host_greet_tls(&self);
    self.answers[EHLO_AUTH] = 334;
    host_feed(&self, "AUTH LOGIN\r\n");
    host_expect(&self, "334 \r\n");
    self.answers[EHLO_AUTH] = EHLO_PENDING;
    host_feed(&self, "Zg==\r\n");
    assert_int_equal(ehlo_server_reply(self.server, self.id, 334, NULL, NULL), EHLO_REPLIED);
    host_expect(&self, "334 \r\n");
    host_feed(&self, "Zg==\r\n");
    assert_int_equal(self.request.auth.step, 2);
}

/* R3: what was said inside `decide` is withdrawn where that fails; and what stands in for a host that failed,
 * or for an illegal code, is the temporary failure of RFC 4954 section 6, 454.  It must not be 432, which
 * sends the client away to show its password by PLAIN once. */
static void what_stands_in_for_a_failure(void **state)
{
    static const int answers[] = {EHLO_FAIL, 250, 354, 550, 1};
    (void)state;
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++)
        for (int said = 0; said < 2; said++) {
            host self;
            offer_auth(&self);
            host_greet_tls(&self);
            challenge = "abc";
            challenge_size = 3;
            self.inside = said ? challenge_it : NULL;
            self.answers[EHLO_AUTH] = answers[i];
            host_feed(&self, "AUTH LOGIN\r\n");
            host_expect(&self, "454 4.7.0 Temporary authentication failure\r\n");
            assert_int_equal(host_event_of(&self, EHLO_EVENT_AUTH_END)->code, 454);
            host_feed(&self, "NOOP\r\n"); /* it is a command again */
            host_expect(&self, HOST_OK);
            assert_int_equal(self.request.authenticated, 0);
        }
}

/* ---- what comes of it ------------------------------------------------------------------------- */

static void failures_are_counted(void **state)
{
    host self;
    (void)state;
    offer_auth(&self);
    self.config.max_auth_failures = 3;
    host_greet_tls(&self);
    self.answers[EHLO_AUTH] = 454; /* which is not the client's */
    host_feed(&self, "AUTH PLAIN Zg==\r\nAUTH PLAIN Zg==\r\nAUTH PLAIN Zg==\r\n");
    self.answers[EHLO_AUTH] = 535;
    host_forget(&self);
    host_feed(&self, "AUTH PLAIN Zg==\r\nAUTH NTLM Zg==\r\n"); /* the second one never began */
    self.inside = challenge_it;
    self.answers[EHLO_AUTH] = EHLO_PENDING; /* the challenge counts */
    host_feed(&self, "AUTH PLAIN\r\n*\r\n");
    self.inside = NULL;
    self.answers[EHLO_AUTH] = 535;
    self.out_size = 0;
    host_feed_leaving(&self, "AUTH PLAIN Zg==\r\nNOOP\r\n", 23, 6);
    host_expect(&self,
                "421 4.7.0 mx.example.org Too many failed authentications, closing transmission channel\r\n");
    assert_int_equal(host_event_of(&self, EHLO_EVENT_TOO_MANY_AUTH_FAILURES)->number, 3);
    assert_int_equal(host_saw(&self, EHLO_EVENT_AUTH_END), 3);
    assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_CLOSE);
}

static int narrow_in_step;

static void narrow(host *self, const ehlo_request *request)
{
    if (request->command != EHLO_AUTH)
        return;
    if (request->auth.step == narrow_in_step) {
        assert_int_equal(ehlo_server_offer(self->server, EHLO_EXTENSION_SIZE | EHLO_EXTENSION_AUTH), EHLO_OK);
        assert_int_equal(ehlo_server_max_size(self->server, 1000), EHLO_OK);
    }
    if (request->auth.step == 0)
        challenge_it(self, request);
}

/* R20: it counts once the client is who it says, and is forgotten where it is not. */
static void auth_may_narrow(void **state)
{
    (void)state;
    for (int good = 0; good < 2; good++)
        for (narrow_in_step = 0; narrow_in_step < 2; narrow_in_step++) {
            host self;
            offer_auth(&self);
            self.config.extensions = EHLO_EXTENSION_AUTH | EHLO_EXTENSION_SIZE | EHLO_EXTENSION_HELP;
            self.config.auth_mechanisms = "LOGIN";
            host_greet_tls(&self);
            self.inside = narrow;
            host_feed(&self, "AUTH LOGIN\r\n");
            self.answers[EHLO_AUTH] = good ? 235 : 535;
            host_feed(&self, "Zg==\r\n");
            self.out_size = 0;
            host_feed(&self, "HELP\r\nMAIL FROM:<a@b.example> SIZE=1001\r\nEHLO x.example\r\n");
            self.out[self.out_size] = '\0';
            assert_memory_equal(self.out, good ? "502" : "214", 3);
            assert_int_equal(strstr(self.out, "\r\n552 ") != NULL, good);
            assert_int_equal(strstr(self.out, "SIZE 1000\r\n") != NULL, good);
            assert_int_equal(strstr(self.out, "250-HELP\r\n") != NULL, !good);
        }
}

/* RFC 6409 section 4.3, RFC 4954 section 6. */
static void submission_wants_it_before_mail(void **state)
{
    host self;
    (void)state;
    offer_auth(&self);
    ehlo_server_config_submission(&self.config);
    self.answers[EHLO_AUTH] = 235;
    host_greet_tls(&self);
    host_feed(&self, "MAIL FROM:<a@b.example>\r\n");
    host_expect(&self, "530 5.7.0 Authentication required\r\n");
    assert_int_equal(host_saw(&self, EHLO_EVENT_AUTH_REQUIRED), 1);
    assert_int_equal(host_saw(&self, EHLO_EVENT_TRANSACTION_END), 0);
    host_feed(&self, "VRFY a\r\n");
    host_expect(&self, "530 5.7.0 Authentication required\r\n");
    host_feed(&self, "NOOP\r\nRSET\r\n");
    host_expect(&self, HOST_OK HOST_OK);
    host_forget(&self);
    host_feed(&self, "AUTH PLAIN Zg==\r\nMAIL FROM:<a@b.example>\r\n");
    host_expect(&self, SUCCESS HOST_MAIL_OK);
    assert_int_equal(self.request.authenticated, 1);
    assert_int_equal(host_saw(&self, EHLO_EVENT_PIPELINED), 0); /* RFC 4468 section 3.4 */
}

/* P18: no secret in a trace, in either direction, however it was said. */
static void no_secret_is_traced(void **state)
{
    static const char secret[] = "c2VjcmV0", *const lines[] = {
                                                 "AUTH PLAIN c2VjcmV0\r\n",     "auth plain  c2VjcmV0\r\n",
                                                 "AUTH  PLAIN c2VjcmV0\r\n",    "AUTH NTLM c2VjcmV0\r\n",
                                                 "AUTH\tPLAIN\tc2VjcmV0\r\n",   "AUTHPLAIN c2VjcmV0\r\n",
                                                 "AUTH PLAIN c2VjcmV0 x\r\n",   "AUTH LOGIN\r\nc2VjcmV0\r\n",
                                                 "AUTH LOGIN\r\nc2VjcmV0!\r\n", "AUTH LOGIN\r\n c2VjcmV0\r\n",
                                                 "AUTH PLAIN c2VjcmV0\x01\r\n"};
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        for (size_t step = 1; step < 40; step += 13) {
            host self;
            offer_auth(&self);
            self.config.callbacks.trace = host_trace;
            host_greet_tls(&self);
            challenge = "secret";
            challenge_size = 6;
            self.inside = challenge_it;
            assert_int_equal(host_drip(&self, lines[i], strlen(lines[i]), step), strlen(lines[i]));
            assert_false(host_holds(self.trace, self.trace_size, secret));
            assert_false(host_holds(self.trace, self.trace_size, "secret"));
            assert_true(host_holds(self.trace, self.trace_size, "C: EHLO client.example\n"));
        }
}

static void what_the_trace_does_show(void **state)
{
    static const char *const expected = "C: AUTH LOGIN\n"
                                        "S: 334 [8]\n"
                                        "C: [4]\n"
                                        "S: 334 [8]\n"
                                        "C: [1]\n"
                                        "S: 501 5.7.0 Authentication cancelled\n"
                                        "C: AUTH PLAIN[9]\n"
                                        "S: 334 [8]\n";
    host self;
    (void)state;
    offer_auth(&self);
    self.config.callbacks.trace = host_trace;
    host_greet_tls(&self);
    self.trace_size = 0;
    challenge = "secret";
    challenge_size = 6;
    self.inside = challenge_it;
    host_feed(&self, "AUTH LOGIN\r\n");
    host_feed(&self, "Zg==\r\n");
    host_feed(&self, "*\r\n");
    host_feed(&self, "AUTH PLAIN AGEAYg==\r\n");
    self.trace[self.trace_size] = '\0';
    assert_string_equal(self.trace, expected);
}

/* Nor of a challenge that takes several writes, behind which words are shown again. */
static void long_challenges_are_not_traced(void **state)
{
    static host self;
    (void)state;
    for (size_t size = 0; size <= MOST_OF_A_CHALLENGE; size += size < 1700 ? 1 : 311) {
        uint64_t hidden = 0;
        offer_auth(&self);
        self.config.callbacks.trace = host_trace;
        host_greet_tls(&self);
        self.trace_size = 0;
        make_challenge(size);
        self.inside = challenge_it;
        host_feed(&self, "AUTH LOGIN\r\n");
        for (char *at = self.trace; at < self.trace + self.trace_size;) {
            char *end = memchr(at, '\n', (size_t)(self.trace + self.trace_size - at)), *bracket;
            assert_non_null(end);
            *end = '\0';
            assert_true(strlen(at) < 20);
            bracket = strchr(at, '[');
            if (bracket) {
                unsigned count;
                assert_int_equal(sscanf(bracket, "[%u]", &count), 1);
                hidden += count;
            }
            at = end + 1;
        }
        assert_int_equal(hidden, strlen(encoded) - 6);
        self.trace_size = 0;
        host_feed(&self, "*\r\n");
        self.trace[self.trace_size] = '\0';
        assert_string_equal(self.trace, "C: [1]\nS: 501 5.7.0 Authentication cancelled\n");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_refused_at_once),
        cmocka_unit_test(what_is_refused_by_the_state),
        cmocka_unit_test(not_offered_is_502),
        cmocka_unit_test(one_step),
        cmocka_unit_test(none_and_empty_differ),
        cmocka_unit_test(sixteen_steps_and_no_more),
        cmocka_unit_test(all_sixteen_may_end_well),
        cmocka_unit_test(the_longest_line_in_every_cut),
        cmocka_unit_test(a_long_response_is_no_command),
        cmocka_unit_test(responses_that_end_it),
        cmocka_unit_test(responses_are_no_commands),
        cmocka_unit_test(every_exchange_ends_once),
        cmocka_unit_test(one_error_too_many_ends_it_too),
        cmocka_unit_test(shutdown_inside_decide),
        cmocka_unit_test(challenges_of_every_size),
        cmocka_unit_test(a_challenge_behind_other_replies),
        cmocka_unit_test(too_long_a_challenge_changes_nothing),
        cmocka_unit_test(later_challenges),
        cmocka_unit_test(only_auth_can_be_challenged),
        cmocka_unit_test(a_bare_334),
        cmocka_unit_test(what_stands_in_for_a_failure),
        cmocka_unit_test(failures_are_counted),
        cmocka_unit_test(auth_may_narrow),
        cmocka_unit_test(submission_wants_it_before_mail),
        cmocka_unit_test(no_secret_is_traced),
        cmocka_unit_test(what_the_trace_does_show),
        cmocka_unit_test(long_challenges_are_not_traced),
    };
    return cmocka_run_group_tests_name("server/auth", tests, NULL, NULL);
}
